// Turns lines of samples into blocks of the real Prometheus, and recording rules into blocks of what they would have recorded.
import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from './rules.ts';
import type { Span } from './server.ts';

/** Adds the samples of an OpenMetrics file to the blocks in `data`. */
export function backfillSamples(file: string, data: string): void {
  promtool('openmetrics', file, data);
}

/** Makes blocks, in a folder that no server reads, of what the rules record of the samples of the server at `url`. */
export function backfillRecordings(rules: readonly Recording[], url: string, span: Span, folder: string): void {
  const file = join(folder, 'recordings.yml');
  writeFileSync(
    file,
    JSON.stringify({ groups: [{ name: 'recordings', rules: rules.map(({ record, expr }) => ({ record, expr })) }] }),
  );
  const times = [`--start=${span.from}`, `--end=${span.to}`, `--eval-interval=${rules[0]?.step ?? span.step}s`];
  promtool('rules', `--url=${url}`, `--output-dir=${join(folder, 'recordings')}`, ...times, file);
}

/**
 * promtool evaluates every rule over the server's samples alone: a rule that reads another one gets its expression instead. A window over what another
 * rule records needs its samples: such a rule is in a later layer, for when those of the earlier ones are served.
 */
export function inLayers(rules: readonly Recording[]): readonly (readonly Recording[])[] {
  const all = new Map(rules.map(({ record, expr }) => [record, expr]));
  const layerOf = (record: string): number => {
    const read = [...(all.get(record) ?? '').matchAll(/([a-zA-Z_:][\w:]*)(\[?)/g)];
    const layers = read.flatMap(([, name = '', window]) =>
      all.has(name) && name !== record ? [layerOf(name) + (window === '' ? 0 : 1)] : [],
    );
    return Math.max(0, ...layers);
  };
  const layers: Recording[][] = [];
  for (const rule of rules) {
    const layer = layerOf(rule.record);
    layers[layer] = [...(layers[layer] ?? []), rule];
  }
  return layers.map(selfContained);
}

function selfContained(rules: readonly Recording[]): readonly Recording[] {
  const known = new Map<string, string>();
  for (const { record, expr } of rules)
    known.set(
      record,
      expr.replace(/[a-zA-Z_:][\w:]*/g, (word) => (known.has(word) ? `(${known.get(word)})` : word)),
    );
  return rules.map((rule) => ({ ...rule, expr: known.get(rule.record) ?? '' }));
}

/** To where no server is at work. */
export function moveBlocks(from: string, to: string): void {
  for (const block of readdirSync(from)) renameSync(join(from, block), join(to, block));
}

function promtool(...args: readonly string[]): void {
  // Large blocks, because it reads the whole file, or evaluates every rule, anew for each.
  const all = ['tsdb', 'create-blocks-from', '--max-block-duration=720h', '--quiet', ...args];
  const { status, stderr, stdout, error } = spawnSync('promtool', all, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`promtool does not start; apt-get install prometheus (${error.message})`);
  if (status !== 0) throw new Error(`promtool ${all.join(' ')}: ${stdout}${stderr}`);
}
