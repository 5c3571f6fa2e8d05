// Holds the files around the code to what they promise: commands that exist, links that lead somewhere, examples that work.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OPERATIONS } from '../src/app/catalog.ts';
import { authOptions } from '../src/cloud/auth/index.ts';
import { ACTIONS, collectors } from '../src/collectors/index.ts';
import { loadConfig } from '../src/config/load.ts';

const read = (path: string) => readFileSync(path, 'utf8');
/** What is committed, or would be: `git add` takes no more. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
const workflows = files.filter((path) => path.startsWith('.github/workflows/'));
const documents = files.filter((path) => path.endsWith('.md'));
const manifest: { version: string; license: string; scripts: Record<string, string> } = JSON.parse(
  read('package.json'),
);
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);
const blocks = (text: string, language: string) =>
  matches(text, new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'));

/** What GitHub makes of the headings; a second one of the same words gets a number. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of matches(text.replace(/^```[\s\S]*?^```/gm, ''), /^#{1,6} (.*)$/gm)) {
    const words = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let next = 1; anchors.has(anchor); next++) anchor = `${slug}-${next}`;
    anchors.add(anchor);
  }
  return anchors;
}

type Permissions = Readonly<Record<string, string>> | string | undefined;
interface Workflow {
  readonly permissions: Permissions;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Permissions; readonly needs?: string | readonly string[] }>
  >;
}
/** The scopes in which something may be written; a word like `write-all` stands for all of them. */
const writesOf = (permissions: Permissions): readonly string[] =>
  typeof permissions === 'string'
    ? permissions.startsWith('write')
      ? ['all']
      : []
    : Object.entries(permissions ?? {}).flatMap(([scope, level]) => (level === 'write' ? [scope] : []));

describe('the documents', () => {
  it.each(documents)('the links of %s lead to files that exist', (path) => {
    const targets = matches(read(path), /\]\(([^)\s#]+)[^)]*\)/g).filter((target) => !/^[a-z]+:/.test(target));
    const broken = targets.filter((target) => !existsSync(posix.join(posix.dirname(path), target)));
    expect(broken).toEqual([]);
  });

  it.each(documents)('the anchors in the links of %s are headings', (path) => {
    const targets = matches(read(path), /\]\(([^)\s]*\.md#[^)\s]+|#[^)\s]+)\)/g).filter(
      (target) => !/^[a-z]+:/.test(target),
    );
    const broken = targets.filter((target) => {
      const [file = '', anchor = ''] = target.split('#');
      const document = file === '' ? path : posix.join(posix.dirname(path), file);
      return existsSync(document) && !anchorsOf(read(document)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(documents)('the npm scripts that %s names exist', (path) => {
    const named = [...matches(read(path), /\bnpm run ([\w:-]+)/g), ...matches(read(path), /\bnpm (test|start)\b/g)];
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  it('the README begins with the commands that show and test the product', () => {
    const [demo, test] = blocks(read('README.md'), 'sh');
    expect([demo, test]).toEqual(['npm ci && npm run demo\n', 'npm ci && npm test\n']);
  });

  it('the configuration of the README is valid', async () => {
    const examples = blocks(read('README.md'), 'yaml').filter((text) => /^(projects|defaults):/.test(text));
    expect(examples).not.toEqual([]);
    for (const text of examples)
      await expect(loadConfig(text, 'README.md', collectors)).resolves.toHaveProperty('projects');
  });

  it('the ways to sign in of the README are all there are, and valid', async () => {
    const examples = blocks(read('README.md'), 'yaml').filter((text) => text.startsWith('auth:'));
    const indented = (text: string) => text.replace(/^(?=.)/gm, '    ');
    const project =
      '  - name: a\n    region: ap-southeast-3\n    project_id: 0bec5db98280d2d02fd6c00c2de791ce\n    discovery: { enabled: true }\n';
    const types = examples.map(async (text) => {
      const config = await loadConfig(`projects:\n${project}${indented(text)}`, 'README.md', collectors);
      return config.projects[0]?.auth.type;
    });
    expect(new Set(await Promise.all(types)), 'write an example into README.md').toEqual(
      new Set(authOptions.options.map(({ shape }) => shape.type.value)),
    );
  });

  it('the ServiceMonitor of the README is the one of the manifests', () => {
    const text = blocks(read('README.md'), 'yaml').find((one) => one.includes('kind: ServiceMonitor')) ?? '';
    const { spec, kind } = parse(text);
    expect(parse(read('deploy/kubernetes/servicemonitor.yaml'))).toMatchObject({ kind, spec });
  });

  it('the permissions of every request are documented', () => {
    const text = read('docs/permissions.md');
    for (const operation of OPERATIONS) {
      const action = ACTIONS[operation];
      const row = text.split('\n').find((line) => line.includes(`\`${operation}\``));
      expect(row, `${operation}: edit docs/permissions.md`).toContain(action === undefined ? 'none' : `\`${action}\``);
    }
  });

  it('the policy to copy allows just those', () => {
    const [policy = ''] = blocks(read('docs/permissions.md'), 'json');
    const actions: string[] = JSON.parse(policy).Statement[0].Action;
    expect(actions.toSorted(), 'edit docs/permissions.md').toEqual(Object.values(ACTIONS).filter(Boolean).toSorted());
  });

  it('the changelog has a section for this version, or for what comes', () => {
    expect(read('CHANGELOG.md')).toMatch(
      new RegExp(`^## (Unreleased$|${manifest.version} / \\d{4}-\\d\\d-\\d\\d$)`, 'm'),
    );
  });

  it('the licence is the one that the package names', () => {
    expect(manifest.license).toBe('Apache-2.0');
    expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004[\s\S]+END OF TERMS AND CONDITIONS/);
  });
});

describe('the repository', () => {
  it('locks packages without the address of a registry', () => {
    expect(matches(read('package-lock.json'), /"resolved": "([^"]*)"/g)).toEqual([]);
  });

  it('locks every package with a checksum', () => {
    const { packages }: { packages: Record<string, { integrity?: string }> } = JSON.parse(read('package-lock.json'));
    const unchecked = Object.entries(packages).filter(
      ([path, { integrity }]) => path !== '' && integrity === undefined,
    );
    expect(unchecked.map(([path]) => path)).toEqual([]);
  });

  it('names no path of a machine', () => {
    const found = files.flatMap((path) =>
      matches(read(path), /((?<![\w.])\/(?:work|home|Users)\/\w+)/g).map((one) => `${path}: ${one}`),
    );
    expect(found).toEqual([]);
  });

  it('pins every action of a workflow to a commit', () => {
    const uses = workflows.flatMap((path) => matches(read(path), /^\s*(?:- )?uses: (.*)$/gm));
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((one) => !/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one))).toEqual([]);
  });

  it('lets a workflow write only in the jobs that publish', () => {
    const writing = workflows.flatMap((path) => {
      const { permissions, jobs }: Workflow = parse(read(path));
      expect(permissions, path).toBeDefined();
      return [
        ...writesOf(permissions).map((one) => `${path}: ${one}`),
        ...Object.entries(jobs).flatMap(([job, its]) => writesOf(its.permissions).map((one) => `${job}: ${one}`)),
      ];
    });
    expect(writing).toEqual([
      'package: id-token',
      'image: packages',
      'image: id-token',
      'chart: packages',
      'chart: id-token',
      'chart: attestations',
      'notes: contents',
    ]);
  });

  it('releases only what was checked, and leaves no credentials in the work tree', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/release.yml'));
    for (const [job, { needs = [] }] of Object.entries(jobs))
      expect(
        [job, ...[needs].flat()].some((one) => ['check', 'package', 'image'].includes(one)),
        job,
      ).toBe(true);
    for (const path of workflows) {
      const checkouts = matches(read(path), /(actions\/checkout@)/g);
      expect(matches(read(path), /(persist-credentials: false)/g)).toHaveLength(checkouts.length);
    }
  });
});
