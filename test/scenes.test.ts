// The scenes of the demo under the real Prometheus: each sends the alerts that it announces, about more than is always sick.
import { beforeAll, describe, expect, it } from 'vitest';
import { flagList } from '../src/cli/flags.ts';
import { run } from '../src/cli/run.ts';
import { HAPPENS_MS, type Scene, sceneNames, scenes } from '../src/simulator/scenes.ts';
import { startPlay } from './demo-day/day.ts';
import { END, type Play } from './demo-day/play.ts';
import { readRules } from './demo-day/rules.ts';
import { hasPrometheus } from './support/prometheus.ts';

const MINUTE_MS = 60_000;
const LENGTH_MS = 90 * MINUTE_MS;
const MORNING = END - (END % (24 * 60 * MINUTE_MS));
/** promtool leaves no mark where a recorded series ends, and the rule of the names cannot read itself: two names would overlap. Here none changes. */
const NAME = 'huaweicloud_workspace_desktop_pool:name:info';
const { recordings, alerts } = readRules();
const rules = {
  alerts,
  recordings: recordings.map((rule) =>
    rule.record === NAME
      ? {
          ...rule,
          expr: 'max by (project, pool_id, pool_name) (last_over_time(huaweicloud_workspace_desktop_pool_info[1d]))',
        }
      : rule,
  ),
};

/** Alerts that fired, with what they are about. */
async function firedIn(play: Play): Promise<ReadonlySet<string>> {
  const day = await startPlay(play, rules, []);
  await day.close();
  const fired = day.episodes.filter(({ firesFrom }) => firesFrom !== undefined);
  return new Set(
    fired.map(({ alert, labels }) => `${alert} ${labels.project} ${labels.pool_id ?? labels.collector ?? ''}`),
  );
}

const startOf = ({ startsAt: [hours, minutes] }: Scene) => MORNING + (60 * hours + minutes) * MINUTE_MS;

describe('demo --scene', () => {
  it('knows every scene', () => {
    expect(flagList().find(({ name }) => name === 'scene')?.choices).toEqual(sceneNames);
  });

  it('says what happens, and which alerts to expect', async () => {
    let out = '';
    const code = await run({
      argv: ['demo', '--scene=sold-out', '--web.listen-address=127.0.0.1:0', '--log.level=error'],
      env: {},
      out: (text) => {
        out += text;
      },
      err: () => {},
      stopped: Promise.resolve(),
      onHangup: () => {},
    });
    expect(code).toBe(0);
    const { says, alerts } = scenes['sold-out'];
    for (const text of [says, ...alerts, 'One second here is 1 s there']) expect(out).toContain(text);
  });
});

describe.skipIf(!hasPrometheus())('a scene', () => {
  let usual: ReadonlySet<string>;
  beforeAll(async () => {
    const starts = sceneNames.map((name) => startOf(scenes[name]));
    usual = await firedIn({ from: Math.min(...starts), to: Math.max(...starts) + LENGTH_MS });
  }, 120_000);

  it.each(sceneNames)('%s sends the alerts that it announces', { timeout: 120_000 }, async (name) => {
    const scene: Scene = scenes[name];
    const from = startOf(scene);
    const fired = await firedIn({
      from,
      to: from + LENGTH_MS,
      ...(scene.stateOf === undefined ? {} : { company: { stateOf: scene.stateOf(1) } }),
      happens: (cloud, at) => {
        if (at === from + HAPPENS_MS) scene.happens?.(cloud);
      },
    });
    const news = [...fired].filter((one) => !usual.has(one)).map((one) => one.split(' ')[0] ?? '');
    expect([...new Set(news)].sort()).toEqual([...scene.alerts].sort());
  });

  it('announces alerts that exist', () => {
    const known = alerts.map(({ alert }) => alert);
    for (const name of sceneNames) expect(known).toEqual(expect.arrayContaining([...scenes[name].alerts]));
  });
});
