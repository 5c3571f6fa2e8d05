// The alerts that fire, for any dashboard: how many, which, since when, and what to do.
import type { Kit } from './kit.ts';
import { NEUTRAL, NONE_ALLOWED, NONE_WANTED, SEVERITY } from './looks.ts';
import type { AnyPanel, Look } from './panel.ts';
import { stat } from './present.ts';
import { counted, type Matchers, MOST_ROWS } from './promql.ts';
import { type Column, joined } from './tables.ts';

/** Grafana's list of rules, down to those of this exporter that fire. */
const LIST = '/alerting/list?search=state:firing%20Workspace';
/** The gravest first, with a colour that begins at one. */
const SEVERITIES = { critical: NONE_ALLOWED, warning: NONE_WANTED, info: NEUTRAL };
const RANKED = Object.keys(SEVERITIES).toReversed();

/** An alert that is not about a pool has no pool_id, one about the exporter no project. */
const ofAll = ({ by }: Kit): Matchers => [
  ...['project', ...by].map((label) => `${label}=~"$${label}|"`),
  'pool_id=~"$pool|"',
];
const series = (name: 'ALERTS' | 'ALERTS_FOR_STATE', matchers: Matchers) =>
  `${name}{${['alertname=~"Workspace.+"', ...matchers].join(', ')}}`;
const firing = (severity: string, matchers: Matchers) =>
  series('ALERTS', ['alertstate="firing"', `severity="${severity}"`, ...matchers]);

export const firingCount = (kit: Kit, size: Pick<Look, 'width' | 'height'>, ofWhom = ofAll(kit)): AnyPanel =>
  stat({
    ...size,
    title: 'Firing alerts',
    description:
      "Alerts of the rules of this exporter that fire now, of what is chosen above and of the exporter itself. A click leads to Grafana's list of alerts.",
    unit: 'none',
    link: { title: 'Show the list of alerts', url: LIST },
    queries: Object.keys(SEVERITIES).map((severity) => ({
      expr: counted(firing(severity, ofWhom), kit.record('desktops:max')),
      legend: severity,
    })),
    overrides: Object.fromEntries(
      Object.entries(SEVERITIES).map(([severity, steps]) => [
        severity,
        [{ id: 'thresholds', value: { mode: 'absolute', steps } }],
      ]),
    ),
  });

/** `about` are the columns that say whom an alert is about. */
export function firingTable(kit: Kit, height: number, about: readonly Column[], ofWhom = ofAll(kit)): AnyPanel {
  const { labels, orNone, runbookUrl } = kit;
  const identity = labels('project', 'pool_id', 'pool_name', 'alertname');
  const ranked = RANKED.map((severity, rank) => `${firing(severity, ofWhom)} * ${rank + 1}`).join(' or ');
  const listed = `max by (${identity}) (topk(${MOST_ROWS}, ${ranked}))`;
  return joined({
    title: 'Alerts that fire',
    description: `What the rules say now, the gravest first; the name leads to what to do. At most ${MOST_ROWS} are listed.`,
    width: 24,
    height,
    sortBy: 'Severity',
    columns: [
      { name: 'Severity', width: 100, cell: 'text', mappings: [SEVERITY], expr: orNone(listed, '') },
      {
        name: 'Alert',
        label: 'alertname',
        width: 360,
        link:
          runbookUrl === undefined
            ? { title: 'Show it among the alerts', url: `${LIST}%20rule:\${__value.text:percentencode}` }
            : { title: 'What to do', url: `${runbookUrl}/docs/runbooks/\${__value.text}.md` },
      },
      {
        name: 'Since',
        expr: `max by (${identity}) (1000 * ${series('ALERTS_FOR_STATE', ofWhom)} and on (${identity}) ${listed})`,
        width: 140,
        unit: 'dateTimeFromNow',
      },
      ...about,
    ],
  });
}
