// Asks the queries of a dashboard as Grafana does: variables filled in, over the dashboard's time range or at its end.
import type { Dashboard, Panel, Target, Variable } from './dashboard.ts';
import { secondsOf } from './rules.ts';
import type { Labels, Series, Server, Span } from './server.ts';

/** Of a variable that takes one value, the value to take if it is on offer. */
export type Preferred = readonly string[];

/** How often the day was scraped, and Grafana's own rule of what is the least interval that has enough samples. */
const SCRAPE = 60;
const RATE_INTERVAL = Math.max(4 * SCRAPE, 300);

export interface Asked {
  readonly target: Target;
  /** With variables filled in. */
  readonly expression: string;
  readonly isInstant: boolean;
  readonly span: Span;
  readonly series: readonly Series[];
}

export interface Questions {
  readonly variables: ReadonlyMap<string, string>;
  /** What a reader sees of the choices, by the variables' labels. */
  readonly choices: ReadonlyMap<string, string>;
  readonly span: Span;
  ask(panel: Panel): Promise<readonly Asked[]>;
  annotation(expression: string): Promise<readonly Series[]>;
}

/** Fills in the variables of a dashboard from the server first, in order, as one may need another. */
export async function questionsOf(
  { time, templating }: Dashboard,
  server: Server,
  day: Span,
  preferred: Preferred,
): Promise<Questions> {
  const span = spanOf(time.from, day);
  const variables = new Map<string, string>();
  const choices = new Map<string, string>();
  for (const variable of templating.list) {
    if (variable.type === 'datasource') continue;
    const values = await valuesOf(variable, variables, server, span);
    const one = values.find(({ value }) => preferred.includes(value)) ?? values[0];
    if (one === undefined) throw new Error(`the variable ${variable.name} has no value`);
    const isAll = variable.multi && variable.includeAll;
    variables.set(variable.name, isAll ? (variable.allValue ?? '.*') : one.value);
    choices.set(variable.label ?? variable.name, isAll ? 'All' : one.text);
  }
  return {
    variables,
    choices,
    span,
    async ask({ targets, timeFrom }) {
      // There is more than a day of what the usual week is known from.
      const own = timeFrom === undefined ? span : spanOf(`now-${timeFrom}`, { ...day, from: 0 });
      return Promise.all(
        targets.map(async (target) => {
          const expression = filled(target.expr, variables, own);
          const isInstant = target.instant === true && target.range !== true;
          const series = isInstant ? await server.query(expression, own.to) : await server.queryRange(expression, own);
          return { target, expression, isInstant, span: own, series };
        }),
      );
    },
    annotation: (expression) => server.queryRange(filled(expression, variables, span), span),
  };
}

/** `now-6h` at the end of the day; what reaches further back begins with it. */
function spanOf(from: string, { from: first, to, step }: Span): Span {
  const length = secondsOf(from.replace(/^now-/, ''));
  return { from: Math.max(to - length, first), to, step: Math.max(step, Math.ceil(length / 720 / step) * step) };
}

/** `$1` is no variable, but a group of a `label_replace`. */
export function filled(text: string, variables: ReadonlyMap<string, string>, { from, to, step }: Span): string {
  const all = new Map([
    ...variables,
    ['__rate_interval', `${Math.max(RATE_INTERVAL, step + SCRAPE)}s`],
    ['__interval', `${step}s`],
    ['__range', `${to - from}s`],
    ['__range_s', String(to - from)],
  ]);
  return text.replace(/\$\{(\w+)(?::\w+)?\}|\$([a-zA-Z_]\w*)/g, (_, braced, bare) => {
    const value = all.get(braced ?? bare);
    if (value === undefined) throw new Error(`the variable ${braced ?? bare} is not defined, in ${text}`);
    return value;
  });
}

interface Choice {
  readonly value: string;
  readonly text: string;
}

const plain = (value: string): Choice => ({ value, text: value });

async function valuesOf(
  { query, regex = '', current }: Variable,
  known: ReadonlyMap<string, string>,
  server: Server,
  span: Span,
): Promise<readonly Choice[]> {
  if (current !== undefined && typeof current.value === 'string') return [plain(current.value)];
  const text = filled(typeof query === 'string' ? query : query.query, known, span);
  const [, selector = '', label = ''] = /^label_values\((.*),\s*(\w+)\s*\)$/.exec(text) ?? [];
  if (label !== '') return (await server.labelValues(label, selector, span)).map(plain);
  const [, expression] = /^query_result\((.*)\)$/.exec(text) ?? [];
  if (expression === undefined) throw new Error(`neither label_values nor query_result: ${text}`);
  const pattern = new RegExp(/^\/(.*)\/\w*$/.exec(regex)?.[1] ?? regex);
  const lines = (await server.query(expression, span.to)).map(({ labels }) => printed(labels));
  return lines.flatMap((line) => {
    const { value, text: shown = value } = pattern.exec(line)?.groups ?? {};
    return value === undefined || shown === undefined ? [] : [{ value, text: shown }];
  });
}

/** As the data source prints a series for the regular expression of a variable: in order, and nothing escaped. */
function printed({ __name__: name = '', ...labels }: Labels): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${name}{${pairs.map(([label, value]) => `${label}="${value}"`).join(',')}}`;
}
