// The compact text form of a fault, for the command line: `path=/desktop-pools,status=500,times=3,delay=2s`.
import { type FaultKind, type FaultRule, faultKinds } from './faults.ts';

type Rule = { -readonly [Key in keyof FaultRule]: FaultRule[Key] };

const setters: Readonly<Record<string, (rule: Rule, value: string) => void>> = {
  method: (rule, value) => {
    rule.match = { ...rule.match, method: value.toUpperCase() };
  },
  path: (rule, value) => {
    rule.match = { ...rule.match, path: pattern(value) };
  },
  query: (rule, value) => {
    rule.match = { ...rule.match, query: pattern(value) };
  },
  status: (rule, value) => {
    rule.status = number(value, 'an HTTP status from 200 to 599', (status) => status >= 200 && status <= 599);
  },
  kind: (rule, value) => {
    rule.kind = kind(value);
  },
  field: (rule, value) => {
    rule.field = value;
  },
  header: (rule, value) => {
    const [, name, text] = /^([\w-]+):\s*(.*)$/.exec(value) ?? [];
    if (name === undefined || text === undefined) throw new Error(`"${value}" is not Name:value`);
    rule.headers = { ...rule.headers, [name]: text };
  },
  delay: (rule, value) => {
    rule.delayMs = milliseconds(value);
  },
  times: (rule, value) => {
    rule.times = number(value, 'a whole number from 1', (times) => times >= 1);
  },
  every: (rule, value) => {
    rule.every = number(value, 'a whole number from 1', (every) => every >= 1);
  },
  probability: (rule, value) => {
    rule.probability = Number(value);
    if (!/^[\d.]+$/.test(value) || !(rule.probability <= 1)) throw new Error(`"${value}" is not a number from 0 to 1`);
  },
};

/**
 * Pairs `key=value`, separated by commas; `body=` comes last and takes the rest of the text. A path or query that begins with `~` is
 * an expression, else a part of it. `delay` is `500ms`, `2s` or `1m`. Throws an error that names the pair and what is allowed.
 */
export function parseFault(text: string): FaultRule {
  const rule: Rule = {};
  const bodyAt = text.search(/(?:^|,)\s*body=/);
  if (bodyAt >= 0) rule.body = text.slice(text.indexOf('body=', bodyAt) + 'body='.length);
  const pairs = (bodyAt >= 0 ? text.slice(0, bodyAt) : text).split(',').filter((pair) => pair.trim() !== '');
  for (const pair of pairs) apply(rule, pair.trim(), text);
  const does = rule.status ?? rule.kind ?? rule.delayMs ?? rule.body ?? rule.headers;
  if (does === undefined)
    throw new Error(`fault "${text}" does nothing: give it a status, kind, delay, header or body`);
  return rule;
}

function apply(rule: Rule, pair: string, text: string): void {
  const [, key = pair, value = ''] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
  const set = Object.hasOwn(setters, key) ? setters[key] : undefined;
  if (set === undefined || value === '') {
    throw new Error(
      `fault "${text}": "${pair}" is not understood; allowed are ${Object.keys(setters).join(', ')}, body`,
    );
  }
  try {
    set(rule, value);
  } catch (error) {
    throw new Error(`fault "${text}": ${key}: ${error instanceof Error ? error.message : error}`);
  }
}

function pattern(value: string): string | RegExp {
  return value.startsWith('~') ? new RegExp(value.slice(1)) : value;
}

function number(value: string, what: string, isAllowed: (number: number) => boolean): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !isAllowed(number)) throw new Error(`"${value}" is not ${what}`);
  return number;
}

function kind(value: string): FaultKind {
  const found = faultKinds.find((known) => known === value);
  if (found === undefined) throw new Error(`"${value}" is not one of ${faultKinds.join(', ')}`);
  return found;
}

function milliseconds(value: string): number {
  const [, count, suffix] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value) ?? [];
  if (count === undefined) throw new Error(`"${value}" is not a duration such as 500ms, 2s or 1m`);
  return Number(count) * (suffix === 'ms' ? 1 : suffix === 's' ? 1000 : 60_000);
}
