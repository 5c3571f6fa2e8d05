// A dashboard as Grafana's classic JSON describes it: as much of it as is needed to ask its queries and to draw its panels.
import { z } from 'zod';

const text = z.string();
const anything = z.record(text, z.unknown());

const target = z.object({
  expr: text,
  refId: text,
  legendFormat: text.optional(),
  instant: z.boolean().optional(),
  range: z.boolean().optional(),
  format: z.enum(['time_series', 'table', 'heatmap']).default('time_series'),
});
export type Target = z.infer<typeof target>;

const step = z.object({ value: z.number().nullable().default(null), color: text });
const thresholds = z.object({ mode: z.enum(['absolute', 'percentage']), steps: z.array(step) });
const shown = z.object({ text: text.optional(), color: text.optional(), index: z.number().optional() });
const mapping = z.discriminatedUnion('type', [
  z.object({ type: z.literal('value'), options: z.record(text, shown) }),
  z.object({
    type: z.literal('range'),
    options: z.object({ from: z.number().nullish(), to: z.number().nullish(), result: shown }),
  }),
  z.object({ type: z.literal('special'), options: z.object({ match: text, result: shown }) }),
  z.object({ type: z.literal('regex'), options: z.object({ pattern: text, result: shown }) }),
]);
export type Mapping = z.infer<typeof mapping>;

const link = z.object({ title: text, url: text });
/** How values of one field are shown. */
export const fieldSchema = z.object({
  displayName: text.optional(),
  unit: text.optional(),
  decimals: z.number().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  noValue: text.optional(),
  thresholds: thresholds.optional(),
  mappings: z.array(mapping).optional(),
  color: z.object({ mode: text, fixedColor: text.optional() }).optional(),
  links: z.array(link).optional(),
  custom: anything.default({}),
});
export type Field = z.infer<typeof fieldSchema>;

const override = z.object({
  matcher: z.object({ id: text, options: z.unknown() }),
  properties: z.array(z.object({ id: text, value: z.unknown() })),
});
const transformation = z.object({ id: text, options: anything.default({}) });
export type Transformation = z.infer<typeof transformation>;

const gridPos = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const panel = z.object({
  id: z.number(),
  type: text,
  title: text.default(''),
  description: text.default(''),
  gridPos,
  targets: z.array(target).default([]),
  fieldConfig: z.object({ defaults: fieldSchema.prefault({}), overrides: z.array(override).default([]) }).prefault({}),
  options: anything.default({}),
  transformations: z.array(transformation).default([]),
  timeFrom: text.optional(),
  interval: text.optional(),
});
export type Panel = z.infer<typeof panel>;
/** The panels of a row that is folded up hang below it. */
const item = panel.extend({ panels: z.array(panel).default([]) });

const variable = z.object({
  name: text,
  type: text,
  query: z.union([text, z.object({ query: text })]).default(''),
  regex: text.optional(),
  multi: z.boolean().default(false),
  includeAll: z.boolean().default(false),
  allValue: text.nullish(),
  current: z.object({ value: z.unknown() }).optional(),
});
export type Variable = z.infer<typeof variable>;

const annotation = z.object({ name: text, expr: text.optional(), target: z.object({ expr: text }).optional() });

export const dashboardSchema = z.object({
  uid: text,
  title: text,
  description: text.default(''),
  time: z.object({ from: text, to: text }),
  templating: z.object({ list: z.array(variable) }),
  annotations: z.object({ list: z.array(annotation).default([]) }),
  panels: z.array(item),
});
export type Dashboard = z.infer<typeof dashboardSchema>;

/** Rows are panels of type `row`; what they have folded up comes behind them. */
export const panelsOf = ({ panels }: Dashboard): readonly Panel[] => panels.flatMap((one) => [one, ...one.panels]);
