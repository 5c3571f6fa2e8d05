// Keeps the directions of the house: what a folder may import, and which library belongs where.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectors } from '../src/collectors/index.ts';

/** From left to right: a folder imports from itself and from those to its right. Type imports count as well. */
const FOLDERS = [
  ['cli'],
  ['app'],
  ['config'],
  ['server'],
  ['scrape'],
  ['collectors'],
  // Side by side: neither imports the other.
  ['cloud', 'metrics'],
  ['async'],
  ['option-types'],
];
/** Loose files: the start of the program, what both of the first folders say of it, and a program of its own. */
const LOOSE = ['main.ts', 'version.ts', 'healthcheck.ts'];
/** A double that shares code with what it stands for shares its bugs. */
const SIMULATOR = 'simulator';

const HOMES: Readonly<Record<string, RegExp>> = {
  'prom-client': /^metrics\/telemetry\.ts$/,
  express: /^(server|simulator)\//,
  undici: /^cloud\/undici(-parts\.d)?\.ts$/,
  yaml: /^config\//,
  bcryptjs: /^server\/web-config\//,
  'node:fs': /^(option-types\/regular-file|server\/web-config\/comparer|cli\/fitted)\.ts$/,
  re2js: /^option-types\/regex\.ts$/,
};

/**
 * What may be loaded when the command is known, by the file that does so. All else is there from the start: a chunk that `serve`
 * asks for later may be another version's by then, or there may be no descriptor to read it, which Node never forgets.
 */
const LATE: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['./cli/run.ts'],
  'cli/run.ts': ['./simulate.ts', './demo.ts', './silenced-alerts.ts', './rules.ts', './dashboards.ts'],
};

/** What all collectors, or all ways to sign in, share. */
const SHAPES = ['collectors/collector.ts', 'cloud/auth/sign-in.ts'];

const IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*'([^']+)'/g;
const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /\.c?[jt]s$/.test(file));
/** Specifiers by file; those of the repository's own files from `src/`. */
const imports = new Map(
  files.map((file) => {
    const code = readFileSync(`src/${file}`, 'utf8').replace(/^\s*\/\/.*$/gm, '');
    const specifiers = [...code.matchAll(IMPORT)].flatMap(([, specifier]) => specifier ?? []);
    return [file, specifiers.map((one) => (one.startsWith('.') ? posix.join(posix.dirname(file), one) : one))];
  }),
);
const isOwn = (specifier: string) => files.includes(specifier);
const edges = [...imports].flatMap(([file, specifiers]) => specifiers.map((to) => ({ file, to })));
const offences = (isOffence: (file: string, to: string) => boolean) =>
  edges.filter(({ file, to }) => isOffence(file, to)).map(({ file, to }) => `src/${file} imports ${to}`);

const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');
const columnOf = (folder: string) => FOLDERS.findIndex((column) => column.includes(folder));

function isAllowed(from: string, to: string): boolean {
  const [source, target] = [folderOf(from), folderOf(to)];
  if (source === target && source !== '') return true;
  if (from === 'main.ts') return target === 'cli';
  if (to === 'version.ts') return ['cli', 'app'].includes(source);
  if (target === SIMULATOR) return source === 'cli';
  if (source === SIMULATOR) return target === 'async';
  const [left, right] = [columnOf(source), columnOf(target)];
  return left >= 0 && left < right;
}

describe('an import', () => {
  it('leads to the right', () => {
    expect(offences((file, to) => isOwn(to) && !isAllowed(file, to))).toEqual([]);
  });

  it('never leads back to the file that it came from', () => {
    const cycles = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) return void cycles.add([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file)) return;
      for (const to of imports.get(file) ?? []) if (isOwn(to)) visit(to, [...path, file]);
      done.add(file);
    };
    const done = new Set<string>();
    for (const file of files) visit(file, []);
    expect([...cycles]).toEqual([]);
  });

  it('reaches a library only in the place that is its home', () => {
    const packageOf = (specifier: string) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
    expect(offences((file, to) => HOMES[packageOf(to)]?.test(file) === false)).toEqual([]);
  });

  it('leads out of src only to the rules and dashboards, for the commands that print or name them, and to thresholds', () => {
    const outside = offences(
      (file, to) =>
        to.startsWith('../') &&
        !to.endsWith('/thresholds.ts') &&
        !/^cli\/(rules|dashboards|fitted|silenced-alerts)\.ts$/.test(file),
    );
    expect(outside).toEqual([]);
    expect(readFileSync('prometheus/thresholds.ts', 'utf8')).not.toMatch(IMPORT);
  });

  it('brings nothing of src into rules and dashboards but types of the catalogue: they are built and printed without the exporter', () => {
    const filesIn = (folder: string) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/^(preview|node_modules)\b/.test(file))
        .map((file) => `${folder}/${file}`);
    const lines = ['prometheus', 'grafana']
      .flatMap(filesIn)
      .flatMap((file) => readFileSync(file, 'utf8').match(/^import .*\/src\/.*$/gm) ?? []);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => !/^import type \{.*\} from '(\.\.\/)+src\/app\/catalog\.ts';$/.test(line))).toEqual(
      [],
    );
  });

  it('is made late by the command line alone, before a command begins', () => {
    const late = files.map((file) => {
      // Types are none of it.
      const code = readFileSync(`src/${file}`, 'utf8').replace(/^\s*\/\/.*$|\btypeof import\b/gm, '');
      return [file, [...code.matchAll(/\bimport\(\s*([^)]*?)\s*\)/g)].map(([, what = '']) => what.replaceAll("'", ''))];
    });
    expect(Object.fromEntries(late.filter(([, found]) => found?.length !== 0))).toEqual(LATE);
  });

  it('is the only way to the files of the program, but for the worker, whose text is read at the start', () => {
    const readers = files.filter((file) =>
      /\bimport\.meta\b|\b__(dir|file)name\b/.test(readFileSync(`src/${file}`, 'utf8')),
    );
    expect(readers).toEqual(['server/web-config/comparer.ts']);
  });

  it('leads to a single collector or way to sign in only from the list of them', () => {
    for (const list of ['collectors/index.ts', 'cloud/auth/index.ts']) {
      const listed = (imports.get(list) ?? []).filter((to) => posix.dirname(to) === posix.dirname(list));
      const own = listed.filter((to) => !SHAPES.includes(to));
      expect(own.length).toBeGreaterThan(3);
      expect(offences((file, to) => own.includes(to) && file !== list)).toEqual([]);
    }
  });

  it('brings nothing into the simulator but Express and Node', () => {
    const isForeign = (to: string) => !isOwn(to) && to !== 'express' && !isBuiltin(to);
    expect(offences((file, to) => folderOf(file) === SIMULATOR && isForeign(to))).toEqual([]);
  });
});

it('the core names no operation of a collector', () => {
  const operations = collectors.flatMap((collector) => collector.operations);
  expect(operations.length).toBeGreaterThan(4);
  const named = files
    .filter((file) => ['scrape', 'cloud', 'app'].includes(folderOf(file)))
    .flatMap((file) => {
      const code = readFileSync(`src/${file}`, 'utf8');
      return operations
        .filter((operation) => code.includes(`'${operation}'`))
        .map((operation) => `${file}: ${operation}`);
    });
  expect(named).toEqual([]);
});

describe('this test', () => {
  it('knows every folder, and every file that is in none', () => {
    const known = [...FOLDERS.flat(), SIMULATOR];
    expect(files.filter((file) => !known.includes(folderOf(file)) && !LOOSE.includes(file))).toEqual([]);
  });

  it('sees imports of every kind', () => {
    expect(imports.get('cli/serve.ts')).toContain('config/mask-config.ts');
    expect(imports.get('cloud/undici.ts')).toContain('undici/lib/dispatcher/agent.js');
    expect(imports.get('server/web-config/bcrypt-worker.cjs')).toContain('bcryptjs');
    expect(edges.length).toBeGreaterThan(200);
  });

  it('would notice a wrong one', () => {
    expect(isAllowed('cloud/client.ts', 'scrape/store.ts')).toBe(false);
    expect(isAllowed('metrics/encode.ts', 'cloud/errors.ts')).toBe(false);
    expect(isAllowed('cloud/client.ts', 'metrics/encode.ts')).toBe(false);
    expect(isAllowed('server/routes.ts', 'app/logger.ts')).toBe(false);
    expect(isAllowed('server/routes.ts', 'version.ts')).toBe(false);
    expect(isAllowed('simulator/iam.ts', 'cloud/send.ts')).toBe(false);
    expect(isAllowed('app/app.ts', 'simulator/simulator.ts')).toBe(false);
  });
});
