// Stand-ins for the two base images of the Dockerfile, made of this machine's own files: for a test that builds the image without a registry of images.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A program with the libraries that it is linked with, at the same paths below `root`, or at `to`. */
function addProgram(root: string, program: string, to = program): void {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/(?<=\s)\/\S+/g) ?? [];
  for (const [from, at] of [[program, to] as const, ...libraries.map((path) => [path, path] as const)]) {
    mkdirSync(join(root, dirname(at)), { recursive: true });
    cpSync(realpathSync(from), join(root, at));
  }
}

function emptyRoot(root: string): void {
  for (const folder of ['etc', 'tmp', 'root', 'proc', 'sys', 'dev']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nnonroot:x:65532:65532::/:/nologin\n');
}

/** The file that a command of the path stands for. */
const commandOf = (name: string) => {
  const found = process.env.PATH?.split(delimiter).find((folder) => existsSync(join(folder, name)));
  if (found === undefined) throw new Error(`no ${name} on the path`);
  return realpathSync(join(found, name));
};

/** As `node:…-slim` has it: Node, npm and a shell; with the authorities that this machine trusts. Returns its environment. */
export function layOutBuilder(root: string): readonly string[] {
  emptyRoot(root);
  addProgram(root, process.execPath, '/usr/local/bin/node');
  for (const program of ['/bin/sh', '/usr/bin/env']) addProgram(root, program);
  const modules = '/usr/local/lib/node_modules';
  // …/npm/bin/npm-cli.js
  cpSync(dirname(dirname(commandOf('npm'))), join(root, modules, 'npm'), { recursive: true });
  symlinkSync(`${modules}/npm/bin/npm-cli.js`, join(root, 'usr/local/bin/npm'));
  const environment = [`PATH=/usr/local/bin:/usr/bin:/bin`, 'npm_config_update_notifier=false'];
  const authorities = process.env.NODE_EXTRA_CA_CERTS;
  if (authorities !== undefined) {
    cpSync(realpathSync(authorities), join(root, 'etc/authorities.pem'));
    environment.push('NODE_EXTRA_CA_CERTS=/etc/authorities.pem');
  }
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  return [...environment, `npm_config_registry=${registry}`];
}

/** As `gcr.io/distroless/nodejs…:nonroot` has it: Node and its libraries. */
export function layOutRuntime(root: string): void {
  emptyRoot(root);
  addProgram(root, process.execPath, '/nodejs/bin/node');
}
