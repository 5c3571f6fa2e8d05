// A month under promtool: every figure of right-sizing is what one would count by hand, or absent while it is not known.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { defaults } from '../prometheus/mixin.ts';
import { ruleFiles } from '../prometheus/rules.ts';
import { figures, monthScenario, STEP } from '../prometheus/scenarios/right-sizing.ts';
import { singleTests } from '../prometheus/scenarios/scenario.ts';
import { hasPrometheus } from './support/prometheus.ts';

const ALERT = 'WorkspacePoolExhaustsTomorrow';

interface Groups {
  readonly groups: readonly { readonly name: string; readonly rules: readonly { readonly alert?: string }[] }[];
}

interface TestFile {
  readonly tests: readonly { readonly promql_expr_test: object[] }[];
}

describe.skipIf(!hasPrometheus()).each([undefined, 'cluster'] as const)('with the label %s to keep', (kept) => {
  it('records what to set, and foretells tomorrow', { timeout: 120_000 }, () => {
    const by = kept === undefined ? [] : [kept];
    const files = ruleFiles(
      { ...defaults, interval: STEP * 60, by, thresholds: { creation_seconds: 2 * STEP * 60 } },
      'prometheus',
    );
    const { groups }: Groups = parse(files['alerts.yml'] ?? '');
    const one = groups.flatMap((group) => {
      const rules = group.rules.filter(({ alert }) => alert === ALERT);
      return rules.length === 0 ? [] : [{ ...group, rules }];
    });
    const document: TestFile = parse(singleTests(['recording.yml', 'alert.yml'], STEP, [monthScenario], kept));
    for (const test of document.tests)
      test.promql_expr_test.push(
        ...figures.map(([eval_time, expr, value]) => ({
          expr: `sum(${expr})`,
          eval_time,
          exp_samples: value === undefined ? [] : [{ labels: '{}', value }],
        })),
      );
    const folder = mkdtempSync(join(tmpdir(), 'right-sizing-'));
    try {
      writeFileSync(join(folder, 'recording.yml'), files['recording.yml'] ?? '');
      writeFileSync(join(folder, 'alert.yml'), stringify({ groups: one }));
      writeFileSync(join(folder, 'tests.yml'), stringify(document));
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', join(folder, 'tests.yml')], {
        encoding: 'utf8',
      });
      expect(status === 0 ? '' : `${stdout}${stderr}`).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('is explained figure by figure', () => {
  const text = readFileSync('docs/right-sizing.md', 'utf8');
  const files = ruleFiles(defaults, 'prometheus');
  const { groups }: { groups: readonly { name: string; rules: readonly { record: string }[] }[] } = parse(
    files['recording.yml'] ?? '',
  );
  const recorded = groups.find(({ name }) => name.endsWith('right-sizing'))?.rules ?? [];
  expect(recorded.length).toBeGreaterThan(5);
  for (const { record } of recorded)
    expect(text).toContain(`\`${record.replace('huaweicloud_workspace_desktop_pool', '…')}\``);
});
