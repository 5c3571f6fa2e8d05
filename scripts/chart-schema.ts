// values.schema.json of the Helm chart: its structure is that of values.yaml, the exporter's own configuration is in it, and unknown keys are errors.
import { rangeOf, thresholdList } from '../prometheus/thresholds.ts';
import type { CollectorOptions } from '../src/config/schema.ts';
import { type ChartValue, chartValues } from './chart-values.ts';
import { configurationSchema, type Shape } from './configuration-schema.ts';

const NAME = { type: 'string', maxLength: 63, pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$' } as const;
const PORT = { type: 'integer', minimum: 1, maximum: 65_535 } as const;
const DURATION = { type: 'string', pattern: '^([0-9]+(ms|[smhdwy]))+$' } as const;
const COUNT_OR_SHARE = { type: ['integer', 'string'] };

/** Where the default does not say what else is allowed. */
const NARROWER: Readonly<Record<string, object>> = {
  'image.pullPolicy': { enum: ['Always', 'IfNotPresent', 'Never'] },
  'image.digest': { pattern: '^(sha256:[0-9a-f]{64})?$' },
  nameOverride: NAME,
  fullnameOverride: NAME,
  namespaceOverride: NAME,
  replicaCount: { minimum: 0 },
  'service.type': { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
  'service.port': PORT,
  extraArgs: { items: { type: 'string', pattern: '^--' } },
  extraManifests: { items: { type: ['object', 'string'] } },
  terminationGracePeriodSeconds: { minimum: 0 },
  'serviceMonitor.interval': DURATION,
  'serviceMonitor.scrapeTimeout': DURATION,
  'serviceMonitor.scheme': { enum: ['', 'http', 'https'] },
  'prometheusRule.interval': { pattern: `^(${DURATION.pattern.slice(1, -1)})?$` },
  'prometheusRule.by': { items: { type: 'string', pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' } },
  'prometheusRule.thresholds': {
    additionalProperties: false,
    properties: Object.fromEntries(
      thresholdList.map((threshold) => {
        const { least, most, isWhole } = rangeOf(threshold);
        return [threshold.name, { type: isWhole ? 'integer' : 'number', minimum: least, maximum: most }];
      }),
    ),
  },
  'prometheusRule.disabledAlerts': { items: { type: 'string' } },
  'podDisruptionBudget.maxUnavailable': COUNT_OR_SHARE,
  'podDisruptionBudget.minAvailable': COUNT_OR_SHARE,
};
/** Maps from text to text. */
const TEXTS = /([aA]nnotations|[lL]abels|nodeSelector)$/;

/** Draft 7, which Helm checks before it renders. */
export function chartSchema(collectors: readonly CollectorOptions[]) {
  const { $schema, required: _, ...config } = configurationSchema(collectors);
  const shapeOf = ({ path, says, preset, values }: ChartValue): object => {
    const name = path.join('.');
    if (values !== undefined) return group(values);
    const description = says === undefined ? {} : { description: says };
    // Empty, it may be elsewhere; that it has projects else is the templates' to say.
    if (name === 'config') return { ...withoutDefaults(config), ...description };
    const texts = TEXTS.test(name) ? { additionalProperties: { type: 'string' } } : {};
    return { ...description, type: typeOf(preset), ...texts, ...NARROWER[name] };
  };
  const group = (values: readonly ChartValue[]) => ({
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(values.map((value) => [value.path.at(-1) ?? '', shapeOf(value)])),
  });
  const { properties, ...rest } = group(chartValues());
  // Helm itself puts `global` in, where the chart is part of another one.
  return { $schema, ...rest, properties: { global: { type: 'object' }, ...properties } };
}

function typeOf(preset: unknown): string {
  if (Array.isArray(preset)) return 'array';
  if (Number.isInteger(preset)) return 'integer';
  return typeof preset;
}

/** Defaults are the program's; here they would only be length. */
function withoutDefaults(shape: Shape): Shape {
  return JSON.parse(
    JSON.stringify(shape, (key, value) => (key === 'default' || key === 'examples' ? undefined : value)),
  );
}
