// Runs a TypeScript file of this repository: `node scripts/run.js FILE [ARGS]`. Bundled first, because Node 20 cannot strip types.
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/run.js FILE [ARGS]');

const outdir = join(root, 'node_modules/.cache/run');
mkdirSync(outdir, { recursive: true });
const outfile = join(outdir, `${basename(file, '.ts')}.mjs`);
await build({
  absWorkingDir: root,
  entryPoints: [file],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  define: { __VERSION__: '"0.0.0-dev"', __REVISION__: '"dev"' },
  logLevel: 'warning',
});
process.argv = [process.argv[0], outfile, ...args];
await import(pathToFileURL(outfile).href);
