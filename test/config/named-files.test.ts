// The files that a configuration names, each with its place, and what is wrong with them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { collectors } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/load.ts';
import { unusableAuthorities, unusableFiles } from '../../src/config/named-files.ts';
import { ConfigError, formatProblem, sortProblems } from '../../src/config/problem.ts';
import { createAuthority } from '../support/certificates.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const POOL = 'pools: [a130ab3a-72bf-4b71-baa9-af4987c8e338]';
const project = (name: string, own: string) =>
  `  - { name: ${name}, region: ap-southeast-3, project_id: 0bec5db98280d2d02fd6c00c2de791ce, ${own} }\n`;

/** Of the files alone. */
async function problemsOf(text: string): Promise<readonly string[]> {
  const file = join(folder, 'c.yml');
  writeFileSync(file, text);
  const loaded = await readConfig(file, collectors).catch((error: unknown) => error);
  const { files } = loaded instanceof ConfigError ? loaded : await readConfig(file, collectors);
  const problems = sortProblems([...(await unusableFiles(files)), ...(await unusableAuthorities(files))]);
  return problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''));
}

it('are all looked at, and told with line, column and path', async () => {
  writeFileSync(join(folder, 'empty'), '\r\n');
  writeFileSync(join(folder, 'good'), 'x\n');
  mkdirSync(join(folder, 'folder'));
  const text = `projects:
${project('a', `${POOL}, auth: { type: aksk, access_key_file: missing, secret_key_file: empty }`)}
${project('b', `${POOL}, auth: { type: token, token_file: good }, http: { ca_file: folder }`)}
${project('c', `${POOL}, auth: { type: password, username: u, domain: d, password_file: ./good }`)}
${project('d', `${POOL}, auth: { type: metadata }, collectors: { users: { enabled: true, user_ids_file: nobody } }`)}`;
  const readable = 'check that it exists and is readable';
  expect(await problemsOf(text)).toEqual([
    `c.yml:2:170: projects[0].auth.access_key_file: missing cannot be read (ENOENT); ${readable}`,
    'c.yml:2:196: projects[0].auth.secret_key_file: empty is empty',
    expect.stringMatching(
      /^c\.yml:4:\d+: projects\[1\]\.http\.ca_file: folder cannot be read \(EISDIR\); it is a folder, name a file in it$/,
    ),
    expect.stringMatching(/^c\.yml:8:\d+: projects\[3\]\.collectors\.users\.user_ids_file: nobody cannot be read/),
  ]);
});

it('of secrets must hold one that the cloud can be sent, wherever they are named', async () => {
  const files = { 'two-lines': 'a\nb\n', latin1: Buffer.from([0x70, 0xe4, 0x73]), words: 'two words\n' };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, 'utf16'), Buffer.from('\u{feff}key', 'utf16le'));
  writeFileSync(join(folder, 'marked'), '\u{feff}key\r\n');
  const text = `projects:
${project('a', `${POOL}, auth: { type: aksk, access_key_file: two-lines, secret_key_file: utf16 }`)}
${project('b', `${POOL}, auth: { type: password, username: u, domain: d, password_file: latin1 }`)}
${project('c', `${POOL}, auth: { type: password, username: u, domain: d, password_file: words }`)}
${project('d', `${POOL}, auth: { type: token, token_file: marked }`)}`;
  expect((await problemsOf(text)).map((line) => line.replace(/^.*?_file: /, ''))).toEqual([
    'two-lines contains a line break; it must be a single line',
    'utf16 cannot be read (encoded as UTF-16); save it as UTF-8',
    'latin1 is not UTF-8 text; save it as UTF-8',
  ]);
});

it('of authorities must hold whole certificates, for the start as well', async () => {
  const { cert, certFile } = createAuthority(folder);
  const own = (file: string) => `${POOL}, auth: { type: metadata }, http: { ca_file: ${file} }`;
  const broken = { key: 'x', empty: '\n', cut: `${cert}${cert.slice(0, 80)}` };
  for (const [name, text] of Object.entries(broken)) writeFileSync(join(folder, name), text);
  const text = `projects:\n${project('a', own(certFile))}${Object.keys(broken)
    .map((name) => project(name, own(name)))
    .join('')}`;
  const problems = [
    'c.yml:3:178: projects[1].http.ca_file: key contains no certificate in PEM format',
    'c.yml:4:180: projects[2].http.ca_file: empty is empty',
    'c.yml:5:178: projects[3].http.ca_file: cut contains a broken certificate (number 2); each must be complete and in PEM format',
  ];
  expect(await problemsOf(text)).toEqual(problems);
  await expect(readConfig(join(folder, 'c.yml'), collectors)).rejects.toThrow('contains no certificate in PEM format');
});

it('of a collector that is off are not looked at', async () => {
  const users = (own: string) =>
    `${POOL}, auth: { type: metadata }, collectors: { users: { ${own}user_ids_file: nobody } }`;
  expect(await problemsOf(`projects:\n${project('a', users(''))}${project('b', users('enabled: false, '))}`)).toEqual(
    [],
  );
});

it('of defaults are looked at where a project uses them, and told once', async () => {
  const defaults = 'defaults: { auth: { type: token, token_file: nowhere } }\n';
  const own = `${POOL}, auth: { type: metadata }`;
  expect(await problemsOf(`${defaults}projects:\n${project('a', own)}`)).toEqual([]);
  const told = await problemsOf(`${defaults}projects:\n${project('a', own)}${project('b', POOL)}${project('c', POOL)}`);
  expect(new Set(told)).toEqual(
    new Set([
      'c.yml:1:46: defaults.auth.token_file: nowhere cannot be read (ENOENT); check that it exists and is readable',
    ]),
  );
});

it('are known of a configuration with mistakes, too, so that all problems can be told in one go', async () => {
  expect(await problemsOf(`projects:\n${project('a', 'auth: { type: token, token_file: nowhere }')}`)).toHaveLength(1);
});
