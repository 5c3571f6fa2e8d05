// What panels of the overview answer, under promtool: a good fleet, one in need and one that nobody reads must not look alike.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UIDS } from '../grafana/dashboard.ts';
import { dashboards } from '../grafana/index.ts';
import { panelsOf, substituted, targetsOf } from './support/dashboard-queries.ts';
import { hasPrometheus } from './support/prometheus.ts';

const P = 'huaweicloud_workspace_desktop_pool';
const overview = dashboards.find(({ uid }) => uid === UIDS.overview);
const panels = overview === undefined ? [] : panelsOf(overview.json);

/** The query of a panel, with everything chosen. */
function queryOf(title: string, index = 0): string {
  const panel = panels.find((one) => one.title === title);
  const query = panel && targetsOf(panel)[index]?.expr;
  if (query === undefined) throw new Error(`no query ${index} in ${title}`);
  return substituted(query.replaceAll(/\$(project|pool)\b/g, '.+'));
}

interface Pool {
  readonly project?: string;
  readonly name: string;
  readonly desktops: number;
  readonly used: number;
  readonly minIdle: number;
  readonly inMaintenance?: true;
}

/** As recorded; the id is made of project and name. */
const seriesOf = ({ project = 'hq', name, desktops, used, minIdle, inMaintenance }: Pool) => {
  const id = `project="${project}", pool_id="${project}-${name}"`;
  const recorded = {
    'desktops:max': desktops,
    'desktops_used:max': used,
    'desktops_idle:max': desktops - used,
    'utilization:ratio': used / desktops,
    'idle_deficit:max': Math.max(minIdle - (desktops - used), 0),
    'autoscale_min_idle:max': minIdle,
    'autoscale_enabled:max': 1,
    'in_maintenance:max': inMaintenance === undefined ? 0 : 1,
  };
  const info = `pool_name="${name}", pool_type="DYNAMIC", autoscale_type="AUTO_CREATED"`;
  return [
    ...Object.entries(recorded).map(([record, value]) => [`${P}:${record}{${id}}`, value] as const),
    [`${P}:name:info{${id}, pool_name="${name}"}`, 1] as const,
    [`${P}_info{${id}, ${info}}`, 1] as const,
  ];
};

const WELL: Pool = { name: 'lab', desktops: 10, used: 4, minIdle: 6 };
const SHORT: Pool = { name: 'office', desktops: 10, used: 8, minIdle: 5 };
const NO_POOL = { 'No pool': 0 };

type Answer = Readonly<Record<string, number>>;

/** Fails with promtool's own words unless the query answers values by `label`, whatever other labels there are. */
function expectAnswer(query: string, label: string, given: readonly (readonly [string, number])[], answer: Answer) {
  const folder = mkdtempSync(join(tmpdir(), 'answers-'));
  const file = join(folder, 'tests.yml');
  const test = {
    interval: '1m',
    input_series: given.map(([series, value]) => ({ series, values: `${value}x90` })),
    promql_expr_test: [
      {
        expr: `sum by (${label}) (${query})`,
        eval_time: '1h',
        exp_samples: Object.entries(answer).map(([name, value]) => ({
          labels: name === '' ? '{}' : `{${label}=${JSON.stringify(name)}}`,
          value,
        })),
      },
    ],
  };
  try {
    writeFileSync(file, JSON.stringify({ rule_files: [], evaluation_interval: '1m', tests: [test] }));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    expect(status === 0 ? '' : `${stdout}${stderr}`).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!hasPrometheus())('the overview', () => {
  it.each([
    ['Pools with the most missing idle desktops', SHORT, 3],
    ['Idle above twice the minimum', { ...WELL, minIdle: 2 }, 2],
  ] as const)('shows in "%s" only who has any, and says so where nobody has', (title, pool, value) => {
    const answers = (pools: readonly Pool[], answer: Answer) =>
      expectAnswer(queryOf(title), 'pool_name', pools.flatMap(seriesOf), answer);
    answers([WELL, pool], { [pool.name]: value });
    answers([WELL], NO_POOL);
    answers([], {});
  });

  it('shows who was in maintenance, or that nobody was', () => {
    const title = 'Maintenance of the pools';
    expectAnswer(queryOf(title), 'pool_name', [WELL].flatMap(seriesOf), NO_POOL);
    const pools: readonly Pool[] = [WELL, { ...SHORT, inMaintenance: true }];
    expectAnswer(queryOf(title), 'pool_name', pools.flatMap(seriesOf), { office: 1 });
  });

  it('tells pools of one name apart by their projects, and keeps other names short', () => {
    const pools = [WELL, SHORT, { ...SHORT, project: 'branch' }];
    const answer = { lab: 0.4, 'hq / office': 0.8, 'branch / office': 0.8 };
    expectAnswer(queryOf('Fullest pools'), 'pool_name', pools.flatMap(seriesOf), answer);
  });

  it('does not call a pool in maintenance well: nobody new can connect to it', () => {
    const queries = panels.flatMap((panel) => (panel.title === 'Pools' ? targetsOf(panel) : []));
    const index = queries.findIndex(({ expr }) => expr.includes('+ 5'));
    const pools: readonly Pool[] = [WELL, { ...SHORT, inMaintenance: true }, { ...SHORT, name: 'shop' }];
    const answer = { 'hq-lab': 5, 'hq-office': 4, 'hq-shop': 3 };
    expectAnswer(queryOf('Pools', index), 'pool_id', pools.flatMap(seriesOf), answer);
  });

  it('lists the alerts that fire, since when, or that there are none', () => {
    const title = 'Alerts that fire';
    const alert = 'project="hq", pool_id="hq-lab", pool_name="lab", severity="critical"';
    const alerts = [
      [`ALERTS{alertname="WorkspacePoolEmpty", alertstate="firing", ${alert}}`, 1],
      [`ALERTS_FOR_STATE{alertname="WorkspacePoolEmpty", ${alert}}`, 600],
      [`ALERTS{alertname="WorkspacePoolShrank", alertstate="pending", ${alert}}`, 1],
      [`ALERTS_FOR_STATE{alertname="WorkspacePoolShrank", ${alert}}`, 900],
    ] as const;
    const fleet = seriesOf(WELL);
    expectAnswer(queryOf(title, 0), 'alertname', [...fleet, ...alerts], { WorkspacePoolEmpty: 3 });
    expectAnswer(queryOf(title, 1), 'alertname', [...fleet, ...alerts], { WorkspacePoolEmpty: 600_000 });
    expectAnswer(queryOf(title, 0), 'alertname', fleet, { '': 0 });
    expectAnswer(queryOf(title, 0), 'alertname', [], {});
  });
});
