// The rules of Prometheus: their names exist, promtool plays every scenario, and each alert has a page that says what to do.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaults } from '../prometheus/mixin.ts';
import { alertGroups, alerts, printedRules, recordings, ruleFiles, runbookPath } from '../prometheus/rules.ts';
import { monthScenario, scenarios as scenariosOfHours, weekScenarios } from '../prometheus/scenarios/index.ts';
import { type Kept, resampledTests, singleTests } from '../prometheus/scenarios/scenario.ts';
import { allSections } from '../src/app/catalog.ts';
import { hasPrometheus } from './support/prometheus.ts';
import { isBuilt } from './support/tools.ts';

const scenarios = [...scenariosOfHours, ...weekScenarios, monthScenario];
const withRecording = scenariosOfHours.filter(({ isWithoutRecording }) => isWithoutRecording === undefined);
const withoutRecording = scenariosOfHours.filter(({ isWithoutRecording }) => isWithoutRecording);
const names = alerts.map(({ name }) => name);
interface Rule {
  readonly alert: string;
  readonly keep_firing_for?: string;
  readonly annotations: { readonly runbook_url?: string };
}
const rulesOf = (runbookUrl?: string): readonly Rule[] =>
  parse(ruleFiles({ ...defaults, runbookUrl }, 'prometheus')['alerts.yml'] ?? '').groups.flatMap(
    ({ rules }: { readonly rules: readonly Rule[] }) => rules,
  );

/** Resolves with what it wrote if it found something wrong, else with nothing. */
const promtool = (...args: readonly string[]) =>
  new Promise<string>((resolve, reject) => {
    const child = spawn('promtool', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? '' : output));
  });

const firesIn = scenarios.flatMap(({ firing }) => Object.values(firing).flat());

/** Labels that Prometheus puts on what it scrapes. */
const FROM_PROMETHEUS = ['job', 'instance'];
const known = new Map<string, readonly string[]>([
  ...(await allSections()).flatMap(({ metrics }) =>
    metrics.flatMap(({ name, type, labels }) => [
      [name, [...labels, ...FROM_PROMETHEUS]] as const,
      ...(type === 'histogram' ? [[`${name}_bucket`, [...labels, 'le', ...FROM_PROMETHEUS]] as const] : []),
    ]),
  ),
  ...recordings.map(
    ({ record }) => [record, ['project', 'pool_id', ...(/:name:/.test(record) ? ['pool_name'] : [])]] as const,
  ),
  ...['up', 'process_start_time_seconds', 'process_resident_memory_bytes'].map(
    (name) => [name, FROM_PROMETHEUS] as const,
  ),
]);

/** What is wrong with an expression: syntax, and metrics and labels that do not exist. */
function mistakesIn(expr: string): string[] {
  const mistakes: string[] = [];
  const available = new Set<string>();
  const groupings: string[] = [];
  let metric = '';
  // What `label_replace` makes.
  for (const [, made = ''] of expr.matchAll(/, "(\w+)", "[^"]*", "[^"]*", "[^"]*"\)/g)) available.add(made);
  parser.parse(expr).iterate({
    enter({ type, node, from, to }) {
      const text = expr.slice(from, to);
      if (type.isError) mistakes.push(`syntax at ${from}`);
      if (type.name === 'VectorSelector') {
        const name = node.getChild('Identifier');
        metric = name === null ? '' : expr.slice(name.from, name.to);
        if (!known.has(metric)) mistakes.push(`no metric ${metric}`);
        for (const label of known.get(metric) ?? []) available.add(label);
      }
      if (type.name !== 'LabelName') return;
      if (node.parent?.name === 'GroupingLabels') groupings.push(text);
      else if (!known.get(metric)?.includes(text)) mistakes.push(`${metric} has no label ${text}`);
    },
  });
  return [
    ...mistakes,
    ...groupings.filter((label) => !available.has(label)).map((label) => `nothing has a label ${label}`),
  ];
}

const expressions = [
  ...recordings.map(({ record, expr }) => [record, expr] as const),
  ...alerts.map(({ name, expr }) => [name, expr] as const),
];

describe('an expression', () => {
  it.each(expressions)('%s speaks only of metrics and labels that exist', (_, expr) => {
    expect(mistakesIn(expr)).toEqual([]);
  });

  it('would be noticed if it were wrong', () => {
    expect(mistakesIn('sum by (job) (up) >')).toEqual(['syntax at 19']);
    expect(mistakesIn('sum by (project) (up{bar="1"} / upp)')).toEqual([
      'up has no label bar',
      'no metric upp',
      'nothing has a label project',
    ]);
  });
});

describe('an alert', () => {
  const rules = alertGroups.flatMap(({ category, alerts }) =>
    alerts.map((alert) => [alert.name, { ...alert, category }] as const),
  );

  it('has a name of its own', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBe(45);
  });

  it.each(rules)('%s says everything that it has to', (name, { summary, description, severity }) => {
    expect(summary).toMatch(/^(\{\{|[A-Z]).*\.(\{\{ end \}\})?$/);
    // On a phone there is nothing else to read.
    if (name.startsWith('WorkspacePool') && !name.startsWith('WorkspacePools'))
      expect(summary).toMatch(/^Pool \{\{ \$labels\.pool_name \}\} /);
    expect(description).toMatch(/\{\{/);
    expect(description).toMatch(/\.(\{\{ end \}\})?$/);
    expect(['critical', 'warning', 'info']).toContain(severity);
  });

  it.each(rules)('%s looks up only what exists', (_, { description }) => {
    const looked = [...description.matchAll(/huaweicloud_[\w:]+/g)].map(([name]) => name);
    expect(looked.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(rules)('%s outlives a failed read if it is about a pool', (name, { category }) => {
    const rule = rulesOf().find(({ alert }) => alert === name);
    expect(rule?.keep_firing_for).toBe(category === 'capacity' || category === 'state' ? '10m' : undefined);
  });

  it('counts events of a counter in a window that grows where samples are rare', () => {
    const windowsAt = (interval: number): readonly (readonly [string, number])[] =>
      parse(printedRules({ ...defaults, interval }, 'prometheus', '')).groups.flatMap(
        ({ rules }: { readonly rules: readonly { readonly expr: string }[] }) =>
          rules.flatMap(({ expr }) =>
            [...expr.matchAll(/\b(?:rate|increase|changes|resets)\(\w+(?:\{[^}]*\})?\[(\w+)\]/g)].map(
              ([selector, window = '']) => [selector.replace(window, ''), Number.parseInt(window, 10)] as const,
            ),
          ),
      );
    const usual = windowsAt(60);
    expect(usual.length).toBeGreaterThan(8);
    expect(windowsAt(300)).toEqual(usual.map(([selector, minutes]) => [selector, minutes + 8]));
  });

  it.each(names)('%s has a scenario in which it fires, with its words', (name) => {
    expect(firesIn).toContain(name);
    expect(scenarios.flatMap(({ says = [] }) => says.map(({ alert }) => alert))).toContain(name);
  });

  it.each(names)('%s has a scenario in which it stays silent', (name) => {
    expect(scenarios.filter(({ silent = [] }) => silent.includes(name))).not.toEqual([]);
  });

  it.each(scenarios)('is not said to fire and to be silent: $name', ({ firing, silent = [] }) => {
    expect(silent.filter((name) => Object.values(firing).flat().includes(name))).toEqual([]);
    expect([...silent, ...Object.values(firing).flat()].filter((name) => !(names as string[]).includes(name))).toEqual(
      [],
    );
  });

  it('links to its page below any address, and to nothing where there is none', () => {
    const urlsOf = (rules: readonly Rule[]) => rules.map(({ annotations }) => annotations.runbook_url);
    expect(urlsOf(rulesOf('https://example.com'))).toEqual(
      names.map((name) => `https://example.com/docs/runbooks/${name}.md`),
    );
    expect(urlsOf(rulesOf())).toEqual(names.map(() => undefined));
  });
});

describe('a runbook', () => {
  it('exists for every alert, and for nothing else', () => {
    expect(readdirSync('docs/runbooks').sort()).toEqual(names.map((name) => `${name}.md`).sort());
  });

  it.each(names)('%s has the title and the headings that one looks for', (name) => {
    const text = readFileSync(runbookPath(name), 'utf8');
    expect(text.match(/^# .*$/gm)).toEqual([`# ${name}`]);
    expect(text.match(/^## .*$/gm)).toEqual(['## Meaning', '## Impact', '## Diagnosis', '## Mitigation']);
  });

  const queries = names.flatMap((name) =>
    [...readFileSync(runbookPath(name), 'utf8').matchAll(/```promql\n([\s\S]*?)```/g)].map(
      ([, query = '']) => [name, query.trim()] as const,
    ),
  );

  it.each(queries)('%s asks only for what exists: %s', (_, query) => {
    expect(mistakesIn(query)).toEqual([]);
  });
});

describe('the sample configuration of Alertmanager', () => {
  const text = readFileSync('deploy/compose/alertmanager.yml', 'utf8');
  interface Row {
    readonly source_matchers: readonly string[];
    readonly target_matchers: readonly string[];
    readonly equal: readonly string[];
  }
  const rows: readonly Row[] = parse(text).inhibit_rules;

  /** Alerts that neither explain another one nor are explained by one, and why. */
  const ALONE: Readonly<Record<string, string>> = {
    WorkspaceClockSkew: 'a cause that has to be seen beside what follows from it; no other alert names it',
    WorkspaceRulesIncomplete: 'says that other alerts cannot fire',
    WorkspaceExporterConfigReloadFailed: 'the exporter goes on with the configuration before: nothing else is wrong',
    WorkspaceApiSchemaDrift: 'one field is missing, the reads succeed',
    WorkspaceExporterSeriesDropped: 'what is left out is watched by nothing else',
  };

  const rules = alertGroups.flatMap(({ category, alerts }) =>
    alerts.map(({ name, severity }) => {
      const said = scenarios.flatMap(({ says = [] }) => says.filter(({ alert }) => alert === name));
      return { name, severity, category, labels: new Set(said.flatMap(({ labels }) => Object.keys(labels))) };
    }),
  );
  type Known = (typeof rules)[number];
  const matching = (matchers: readonly string[]) =>
    rules.filter((rule) =>
      matchers.every((matcher) => {
        const [, label = '', pattern = ''] = /^(\w+)=~?"(.*)"$/.exec(matcher) ?? [];
        const value = { alertname: rule.name, category: rule.category }[label];
        return value !== undefined && new RegExp(`^(?:${pattern})$`).test(value);
      }),
    );
  const has = (rule: Known, labels: readonly string[]) => labels.every((label) => rule.labels.has(label));
  const pairs = rows.flatMap(({ source_matchers, target_matchers, equal }) =>
    matching(source_matchers).flatMap((source) =>
      matching(target_matchers).flatMap((target) =>
        // A row for a whole category is for those that it can compare.
        /category/.test(String(target_matchers)) && !has(target, equal) ? [] : [{ source, target, equal }],
      ),
    ),
  );

  it('speaks of alerts that exist', () => {
    const named = [...text.matchAll(/Workspace\w+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(names as string[]).includes(name))).toEqual([]);
  });

  it.each(names)('has a row for %s, or a reason to have none', (name) => {
    const isIn = pairs.some(({ source, target }) => source.name === name || target.name === name);
    expect([isIn, ALONE[name] !== undefined]).toEqual([isIn, !isIn]);
  });

  it('compares only labels that both alerts have: others are equal in all, and so are never those of another project', () => {
    expect(pairs.filter(({ source, target, equal }) => !has(source, equal) || !has(target, equal))).toEqual([]);
  });

  it('lets somebody hear of it: what is silenced is never graver, but for values that are too old to tell', () => {
    const RANKS = ['info', 'warning', 'critical'];
    const graver = pairs.filter(
      ({ source, target }) =>
        RANKS.indexOf(target.severity) > RANKS.indexOf(source.severity) &&
        !['WorkspacePoolDataStale', 'WorkspacePoolScrapeFailing'].includes(source.name),
    );
    expect(graver).toEqual([]);
  });

  it('lets no two alerts silence each other', () => {
    const silences = new Set(pairs.map(({ source, target }) => `${source.name} ${target.name}`));
    expect(pairs.filter(({ source, target }) => silences.has(`${target.name} ${source.name}`))).toEqual([]);
  });

  it.skipIf(!isBuilt('a test of the Alertmanager configuration', 'amtool'))('is valid', () => {
    expect(spawnSync('amtool', ['check-config', 'deploy/compose/alertmanager.yml'], { encoding: 'utf8' }).status).toBe(
      0,
    );
  });
});

describe.skipIf(!hasPrometheus())('promtool', () => {
  it('finds nothing to improve in the rules', async () => {
    const files = ['prometheus/rules/recording.yml', 'prometheus/rules/alerts.yml'];
    expect(await promtool('check', 'rules', '--lint=all', '--lint-fatal', ...files)).toBe('');
  });

  const play = async (
    step: number,
    kept: Kept | undefined,
    testsOf: (ruleFiles: readonly string[]) => string,
  ): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    try {
      const by = kept === undefined ? [] : [kept];
      const rules = ruleFiles({ ...defaults, interval: step * 60, by }, 'prometheus');
      for (const [name, text] of Object.entries(rules)) writeFileSync(join(folder, name), text);
      writeFileSync(join(folder, 'tests.yml'), testsOf(Object.keys(rules)));
      return await promtool('test', 'rules', join(folder, 'tests.yml'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const KEPT = [undefined, 'cluster'] as const;
  const cells = [0.5, 1, 5].flatMap((step) => KEPT.map((kept) => [step, kept] as const));

  // Two at a time: that many processors a small machine has.
  it.concurrent.each(cells)(
    'plays the scenarios with samples %s minutes apart and the label %s to keep',
    { timeout: 300_000 },
    async (step, kept) => {
      expect(await play(step, kept, (files) => resampledTests(files, step, kept, withRecording))).toBe('');
    },
  );

  it.concurrent.each(cells)(
    'misses the recording rules where the alerts are loaded alone, with samples %s minutes apart and the label %s to keep',
    { timeout: 60_000 },
    async (step, kept) => {
      expect(withoutRecording).toHaveLength(1);
      expect(await play(step, kept, () => resampledTests(['alerts.yml'], step, kept, withoutRecording))).toBe('');
    },
  );

  // Windows of days are played with samples five minutes apart alone: promtool limits the samples of a query.
  const told = withRecording.filter(({ says }) => says !== undefined);
  const looksUp = ({ says = [] }: (typeof told)[number]) =>
    says.some(({ alert }) => alerts.find(({ name }) => name === alert)?.description.includes('| query'));
  it.concurrent.each([
    ['of hours', undefined, 1, told] as const,
    ['of hours', 'cluster', 1, told.filter(looksUp)] as const,
    ...KEPT.map((kept) => ['of days', kept, 5, weekScenarios] as const),
  ])(
    'sends the notifications of the scenarios %s, word for word, with the label %s to keep',
    { timeout: 300_000 },
    async (_, kept, step, some) => {
      expect(await play(step, kept, (files) => singleTests(files, step, some, kept))).toBe('');
    },
  );
});
