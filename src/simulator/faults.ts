// Faults on demand: which requests go wrong, how, and how often.
import { unit } from './noise.ts';
import { apiError, type CloudRequest, json, type Reply } from './reply.ts';

export const faultKinds = [
  'reset',
  'resetBody',
  'hang',
  'drip',
  'truncate',
  'huge',
  'html',
  'notJson',
  'wrongType',
  'nullField',
  'shortList',
] as const;
/**
 * - `reset`: the connection is reset without an answer, `resetBody`: after half the promised body; `truncate`: it ends there
 * - `hang`: no answer ever; `drip`: the answer in ten parts, one a second
 * - `huge`: 64 MiB of JSON; `html`: somebody else's page (502 unless `status` is given); `notJson`: JSON that breaks off
 * - `wrongType`: the true answer with texts instead of numbers, `nullField`: with null instead of anything but lists and objects;
 *   in all fields or in `field`
 * - `shortList`: the true answer, each list without its last element, counts as they were
 */
export type FaultKind = (typeof faultKinds)[number];

export interface FaultRule {
  readonly match?: {
    readonly method?: string;
    /** A part of the path, or an expression it must match. */
    readonly path?: string | RegExp;
    /** A part of the query, as sent. */
    readonly query?: string | RegExp;
  };
  /** Without a body and a kind: an error of the gateway with this status. */
  readonly status?: number;
  readonly body?: string | Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Real milliseconds; alone: the true answer, late. */
  readonly delayMs?: number;
  readonly kind?: FaultKind;
  readonly field?: string;
  /** Only the first so many matching requests. */
  readonly times?: number;
  /** Only every n-th matching request, the n-th first. */
  readonly every?: number;
  /** 0 to 1, decided by the simulator's seed. */
  readonly probability?: number;
}

/** What only a socket can do to an answer. */
const breakages = ['reset', 'resetBody', 'hang', 'drip', 'truncate'] as const;
export type Breakage = (typeof breakages)[number];

export interface Damage {
  readonly reply: Reply;
  readonly delayMs: number;
  readonly breakage?: Breakage;
}

export interface Faults {
  /** Returns its remover. */
  add(rule: FaultRule): () => void;
  /** The first rule that matches and is due; it counts the request. */
  next(request: CloudRequest): FaultRule | undefined;
}

export function createFaults(seed: number, rules: readonly FaultRule[] = []): Faults {
  const active: { readonly rule: FaultRule; matched: number; fired: number }[] = [];
  const add = (rule: FaultRule) => {
    const entry = { rule, matched: 0, fired: 0 };
    active.push(entry);
    return () => {
      const index = active.indexOf(entry);
      if (index >= 0) active.splice(index, 1);
    };
  };
  rules.forEach(add);
  return {
    add,
    next(request) {
      for (const [index, entry] of active.entries()) {
        const { rule } = entry;
        if (!matches(rule, request)) continue;
        entry.matched += 1;
        if (entry.fired >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
        if (entry.matched % (rule.every ?? 1) !== 0) continue;
        if (unit(seed, index, entry.matched) >= (rule.probability ?? 1)) continue;
        entry.fired += 1;
        return rule;
      }
      return undefined;
    },
  };
}

function matches({ match = {} }: FaultRule, { method, url }: CloudRequest): boolean {
  const [path = '', query = ''] = url.split('?', 2);
  return (match.method ?? method) === method && fits(match.path, path) && fits(match.query, query);
}

function fits(pattern: string | RegExp | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0;
}

/** The damaged answer; `truth` is asked only when the damage needs the true one. */
export function damage(rule: FaultRule, truth: () => Reply): Damage {
  const { kind } = rule;
  const reply = spoil(rule, truth);
  const wire = { reply: { ...reply, headers: { ...reply.headers, ...rule.headers } }, delayMs: rule.delayMs ?? 0 };
  const breakage = breakages.find((known) => known === kind);
  return breakage === undefined ? wire : { ...wire, breakage };
}

const hugeBytes = 64 * 2 ** 20;

function spoil({ kind, status, body, field }: FaultRule, truth: () => Reply): Reply {
  if (kind === 'html') return { status: status ?? 502, headers: { 'content-type': 'text/html' }, body: page };
  if (kind === 'notJson') return { ...json(status ?? 200, {}), body: '{"desktop_pools": [' };
  if (kind === 'huge') return json(status ?? 200, { padding: 'x'.repeat(hugeBytes) });
  if (kind === 'wrongType')
    return rewrite(truth(), field, (value) => (typeof value === 'number' ? `${value} or so` : value));
  if (kind === 'nullField') return rewrite(truth(), field, (value) => (typeof value === 'object' ? value : null));
  if (kind === 'shortList')
    return rewrite(truth(), field, (value) => (Array.isArray(value) ? value.slice(0, -1) : value));
  if (typeof body === 'string') return { ...json(status ?? 200, {}), body };
  if (body !== undefined) return json(status ?? 200, body);
  return status === undefined ? truth() : gatewayError(status);
}

const page = '<html><head><title>502 Bad Gateway</title></head><body><h1>Somebody else answered</h1></body></html>';

/** With the sealed reason of the real service, which nobody should print. */
const forbidden = json(403, {
  error_code: 'WKS.0003',
  error_msg: 'You are not authorized to perform this action.',
  encoded_authorization_message: 'U0VBTEVEIFJFQVNPTg'.repeat(20),
});

function gatewayError(status: number): Reply {
  if (status === 403) return forbidden;
  const known: Readonly<Record<number, readonly [string, string]>> = {
    400: ['WKS.0001', 'The request message is invalid.'],
    401: ['APIGW.0301', 'Incorrect IAM authentication information: verify aksk signature fail'],
    404: ['APIGW.0101', 'The API does not exist or has not been published in the environment'],
    409: ['WKS.00010032', 'The operation conflicts with another one.'],
    429: ['APIGW.0308', 'The throttling threshold has been reached: policy user over ratelimit'],
    503: ['APIGW.0613', 'IAM is unavailable'],
  };
  const [code, message] = known[status] ?? ['APIGW.0201', 'Backend unavailable'];
  return apiError(status, code, message);
}

function rewrite(reply: Reply, field: string | undefined, change: (value: unknown) => unknown): Reply {
  const swap = (name: string, value: unknown) => (field === undefined || field === name ? change(value) : value);
  return { ...reply, body: JSON.stringify(JSON.parse(reply.body, swap)) };
}
