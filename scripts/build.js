// Bundles the program, its worker, and the health check of its image into dist/: it starts fast, and the image needs this folder alone.
// Runs as `prepare`: without development dependencies it says so and leaves everything as it is. `node scripts/build.js FOLDER` builds elsewhere.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sbom } from './sbom.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

let esbuild;
try {
  esbuild = await import('esbuild');
} catch {
  console.error('build: skipped, esbuild is not installed (a development dependency); dist/ is left as it is');
  process.exit(0);
}
if (!existsSync(join(root, 'src/main.ts'))) {
  console.error('build: skipped, there is no src/ here');
  process.exit(0);
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const outdir = resolve(root, process.argv[2] ?? 'dist');
rmSync(outdir, { recursive: true, force: true });
const common = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  // Node prints the line of an uncaught error: not half a megabyte of it.
  lineLimit: 200,
  // All licences stand in one file beside the bundle.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};
const program = await esbuild.build({
  ...common,
  entryPoints: [
    { in: 'src/main.ts', out: 'main' },
    { in: 'src/healthcheck.ts', out: 'healthcheck' },
  ],
  format: 'esm',
  splitting: true,
  // CommonJS dependencies inside an ES module still call require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  define: {
    __VERSION__: JSON.stringify(manifest.version),
    __REVISION__: JSON.stringify(revision()),
    __NODE_NEEDED__: JSON.stringify(manifest.engines.node.replace('>=', '')),
  },
});
// Started from its text, which is looked for beside the code that starts it.
const worker = await esbuild.build({
  ...common,
  entryPoints: [{ in: 'src/server/web-config/bcrypt-worker.cjs', out: 'bcrypt-worker' }],
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
});

// Where the folder is copied without the package around it, an old Node would take its files for CommonJS, and fail on the first line.
writeFileSync(join(outdir, 'package.json'), '{ "type": "module" }\n');
const packages = bundledPackages([program, worker]);
writeFileSync(join(outdir, 'THIRD_PARTY_LICENSES.txt'), licences(packages));
const parts = sbom(root, manifest, packages);
writeFileSync(join(outdir, 'sbom.cdx.json'), `${JSON.stringify(parts, undefined, 2)}\n`);

/** The manifests of all packages of which something is in the bundle. */
function bundledPackages(builds) {
  const outputs = builds.flatMap(({ metafile }) => Object.values(metafile.outputs));
  const files = outputs.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort().map((path) => {
    const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    // One has `v1.2.3`, which npm reads as 1.2.3.
    return { ...manifest, version: manifest.version.replace(/^v/, ''), path };
  });
}

/** Name, version and licence text of every package that the bundle holds. */
function licences(packages) {
  const texts = packages.map(({ path, name, version, license }) => {
    const file = readdirSync(join(root, path)).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(root, path, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The commit that was built: from the build argument of the image, else from git, else unknown. */
function revision() {
  if (process.env.REVISION) return process.env.REVISION;
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
