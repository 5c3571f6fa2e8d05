// Scrapes in turn, timed: what all measurements share.
import { request } from 'node:http';
import type { Measured } from './exporter.ts';
import { processorTime } from './process.ts';

export const ROUNDS = Number(process.env.ROUNDS ?? '9');
export const WARM_UP = 5;

export const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds until the last byte, over a socket of its own. */
export function scrape(url: string, encoding = 'identity'): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': encoding }, agent: false }, (response) => {
      let failed = response.statusCode !== 200;
      response.on('data', (chunk: Buffer) => {
        failed ||= chunk.includes('collector_success{project="bench",collector="pools"} 0');
      });
      response.once('end', () => (failed ? reject(new Error(`${url} failed`)) : resolve(performance.now() - began)));
      response.once('error', reject);
    })
      .once('error', reject)
      .end();
  });
}

export interface Cost {
  readonly times: number[];
  /** Processor time of a scrape, in milliseconds; several, because it is counted in ticks. */
  cpu: number;
}

/** Turns alternate, so that a busy machine is busy for all. The first rounds warm everybody up. */
export async function alternate(all: readonly Measured[]): Promise<ReadonlyMap<string, Cost>> {
  const costs = new Map<string, Cost>(all.map(({ name }) => [name, { times: [], cpu: 0 }]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { name, url, child } of all) {
      const before = child?.pid === undefined ? 0 : processorTime(child.pid);
      const time = await scrape(url);
      const cost = costs.get(name);
      if (round < 0 || cost === undefined) continue;
      cost.times.push(time);
      if (child?.pid !== undefined) cost.cpu += (processorTime(child.pid) - before) / ROUNDS;
    }
    // The cloud changes each second: not every scrape finds the same.
    await pause(100);
  }
  return costs;
}
