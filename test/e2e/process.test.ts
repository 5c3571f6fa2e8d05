// The program as a process of its own: what only an operating system sees of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { eventually } from '../support/eventually.ts';
import { type Build, build, type Program, run } from '../support/program.ts';
import { ask, configOf, mainOf, OFFICE, type WorldOptions } from './world.ts';

let built: Build;
beforeAll(() => {
  built = build();
});
afterAll(() => built.remove());

const start = (argv: readonly string[]) => run(built.dist, argv);

async function serving(options: WorldOptions & { readonly cloud?: SimulatorOptions } = {}) {
  const cloud = await startSimulator(options.cloud);
  onTestFinished(cloud.close);
  const home = mkdtempSync(join(tmpdir(), 'process-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const file = join(home, 'config.yml');
  writeFileSync(file, configOf(cloud, options));
  const program = start([`--config.file=${file}`, '--web.listen-address=127.0.0.1:0']);
  return { ...program, cloud, url: await program.listening(), file };
}

/** How long it took to end, in milliseconds. */
async function endOf({ child, ended }: Program, signal: NodeJS.Signals) {
  const began = performance.now();
  child.kill(signal);
  return { code: await ended, took: performance.now() - began };
}

it.each(['/', '/metrics', '/probe?project=main', '/sd', '/config'])('%s is a page of the bundle, too', async (path) => {
  const { url } = await serving();
  expect((await ask(url, path)).status).toBe(200);
});

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends the program with 0, though scrapers keep connections',
    async (signal) => {
      const program = await serving();
      // fetch keeps its connection open, as Prometheus does.
      expect((await fetch(`${program.url}/metrics`)).status).toBe(200);
      const { code, took } = await endOf(program, signal);
      expect(code).toBe(0);
      expect(took).toBeLessThan(2000);
    },
  );

  it('lets a running scrape finish', async () => {
    const program = await serving({
      cloud: { faults: [{ delayMs: 400 }] },
      projects: (cloud) => [mainOf(cloud, { pools: [OFFICE] })],
    });
    const running = ask(program.url, '/metrics');
    await eventually('the request to the cloud', () => program.cloud.requests[0]);
    const { code, took } = await endOf(program, 'SIGTERM');
    const { status, text } = await running;
    expect(status).toBe(200);
    expect(text).toContain(`desktop_pool_up{project="main",pool_id="${OFFICE}"} 1`);
    expect(code).toBe(0);
    expect(took).toBeGreaterThan(200);
    expect(took).toBeLessThan(2000);
  });

  it('does not wait for a collection that nobody waits for', async () => {
    const program = await serving({
      scrape: { timeout: '1m' },
      http: { timeout: '30s', requests_per_minute: 1 },
      cloud: { faults: [{ kind: 'hang' }] },
    });
    const headers = { 'x-prometheus-scrape-timeout-seconds': '0.55' };
    expect((await ask(program.url, '/metrics', { headers })).status).toBe(200);
    const { code, took } = await endOf(program, 'SIGTERM');
    expect(code).toBe(0);
    expect(took).toBeLessThan(3000);
  });

  it('does not wait for the end of a pause that the cloud asked for', async () => {
    const program = await serving({
      scrape: { timeout: '1m' },
      http: { max_retries: 2 },
      cloud: { faults: [{ status: 429, headers: { 'retry-after': '30' } }] },
    });
    const headers = { 'x-prometheus-scrape-timeout-seconds': '0.55' };
    expect((await ask(program.url, '/metrics', { headers })).status).toBe(200);
    const { code, took } = await endOf(program, 'SIGTERM');
    expect(code).toBe(0);
    expect(took).toBeLessThan(3000);
  });

  it('ends a command that reads, too', async () => {
    const { cloud, file, child } = await serving({
      cloud: { faults: [{ kind: 'hang' }] },
      http: { timeout: '20s' },
      scrape: { timeout: '30s' },
    });
    child.kill('SIGKILL');
    const program = start(['metrics', `--config.file=${file}`]);
    await eventually('the request to the cloud', () => cloud.requests[0]);
    const { code, took } = await endOf(program, 'SIGINT');
    expect(code).toBe(0);
    expect(took).toBeLessThan(3000);
  });
});

describe('SIGHUP', () => {
  it('reloads the file, and keeps the former configuration where the file is wrong', async () => {
    const program = await serving();
    const reloaded = (words: string) => eventually(words, () => (program.said.err.includes(words) ? true : undefined));
    writeFileSync(program.file, configOf(program.cloud, { projects: (cloud) => [mainOf(cloud, { name: 'renamed' })] }));
    program.child.kill('SIGHUP');
    await reloaded('configuration reloaded');
    expect((await ask(program.url, '/metrics')).text).toContain('project="renamed"');
    writeFileSync(program.file, 'projects: []');
    program.child.kill('SIGHUP');
    await reloaded('configuration not reloaded');
    const { text } = await ask(program.url, '/metrics');
    expect(text).toContain('project="renamed"');
    expect(text).toContain('exporter_config_last_reload_successful 0');
    const { code } = await endOf(program, 'SIGTERM');
    expect(code).toBe(0);
  });
});

describe('the exit code', () => {
  it('is 2 for a flag that does not exist', async () => {
    const program = start(['--nothing']);
    expect(await program.ended).toBe(2);
    expect(program.said).toEqual({ out: '', err: expect.stringMatching(/^[^\n]*--nothing[^\n]*\n$/) });
  });

  it('is 0 for a page that is printed whole, however large', async () => {
    const cloud = await startSimulator({ pools: 600 });
    onTestFinished(cloud.close);
    const home = mkdtempSync(join(tmpdir(), 'process-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const file = join(home, 'config.yml');
    writeFileSync(
      file,
      configOf(cloud, { projects: (its) => [mainOf(its, { pools: [], discovery: { enabled: true } })] }),
    );
    const program = start(['metrics', `--config.file=${file}`]);
    expect(await program.ended).toBe(0);
    expect(program.said.out.length).toBeGreaterThan(1_000_000);
    expect(program.said.out.match(/^huaweicloud_workspace_desktop_pool_up\{.*\} 1$/gm)).toHaveLength(612);
    expect(program.said.out.endsWith('\n')).toBe(true);
  });

  it('is 1 for a page with gaps, which is printed whole all the same', async () => {
    const cloud = await startSimulator({ faults: [{ status: 500, match: { path: OFFICE } }] });
    onTestFinished(cloud.close);
    const home = mkdtempSync(join(tmpdir(), 'process-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const file = join(home, 'config.yml');
    writeFileSync(file, configOf(cloud));
    const program = start(['metrics', `--config.file=${file}`]);
    expect(await program.ended).toBe(1);
    expect(program.said.out).toContain(`desktop_pool_up{project="main",pool_id="${OFFICE}"} 0`);
  });
});
