// Lays out in ./package what `npm publish ./package` brings to npm: `npm run package`.
// The bundle holds its dependencies, so the published manifest names none: npm would install 25 MB that nobody runs.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'package');

const { dependencies, devDependencies, scripts, ...manifest } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
// npm holds the provenance of a package against `repository`. Only who publishes knows the address: REPOSITORY, like https://github.com/acme/exporter.
const { REPOSITORY } = process.env;
if (REPOSITORY !== undefined) {
  manifest.repository = { type: 'git', url: `git+${REPOSITORY}.git` };
  manifest.homepage = `${REPOSITORY}#readme`;
  manifest.bugs = `${REPOSITORY}/issues`;
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
// npm adds LICENSE and README.md to `files` by itself.
for (const path of [...manifest.files, 'LICENSE', 'README.md'])
  cpSync(join(root, path), join(folder, path), { recursive: true });
