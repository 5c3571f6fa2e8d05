// Reloads that come at the same time: one after the other, each with the newest configuration.
import { expect, it } from 'vitest';
import { createApp } from '../../src/app/app.ts';
import { createLogger } from '../../src/app/logger.ts';
import { createReload } from '../../src/app/reload.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { serveUntilStopped } from '../../src/cli/serve.ts';
import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { record } from '../e2e/world.ts';
import { later } from '../scrape/house.ts';
import { eventually } from '../support/eventually.ts';

const configNamed = (name: string): Promise<Config> =>
  loadConfig(
    `projects: [{ name: ${name}, region: eu-west-0, project_id: 0bec5db98280d2d02fd6c00c2de791ce, auth: { type: metadata }, discovery: { enabled: true } }]`,
    'test',
    collectors,
  );

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function reloading() {
  const { lines, write } = record();
  const log = createLogger({ level: 'info', format: 'logfmt', write });
  const app = createApp(await configNamed('first'), { log, processMetrics: false });
  const reads: ReturnType<typeof later<Config | Error>>[] = [];
  const read = async () => {
    const one = later<Config | Error>();
    reads.push(one);
    const found = await one.promise;
    if (found instanceof Error) throw found;
    return found;
  };
  const names = () => app.running().projects.map(({ name }) => name);
  return { reload: createReload(app, read, log), reads, names, lines };
}

it('a reload that comes while another runs waits for it, and reads for itself', async () => {
  const { reload, reads, names } = await reloading();
  const both = [reload(), reload()];
  await Promise.resolve();
  expect(reads).toHaveLength(1);
  reads[0]?.resolve(await configNamed('second'));
  await both[0];
  expect(names()).toEqual(['second']);
  await settle();
  expect(reads).toHaveLength(2);
  reads[1]?.resolve(await configNamed('third'));
  await both[1];
  expect(names()).toEqual(['third']);
});

it('a hangup while the program starts is a reload once it has started', async () => {
  const { lines, write } = record();
  const log = createLogger({ level: 'info', format: 'logfmt', write });
  const stop = later<void>();
  const config = later<Config>();
  let hangUp = () => {};
  const terminal = {
    argv: [],
    env: {},
    out() {},
    err() {},
    stopped: stop.promise,
    onHangup(task: () => void) {
      hangUp = task;
    },
  };
  const flags = parseFlags(['serve', '--web.listen-address=127.0.0.1:0']);
  const serving = serveUntilStopped(() => config.promise, flags, terminal, log);
  hangUp();
  config.resolve(await configNamed('first'));
  await eventually('the reload', () => lines.find((line) => line.includes('configuration reloaded')));
  stop.resolve();
  expect(await serving).toBe(0);
});

it('a reload that fails does not stop the next one', async () => {
  const { reload, reads, names, lines } = await reloading();
  const first = reload();
  const second = reload();
  await Promise.resolve();
  reads[0]?.resolve(new Error('the file is gone'));
  await expect(first).rejects.toThrow('the file is gone');
  expect(names()).toEqual(['first']);
  await settle();
  reads[1]?.resolve(await configNamed('second'));
  await second;
  expect(names()).toEqual(['second']);
  expect(lines.find((line) => line.includes('level=error'))).toContain('the file is gone');
});

it('reloads that come while one runs are one', async () => {
  const { reload, reads, names, lines } = await reloading();
  const first = reload();
  const others = Array.from({ length: 50 }, () => reload());
  reads[0]?.resolve(await configNamed('second'));
  await first;
  await settle();
  reads[1]?.resolve(await configNamed('third'));
  await Promise.all(others);
  expect([reads.length, names()]).toEqual([2, ['third']]);
  expect(lines.filter((line) => line.includes('configuration reloaded'))).toHaveLength(2);
});
