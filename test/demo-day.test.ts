// A working day of the demo under the real Prometheus: every panel must have something to show, and alerts must fire for the sick alone.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboards } from '../grafana/index.ts';
import { cast } from '../src/simulator/cast.ts';
import { estateAt } from '../src/simulator/estate.ts';
import { type Asked, type Questions, questionsOf } from './demo-day/ask.ts';
import { inLayers } from './demo-day/backfill.ts';
import { dashboardSchema, panelsOf } from './demo-day/dashboard.ts';
import { DAY, type DemoDay, PICTURED, startDemoDay } from './demo-day/day.ts';
import { type Episode, episodesOf, looksBackDays } from './demo-day/episodes.ts';
import { FIRED, RIGHTLY_EMPTY } from './demo-day/expected.ts';
import { SHOWN } from './demo-day/play.ts';
import { readRules } from './demo-day/rules.ts';
import { asServer, type Point, type Series, type Server } from './demo-day/server.ts';
import { copyToVictoriaMetrics, differences, pointsOf } from './demo-day/victoria-metrics.ts';
import { hasPrometheus } from './support/prometheus.ts';
import { isBuilt } from './support/tools.ts';

const P = 'huaweicloud_workspace_desktop_pool';
/** Columns of the worked examples in docs/right-sizing.md. */
const FIGURES = [
  'autoscale_min_idle:max',
  'desktops_used_rise:p99_28d',
  'desktops_used_rise:max28d',
  'desktops_idle:min28d',
  'desktops_used:max1d',
  'desktops_idle:hours7d',
  'desktops_idle:cost7d',
];
const LIMIT_MS = 300_000;
const boards = dashboards.map(({ json }) => dashboardSchema.parse(json));
const rules = readRules();
const names = new Map(cast.map(({ id, name }) => [id, name]));

describe.skipIf(!hasPrometheus())('a day of the demo', () => {
  let day: DemoDay;
  beforeAll(async () => {
    day = await startDemoDay(rules, [JSON.stringify(boards), P]);
  }, LIMIT_MS);
  afterAll(() => day?.close());

  it('is recorded as it was', async () => {
    const { pools } = estateAt(1, DAY.to * 1000);
    for (const [record, truth] of [
      ['desktops:max', pools.map(({ name, desktops }) => [name, desktops])],
      ['desktops_used:max', pools.map(({ name, used }) => [name, used])],
    ] as const)
      expect(byPool(await day.server.query(`${P}:${record}`, DAY.to)), record).toEqual(Object.fromEntries(truth));
  });

  describe('alerts', () => {
    it.each([...new Set([...names.values(), ...Object.keys(FIRED)])])('fire for what is wrong with %s', (subject) => {
      expect(firedFor(day.episodes, subject)).toEqual(FIRED[subject] ?? []);
    });

    it('fire for nobody else, the exporter least of all', () => {
      const subjects = new Set(day.episodes.filter(({ firesFrom }) => firesFrom !== undefined).map(subjectOf));
      expect([...subjects].filter((subject) => !(subject in FIRED))).toEqual([]);
    });

    it('need a day only, but for those that promtool tests', () => {
      expect(rules.alerts.filter(looksBackDays).map(({ alert }) => alert)).toEqual(['WorkspacePoolOverProvisioned']);
      expect(rules.alerts.length).toBeGreaterThan(30);
    });
  });

  describe.each(boards.map((board) => [board.title, board] as const))('the dashboard %s', (title, board) => {
    let questions: Questions;
    beforeAll(async () => {
      questions = await questionsOf(board, day.server, DAY, SHOWN);
    });
    const panels = panelsOf(board).filter(({ targets }) => targets.length > 0);

    it.each(panels.map((panel) => [panel.title, panel] as const))(
      'has something true to show in %s',
      async (_, panel) => {
        for (const one of await questions.ask(panel)) {
          const key = `${title} / ${panel.title} / ${one.target.refId}`;
          expect({ key, isEmpty: isEmpty(one) }).toEqual({ key, isEmpty: key in RIGHTLY_EMPTY });
        }
      },
    );

    it('has annotations that Prometheus understands', async () => {
      for (const expression of board.annotations.list.flatMap(({ expr, target }) => expr ?? target?.expr ?? []))
        await expect(questions.annotation(expression)).resolves.toBeInstanceOf(Array);
    });
  });

  it('knows the whole usual week', async () => {
    const board = boards.find(({ panels }) => panels.some(({ title }) => title === 'Usual week'));
    const panel = board?.panels.find(({ title }) => title.startsWith('Utilization by weekday and hour'));
    if (board === undefined || panel === undefined) throw new Error('no dashboard shows the usual week');
    const [asked] = await (await questionsOf(board, day.server, DAY, SHOWN)).ask(panel);
    expect(asked?.series.length).toBe(7 * 24);
  });

  it('has the figures of the worked examples', async () => {
    const rows = readFileSync('docs/right-sizing.md', 'utf8').split('## Worked examples')[1] ?? '';
    const examples = [...rows.matchAll(/^\| ([^|]+?)(?: \(STATIC\))? \| (.*[\d.]) \|$/gm)];
    const [minimum, enough, always, never, peak, hours, cost] = await Promise.all(
      FIGURES.map(async (figure) => byPool(await day.server.query(`last_over_time(${P}:${figure}[2h])`, PICTURED.to))),
    );
    expect(examples.length).toBeGreaterThan(4);
    for (const [, name = '', cells = ''] of examples) {
      const [minimumCell = '', ...others] = cells.split(' | ');
      expect(minimumCell, name).toBe(String(minimum?.[name] ?? '–'));
      const [costCell = 0, hoursCell = 0, ...counts] = others.toReversed().map((cell) => Number(cell.replace(',', '')));
      // Which answer comes first is not the same in every run: a desktop may be seen a minute earlier or later.
      for (const [i, figure] of [peak, never, always, enough].entries())
        expect(Math.abs((counts[i] ?? Number.NaN) - Math.ceil(figure?.[name] ?? Number.NaN)), name).toBeLessThanOrEqual(
          1,
        );
      expect(costCell / (cost?.[name] ?? Number.NaN), name).toBeCloseTo(1, 1);
      expect(hoursCell / (hours?.[name] ?? Number.NaN), name).toBeCloseTo(1, 1);
    }
  });

  describe.skipIf(!isBuilt('a day of the demo in VictoriaMetrics', 'victoria-metrics'))('in VictoriaMetrics', () => {
    let other: Server;
    beforeAll(async () => {
      other = asServer(await copyToVictoriaMetrics(day.data));
    }, LIMIT_MS);
    afterAll(() => other?.stop());

    it.each(boards.map((board) => [board.title, board] as const))(
      'the dashboard %s shows the same',
      async (_, board) => {
        const panels = panelsOf(board).filter(({ targets }) => targets.length > 0);
        const [here, there] = await Promise.all(
          [day.server, other].map(async (server) => {
            const questions = await questionsOf(board, server, DAY, SHOWN);
            return (await Promise.all(panels.map((panel) => questions.ask(panel)))).flat();
          }),
        );
        for (const [index, { expression, series }] of (here ?? []).entries()) {
          const [ours, theirs] = [pointsOf(series), pointsOf(there?.[index]?.series ?? [])];
          // A rate is estimated over the edges of its window here, and taken from the samples in it there. Of equal ones either is the greatest.
          if (/\b(rate|increase)\(/.test(expression))
            expect(Object.keys(theirs).toSorted(), expression).toEqual(Object.keys(ours).toSorted());
          else if (/\b(top|bottom)k\(/.test(expression))
            expect(differences(inOrderOfTime(ours), inOrderOfTime(theirs)), expression).toEqual([]);
          else {
            expect(Object.keys(theirs).toSorted(), expression).toEqual(Object.keys(ours).toSorted());
            for (const [labels, points] of Object.entries(ours))
              expect(differences(points, theirs[labels] ?? []), `${expression} ${labels}`).toEqual([]);
          }
        }
      },
    );

    it('the same alerts fire, within a minute of the same time', async () => {
      const fired = (all: readonly Episode[]) =>
        all.flatMap((one) => (one.firesFrom === undefined ? [] : [timesOf(one)]));
      const theirs = fired(await episodesOf(rules.alerts, other, DAY)).toSorted(inOrder);
      const ours = fired(day.episodes).toSorted(inOrder);
      expect(theirs.map(({ words }) => words)).toEqual(ours.map(({ words }) => words));
      expect(ours.length).toBeGreaterThan(20);
      for (const [index, { words, times }] of ours.entries())
        for (const [which, time] of times.entries())
          expect(Math.abs(time - (theirs[index]?.times[which] ?? 0)), words).toBeLessThanOrEqual(DAY.step);
    });
  });

  it('knows every query that rightly finds nothing', () => {
    const known = boards.flatMap((board) =>
      panelsOf(board).flatMap(({ title, targets }) =>
        targets.map(({ refId }) => `${board.title} / ${title} / ${refId}`),
      ),
    );
    expect(Object.keys(RIGHTLY_EMPTY).filter((key) => !known.includes(key))).toEqual([]);
  });
});

describe('a recording rule that reads another one', () => {
  it('is evaluated with the expression of the other', () => {
    const layers = inLayers([
      { record: 'a:max', expr: 'max(a)' },
      { record: 'a:b:max', expr: 'a:max - b' },
      { record: 'c', expr: 'a:b:max / a:max' },
      { record: 'd', expr: 'max_over_time(a:max[1h])' },
      { record: 'e', expr: 'd - a' },
    ]);
    expect(layers.map((layer) => layer.map(({ expr }) => expr))).toEqual([
      ['max(a)', '(max(a)) - b', '((max(a)) - b) / (max(a))'],
      ['max_over_time(a:max[1h])', '(max_over_time(a:max[1h])) - a'],
    ]);
  });
});

const inOrderOfTime = (series: Readonly<Record<string, readonly Point[]>>) =>
  Object.values(series)
    .flat()
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
interface Fired {
  readonly words: string;
  readonly times: readonly number[];
}
const timesOf = ({ alert, labels, from, to, firesFrom = 0 }: Episode): Fired => ({
  words: `${alert} ${JSON.stringify(Object.entries(labels).toSorted())}`,
  times: [from, to, firesFrom],
});
const inOrder = (a: Fired, b: Fired) => {
  if (a.words !== b.words) return a.words < b.words ? -1 : 1;
  return (a.times[0] ?? 0) - (b.times[0] ?? 0);
};

const byPool = (series: readonly Series[]) =>
  Object.fromEntries(series.map(({ labels, points }) => [names.get(labels.pool_id ?? ''), points.at(-1)?.[1]]));

const isEmpty = ({ series }: Asked) => !series.some(({ points }) => points.some(([, value]) => Number.isFinite(value)));

/** The pool, or what else the alert is about, in the words of its labels. */
function subjectOf({ labels: { pool_name, pool_id = '', alertname: _, unit: _unit, ...others } }: Episode): string {
  return pool_name ?? names.get(pool_id) ?? Object.values(others).join(' ');
}

const firedFor = (episodes: readonly Episode[], subject: string) => {
  const fired = episodes.filter((one) => one.firesFrom !== undefined && subjectOf(one) === subject);
  return [...new Set(fired.map(({ alert }) => alert))].toSorted();
};
