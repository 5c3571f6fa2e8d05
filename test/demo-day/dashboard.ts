// A dashboard as Grafana's classic JSON describes it: as much of it as is needed to ask its queries, and the looks of its panels as they are.
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

const override = z.object({
  matcher: z.object({ id: text, options: z.unknown() }),
  properties: z.array(z.object({ id: text, value: z.unknown() })),
});
const transformation = z.object({ id: text, options: anything.default({}) });

const gridPos = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const panel = z.object({
  id: z.number(),
  type: text,
  title: text.default(''),
  description: text.default(''),
  gridPos,
  targets: z.array(target).default([]),
  fieldConfig: z.object({ defaults: anything, overrides: z.array(override) }).optional(),
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
  label: text.optional(),
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
