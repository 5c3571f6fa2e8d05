// The dashboards at a thousand pools, under the real Prometheus: every query answers, and no panel gets more than a reader can see.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboards } from '../grafana/index.ts';
import { MOST_LINES, MOST_ROWS } from '../grafana/promql.ts';
import { questionsOf } from './demo-day/ask.ts';
import { dashboardSchema, type Panel, panelsOf } from './demo-day/dashboard.ts';
import { DAY, type DemoDay, startPlay } from './demo-day/day.ts';
import { END, SHOWN } from './demo-day/play.ts';
import { readRules } from './demo-day/rules.ts';
import type { Span } from './demo-day/server.ts';
import { hasPrometheus } from './support/prometheus.ts';

const POOLS = 1000;
const MINUTES = 25;
/** The tables of all pools are filtered and paged. */
const ABOUT_ALL = ['Pools', 'What to set'];
const isAboutAll = ({ title }: Panel) => ABOUT_ALL.includes(title);
const boards = dashboards.map(({ json }) => dashboardSchema.parse(json));

/** Series that one query may bring to a panel of this kind. */
const LIMITS: Readonly<Record<string, number>> = {
  stat: 5,
  gauge: 1,
  bargauge: 10,
  table: MOST_ROWS,
  timeseries: MOST_LINES,
  'state-timeline': MOST_LINES,
  heatmap: 30,
};
/** A row for each weekday and hour. */
const limitOf = (panel: Panel) => (panel.title.includes('by weekday and hour') ? 7 * 24 : (LIMITS[panel.type] ?? 0));

describe.skipIf(!hasPrometheus())(`at ${POOLS} pools`, () => {
  let day: DemoDay;
  const span: Span = { ...DAY, from: DAY.to - MINUTES * 60 };
  beforeAll(async () => {
    const play = { from: span.from * 1000, to: END, company: { pools: POOLS } };
    day = await startPlay(play, readRules(), [JSON.stringify(boards)]);
  }, 300_000);
  afterAll(() => day?.close());

  it.each(boards.map((board) => [board.title, board] as const))(
    'the dashboard %s answers, and shows no more than a reader can see',
    { timeout: 120_000 },
    async (_, board) => {
      const questions = await questionsOf(board, day.server, span, SHOWN);
      for (const panel of panelsOf(board).filter(({ targets }) => targets.length > 0))
        for (const { target, series } of await questions.ask(panel)) {
          const which = `${panel.title} / ${target.refId}`;
          if (isAboutAll(panel)) expect(series.length, which).toBeLessThan(1.1 * POOLS);
          else expect(series.length, which).toBeLessThanOrEqual(limitOf(panel));
        }
    },
  );

  it.each(ABOUT_ALL)('the table "%s" has them all, to be filtered and paged', async (title) => {
    const board = boards.find(({ panels }) => panels.some((panel) => panel.title === title));
    const table = board?.panels.find((panel) => panel.title === title);
    if (board === undefined || table === undefined) throw new Error(`no dashboard has the table ${title}`);
    for (const column of ['Pool', 'Project', 'Type'])
      expect(table.fieldConfig?.overrides, column).toContainEqual({
        matcher: { id: 'byName', options: column },
        properties: expect.arrayContaining([{ id: 'custom.filterable', value: true }]),
      });
    expect(table.options).toMatchObject({ footer: { enablePagination: true } });
    const [rows] = await (await questionsOf(board, day.server, span, SHOWN)).ask(table);
    expect(rows?.series.length).toBeGreaterThan(POOLS);
  });
});
