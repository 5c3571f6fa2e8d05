// A month of four pools, and what is recorded of it.
import { record } from '../records.ts';
import { pool, type Scenario, type Series, steps } from './scenario.ts';

/** Minutes between two samples: rare ones, because a month of them is played. */
export const STEP = 30;
const HOUR = 60 / STEP;
const DAY = 24 * HOUR;
const DAYS = 30;

/** Five at night, `most` from eight to five; all who come, come at once. */
const workday = (most: number) => [[5, 8 * HOUR] as const, [most, 9 * HOUR] as const, [5, 7 * HOUR] as const];
const days = (of: (day: number) => readonly (readonly [number | '_', number])[]) =>
  steps(...Array.from({ length: DAYS + 1 }, (_, day) => of(day)).flat());

/** Few on the first day of the week, 28 on the others: but the fifth week begins with three more. */
const weekly = days((day) => [[day % 7 > 0 ? 28 : day < 28 ? 5 : 8, DAY]]);

const month = [
  // Twenty at work each day, and thirty on the tenth.
  ...pool({
    desktops: 40,
    used: days((day) => workday(day === 10 ? 30 : 20)),
    autoscale: 'AUTO_CREATED',
    minIdle: 20,
    mayCreate: 40,
  }),
  // The same week by week; no policy.
  ...pool({ id: 'p-2', name: 'Shop', desktops: 30, used: weekly, minIdle: 0 }),
  // The policy may create the ten that it takes.
  ...pool({
    id: 'p-3',
    name: 'Shop that grows',
    desktops: 30,
    used: weekly,
    autoscale: 'AUTO_CREATED',
    minIdle: 1,
    mayCreate: 10,
  }),
  // Here for three weeks only.
  ...pool({
    id: 'p-4',
    name: 'Young',
    desktops: steps(['_', 9 * DAY], [10, 22 * DAY]),
    used: steps(['_', 9 * DAY], [4, 22 * DAY]),
  }),
  // Halved in the middle.
  ...pool({ id: 'p-5', name: 'Halved', desktops: steps([40, 15 * DAY], [20, 16 * DAY]), used: 10 }),
  // As the shop, and nothing is known of two days.
  ...pool({
    id: 'p-6',
    name: 'Gap',
    desktops: 30,
    used: days((day) => [[day === 14 || day === 15 ? '_' : day % 7 > 0 ? 28 : 5, DAY]]),
  }),
];

const price: Series = {
  series:
    'huaweicloud_workspace_desktop_pool_alert_threshold{project="prod", pool_id="p-1", threshold="price_per_desktop_hour"}',
  values: `0.5x${DAYS * DAY}`,
};

const of = (name: Parameters<typeof record>[0], id: string) => `${record(name)}{pool_id="${id}"}`;

/** What each figure is, when; undefined where it must be absent. Of the moment, not of the last hour: the rules are evaluated on the hour. */
export const figures: readonly (readonly [at: string, query: string, value: number | undefined])[] = [
  // The reserve that would have served everybody, and that served all but one hour in a hundred.
  ['27d', of('desktops_used_rise:max28d', 'p-1'), undefined],
  ['29d', of('desktops_used_rise:max28d', 'p-1'), 25],
  ['29d', of('desktops_used_rise:p99_28d', 'p-1'), 15],
  ['29d', of('desktops_used_rise:max28d', 'p-4'), undefined],
  // Desktops that nobody needed even in the busiest hour.
  ['27d', of('desktops_idle:min28d', 'p-1'), undefined],
  ['29d', of('desktops_idle:min28d', 'p-1'), 10],
  ['29d', of('desktops_idle:min28d', 'p-4'), undefined],
  // The peak of each day.
  ['10d', of('desktops_used:max1d', 'p-1'), 20],
  ['10d20h', of('desktops_used:max1d', 'p-1'), 30],
  ['12d', of('desktops_used:max1d', 'p-1'), 20],
  // 40 desktops less 5 for 15 hours and 20 for nine, seven times.
  ['6d', of('desktops_idle:hours7d', 'p-1'), undefined],
  ['29d', of('desktops_idle:hours7d', 'p-1'), 7 * (15 * 35 + 9 * 20)],
  ['29d', of('desktops_idle:hours7d', 'p-4'), 7 * 24 * 6],
  // A price is given for one of them.
  ['29d', of('desktops_idle:cost7d', 'p-1'), 0.5 * 7 * (15 * 35 + 9 * 20)],
  ['29d', of('desktops_idle:cost7d', 'p-2'), undefined],
  // Tomorrow is as it was after the same day of earlier weeks: 23 more.
  ['13d12h', of('desktops_used:tomorrow', 'p-2'), undefined],
  ['21d12h', of('desktops_used:tomorrow', 'p-2'), 28],
  ['28d12h', of('desktops_used:tomorrow', 'p-2'), 31],
  // Made smaller: what is left was idle all the time, and costs no more than it does now.
  ['29d', of('desktops_idle:min28d', 'p-5'), 10],
  ['29d', of('desktops_idle:hours7d', 'p-5'), 7 * 24 * 10],
  // Two days are missing: the other weeks say what follows the first day of one.
  ['15d12h', of('desktops_used:tomorrow', 'p-6'), undefined],
  ['21d12h', of('desktops_used:tomorrow', 'p-6'), 28],
  ['29d', of('desktops_idle:min28d', 'p-6'), 2],
];

export const monthScenario: Scenario = {
  name: 'A month: one pool runs out on the second day of the fifth week, another may grow as far as it takes, and what is young is not foretold',
  series: [...month, price],
  firing: { '13d12h': [], '21d12h': [], '28d12h': ['WorkspacePoolExhaustsTomorrow'], '29d12h': [] },
  says: [
    {
      at: '28d12h',
      alert: 'WorkspacePoolExhaustsTomorrow',
      labels: { project: 'prod', pool_id: 'p-2', pool_name: 'Shop' },
      description:
        'Pool Shop (prod, p-2) would need 31 desktops at this hour tomorrow, by how its use grew from this weekday to the next in the last weeks; it has 30.',
    },
  ],
};
