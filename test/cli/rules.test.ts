// The command `rules`: what it prints and writes, and what its flags change.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasPrometheus, promtool } from '../support/prometheus.ts';
import { print } from './print.ts';

const folder = mkdtempSync(join(tmpdir(), 'rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const printed = (...flags: readonly string[]) => print('rules', ...flags);

interface Rule {
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
const rulesIn = (text: string): readonly Rule[] =>
  parse(text).groups.flatMap(({ rules }: { readonly rules: readonly Rule[] }) => rules);
const alertIn = (text: string, name: string) => rulesIn(text).find(({ alert }) => alert === name);

const HIGH = 'WorkspacePoolUtilizationHigh';

describe('rules', () => {
  it('writes what is committed, file by file', async () => {
    const { code, out } = await printed(`--out=${folder}/new/rules`);
    expect([code, out]).toEqual([0, `${folder}/new/rules/recording.yml\n${folder}/new/rules/alerts.yml\n`]);
    for (const name of readdirSync(`${folder}/new/rules`))
      expect(readFileSync(`${folder}/new/rules/${name}`, 'utf8')).toBe(
        readFileSync(`prometheus/rules/${name}`, 'utf8'),
      );
  });

  it('prints all rules in one file', async () => {
    const { out } = await printed();
    const committed = ['recording', 'alerts'].map((name) => readFileSync(`prometheus/rules/${name}.yml`, 'utf8'));
    expect(rulesIn(out)).toEqual(committed.flatMap(rulesIn));
  });

  it('prints the PrometheusRule that is committed', async () => {
    const { out } = await printed('--format=operator');
    expect(out).toBe(readFileSync('deploy/kubernetes/prometheusrule.yaml', 'utf8'));
  });

  it.skipIf(!hasPrometheus())('prints rules that Prometheus takes, whatever the flags', async () => {
    const { out } = await printed(
      '--by=cluster',
      '--by=env',
      '--interval=5m',
      '--runbook-url=https://x.example/',
      '--threshold=quota=0.5',
    );
    writeFileSync(`${folder}/fitted.yml`, out);
    expect(promtool(['check', 'rules', '--lint=all', '--lint-fatal', `${folder}/fitted.yml`])).toBe('');
  });

  it('keeps labels, links runbooks, and says by which flags', async () => {
    const { out } = await printed('--by=cluster', '--runbook-url=https://x.example/repo/');
    expect(out.split('\n')[0]).toContain('rules --by=cluster --runbook-url=https://x.example/repo/');
    for (const { expr } of rulesIn(out))
      for (const [list] of expr.matchAll(/by \([^)]*\)/g)) expect(list).toMatch(/, cluster\)$/);
    expect(alertIn(out, HIGH)?.annotations?.runbook_url).toBe(`https://x.example/repo/docs/runbooks/${HIGH}.md`);
  });

  it('waits for more than one sample, however rare they are', async () => {
    const { out } = await printed('--interval=5m');
    expect(alertIn(out, 'WorkspacePoolExhausted')?.for).toBe('6m');
    expect(out).not.toContain('[3m]');
  });

  it('counts events in a longer window where samples are rare, and waits as long, or a single one would fire', async () => {
    for (const [interval, window] of [
      ['7s', '15m'],
      ['75s', '16m'],
      ['5m', '23m'],
    ]) {
      const throttled = alertIn((await printed(`--interval=${interval}`)).out, 'WorkspaceApiThrottled');
      expect(throttled?.expr).toContain(`[${window}]`);
      expect(throttled?.for).toBe(window);
      expect(throttled?.annotations?.description).toContain(`in the last ${window?.replace('m', ' minutes')}`);
    }
  });

  it('takes thresholds from flags, else those that all projects of the configuration agree on', async () => {
    const project = (name: string, alerts: string) =>
      `  - { name: ${name}, region: ap-southeast-3, project_id: 0bec5db98280d2d02fd6c00c2de791c${name}, auth: { type: metadata }, discovery: { enabled: true }, alerts: ${alerts} }\n`;
    writeFileSync(
      `${folder}/config.yml`,
      `defaults: { alerts: { utilization_high: 0.7 } }\nprojects:\n${project('a', '{ shrunk_by: 3 }')}${project('b', '{ shrunk_by: 4 }')}`,
    );
    const configured = (await printed(`--config.file=${folder}/config.yml`)).out;
    expect(alertIn(configured, HIGH)?.expr).toContain('+ 0.7)');
    expect(alertIn(configured, 'WorkspacePoolShrank')?.expr).toContain('+ 2)');
    const { out } = await printed(`--config.file=${folder}/config.yml`, '--threshold=utilization_high=0.6');
    expect(alertIn(out, HIGH)?.expr).toContain('+ 0.6)');
  });

  it('warns of thresholds that contradict each other, beside the rules', async () => {
    const { code, out, err } = await printed('--threshold=utilization_high=0.97');
    expect([code, err]).toEqual([
      0,
      'Warning: utilization_high (0.97) is above utilization_critical (0.95): the warning would never come before the critical alert\n',
    ]);
    expect(alertIn(out, HIGH)?.expr).toContain('+ 0.97)');
  });

  it.skipIf(!hasPrometheus()).each(['1s', '1500ms', '7s', '45s', '90s', '2m30s', '4m59s500ms'])(
    'prints rules that Prometheus takes for an interval of %s',
    async (interval) => {
      const { code, out } = await printed(`--interval=${interval}`);
      const file = `${folder}/${interval}.yml`;
      writeFileSync(file, out);
      expect([code, promtool(['check', 'rules', '--lint=all', '--lint-fatal', file])]).toEqual([0, '']);
    },
  );

  it.each([
    [
      '--threshold=utilisation_high=0.9',
      /--threshold=utilisation_high=0\.9: expected NAME=NUMBER with one of the names utilization_high/,
    ],
    [
      '--threshold=utilization_high=95',
      /--threshold=utilization_high=95: expected utilization_high=NUMBER, a number from 0 to 1$/m,
    ],
    ['--threshold=failed=-1', /expected failed=NUMBER, a number from 0 on$/m],
    ['--threshold=failed=', /expected failed=NUMBER, a number from 0 on$/m],
    ['--threshold=maintenance_seconds=0', /expected maintenance_seconds=NUMBER, whole seconds from 1 to 2592000$/m],
    ['--threshold=maintenance_seconds=0.5', /whole seconds from 1/],
    ['--job=vdi', /--job is a flag of dashboards, not of rules/],
    ['--interval=1h', /--interval=1h: expected a duration from 1s to 5m/],
    ['--interval=10m', /--interval=10m: expected a duration from 1s to 5m/],
    ['--by=pool_name', /--by=pool_name: expected a label of the target/],
    ['--by=status', /--by=status: expected a label of the target/],
    ['--by=severity', /--by=severity: expected a label of the target/],
    ['--format=jsonnet', /expected one of prometheus, operator/],
    ['--format=perses', /is for dashboards: Perses has no rules/],
  ])('refuses %s', async (flag, problem) => {
    const { code, err } = await printed(flag);
    expect(code).toBe(2);
    expect(err).toMatch(problem);
  });

  it('says where it cannot write', async () => {
    writeFileSync(`${folder}/file`, '');
    const { code, err } = await printed(`--out=${folder}/file`);
    expect([code, err]).toEqual([
      1,
      `huaweicloud-workspace-exporter: cannot write ${folder}/file/recording.yml (ENOTDIR); --out needs a folder in which this user may write\n`,
    ]);
  });

  it('stays a YAML file whatever the flags say', async () => {
    const { out } = await printed('--runbook-url=https://git.example.com/exporter\nb: c');
    expect(rulesIn(out).length).toBeGreaterThan(0);
  });
});
