// A whole simulated day in a real Prometheus: samples, recorded series and alerts, as they would be there at its end, and what the
// usual week is known from.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfillRecordings, backfillSamples, inLayers, moveBlocks } from './backfill.ts';
import { alertLines, type Episode, episodesOf } from './episodes.ts';
import { END, type Play, playOut, START, THE_DAY } from './play.ts';
import type { Recording, Rules } from './rules.ts';
import { type Server, type Span, startServer } from './server.ts';
import { WEEKS_S, weeksBefore } from './weeks.ts';

/** The day in seconds since the epoch, by the minute. */
export const DAY: Span = { from: START / 1000, to: END / 1000, step: 60 };

/** What pictures and worked examples show: five minutes before the end, so that no axis ends in half an hour's number. */
export const PICTURED: Span = { ...DAY, to: DAY.to - 300 };

export interface DemoDay {
  readonly server: Server;
  /** The folder of the server's blocks. */
  readonly data: string;
  readonly episodes: readonly Episode[];
  close(): Promise<void>;
}

/** With the weeks before it. */
export const startDemoDay = (rules: Rules, texts: readonly string[]) => startPlay(THE_DAY, rules, texts, weeksBefore);

/** `texts` name, somewhere, every metric that will be asked for, beside those that the rules need; `before` adds what is older. */
export async function startPlay(
  play: Play,
  rules: Rules,
  texts: readonly string[],
  before?: typeof weeksBefore,
): Promise<DemoDay> {
  const span: Span = { from: play.from / 1000, to: play.to / 1000, step: DAY.step };
  const folder = mkdtempSync(join(tmpdir(), 'demo-day-'));
  const data = join(folder, 'data');
  const { recordings, alerts } = rules;
  const named = new Set(JSON.stringify([texts, rules]).match(/[a-zA-Z_]\w*/g));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await writeSamples(join(folder, 'samples'), (write) =>
      playOut(
        play,
        (metric) => named.has(metric),
        (lines) => write(`${lines.join('\n')}\n`),
      ),
    );
    backfillSamples(join(folder, 'samples'), data);
    for (const layer of inLayers(recordings.filter((rule) => !isOfWeeks(rule)))) {
      await served(data, async ({ url }) => backfillRecordings(layer, url, span, folder));
      moveBlocks(join(folder, 'recordings'), data);
    }
    const { episodes, weeks } = await served(data, async (server) => ({
      episodes: await episodesOf(alerts, server, span),
      weeks: (await before?.(server, span)) ?? [],
    }));
    if (weeks.length > 0) {
      await writeSamples(join(folder, 'weeks'), async (write) => write(weeks.join('')));
      backfillSamples(join(folder, 'weeks'), data);
      await recordWeeks(recordings, span, data, folder);
    }
    await writeSamples(join(folder, 'alerts'), async (write) => {
      for (const line of alertLines(episodes, span.step)) write(line);
    });
    backfillSamples(join(folder, 'alerts'), data);
    const server = await startServer(data);
    return { server, data, episodes, close: () => server.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

const HOUR_S = 3600;
const isOfWeeks = ({ step = 0 }: Recording) => step >= HOUR_S;
/** What right-sizing reads of the weeks; the rules of the day record it of the day. */
const READ_OF_WEEKS = /:(desktops_used:rise|desktops_idle:min1h)$/;

async function recordWeeks(recordings: readonly Recording[], day: Span, data: string, folder: string): Promise<void> {
  const from = day.from - WEEKS_S;
  const record = async (rules: readonly Recording[], span: Span) => {
    await served(data, async ({ url }) => backfillRecordings(rules, url, span, folder));
    moveBlocks(join(folder, 'recordings'), data);
  };
  const weeks = { from: from + HOUR_S, to: day.from - 1, step: 300 };
  await record(
    recordings.filter((rule) => READ_OF_WEEKS.test(rule.record)),
    weeks,
  );
  for (const layer of inLayers(recordings.filter(isOfWeeks)))
    await record(layer, { from: from + HOUR_S, to: day.to, step: HOUR_S });
}

/** A server reads blocks when it starts: what is added is served by the next one. */
async function served<T>(data: string, use: (server: Server) => Promise<T>): Promise<T> {
  const server = await startServer(data);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

async function writeSamples(path: string, produce: (write: (text: string) => void) => Promise<void>): Promise<void> {
  writeFileSync(path, '');
  const file = openSync(path, 'a');
  await produce((text) => void writeSync(file, text));
  writeSync(file, '# EOF\n');
  closeSync(file);
}
