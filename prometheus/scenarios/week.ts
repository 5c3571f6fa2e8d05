// Scenarios over days, evaluated every five minutes: promtool allows ten thousand samples per query.
import { POOL, pool, type Scenario, steps } from './scenario.ts';

const DAY = 288;

export const weekScenarios: readonly Scenario[] = [
  {
    name: 'After a week it is said of two pools that they are too large, and of three others it is not',
    series: [
      // Sixty desktops for six users.
      ...pool({ autoscale: 'AUTO_CREATED', minIdle: 4, mayCreate: 80, desktops: 60, used: 6 }),
      // A pool without a policy, hardly used.
      ...pool({ id: 'p-2', name: 'Lab', type: 'STATIC', desktops: 20, used: 2 }),
      // One that is needed whole, for an afternoon.
      ...pool({ id: 'p-3', name: 'Exams', desktops: 60, used: steps([6, 3 * DAY], [60, 3], [6, 6 * DAY]) }),
      // One whose policy wants a large reserve.
      ...pool({
        id: 'p-4',
        name: 'Reserve',
        autoscale: 'AUTO_CREATED',
        minIdle: 30,
        mayCreate: 80,
        desktops: 60,
        used: 6,
      }),
      // One that was too large, until somebody made it smaller.
      ...pool({ id: 'p-5', name: 'Cut', desktops: steps([60, 5 * DAY], [12, 4 * DAY]), used: 6 }),
    ],
    // Nothing is foretold before two weeks.
    silent: ['WorkspacePoolExhaustsTomorrow'],
    firing: {
      '6d': [],
      '7d30m': [],
      '7d90m': ['WorkspacePoolOverProvisioned', 'WorkspacePoolOverProvisioned'],
    },
    says: [
      {
        at: '7d90m',
        alert: 'WorkspacePoolOverProvisioned',
        labels: POOL,
        description:
          'Pool Office (prod, p-1) used 10% of its desktops on average in seven days; now 54 of 60 are idle.',
      },
      {
        at: '7d90m',
        alert: 'WorkspacePoolOverProvisioned',
        labels: { project: 'prod', pool_id: 'p-2', pool_name: 'Lab' },
        description: 'Pool Lab (prod, p-2) used 10% of its desktops on average in seven days; now 18 of 20 are idle.',
      },
    ],
  },
];
