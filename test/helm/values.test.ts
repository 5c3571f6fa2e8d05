// The chart's values: every one is explained, and what Helm refuses before it renders.
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHART, chartValues, leavesOf } from '../../scripts/chart-values.ts';
import { complaints, example, examples, inChart, read, schema } from './read.ts';

const chart = parse(inChart('Chart.yaml'));

describe('the chart', () => {
  it('is of the version that the package has', () => {
    expect(chart.appVersion).toBe(JSON.parse(read('package.json')).version);
  });

  it('is named like its folder, with a version of its own', () => {
    expect(chart).toMatchObject({
      apiVersion: 'v2',
      type: 'application',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    expect(CHART.split('/').at(-1)).toBe(chart.name);
  });
});

describe('the values', () => {
  const leaves = leavesOf(chartValues());

  it.each(leaves.map((leaf) => [leaf.path.join('.'), leaf] as const))('%s is explained', (_, { says }) => {
    expect(says).toMatch(/^[^\s].*[^.\s]$/);
  });

  it('are valid as they are, and for every example', () => {
    const presets = parse(inChart('values.yaml'));
    expect(complaints(presets)).toEqual([]);
    for (const name of examples) expect(complaints({ ...presets, ...parse(example(name)) }), name).toEqual([]);
  });

  it('may have what Helm adds where the chart is part of another one', () => {
    expect(complaints({ global: { anything: true } })).toEqual([]);
  });

  it.each([
    ['a misspelt key', { replicas: 1 }],
    ['a misspelt key of a group', { serviceMonitor: { enable: true } }],
    ['a misspelt key of the configuration', { config: { project: [] } }],
    [
      'a value that the exporter would refuse',
      { config: { projects: [{ name: 'a', region: 'ap', project_id: 'xx' }] } },
    ],
    ['a wrong type', { serviceMonitor: { enabled: 'yes' } }],
    ['a policy that is none', { image: { pullPolicy: 'Sometimes' } }],
    ['a name that Kubernetes would refuse', { fullnameOverride: 'Workspace_Exporter' }],
    ['an interval that Prometheus would refuse', { serviceMonitor: { interval: '30 s' } }],
    ['a label that is a number', { podLabels: { a: 1 } }],
    ['a flag without dashes', { extraArgs: ['log.level=debug'] }],
  ])('refuse %s', (_, values) => {
    expect(complaints(values)).not.toEqual([]);
  });

  it('are described by expressions that Helm can compile, which knows RE2 alone', () => {
    const patterns: string[] = [];
    JSON.stringify(schema, (key, value) => {
      if (key === 'pattern' && typeof value === 'string') patterns.push(value);
      return value;
    });
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) expect(() => RE2JS.compile(pattern), pattern).not.toThrow();
  });
});
