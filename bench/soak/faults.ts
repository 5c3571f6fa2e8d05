// A fifth of all reads fails, in every way that a cloud, a gateway or a network has: none of them may say that a pool is gone.
import type { FaultRule } from '../../src/simulator/faults.ts';

const READ = /^\/v2\//;
const POOLS = /\/desktop-pools$/;
const DETAIL = /\/desktop-pools\/[^/]+$/;
const STATISTICS = /\/statistics$/;
const SIGN_IN = /^\/(v3\/auth|openstack|meta-data)\//;

const MIB = 2 ** 20;
const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const text = (body: string, status = 200) => ({ status, body });

/** Of a 400 only the code WKS.0001 says that a pool is gone, and of a 404 only one of the service: these do not. */
const likeGone: readonly Omit<FaultRule, 'match'>[] = [
  { status: 400, body: { error_code: 'WKS.0012', error_msg: 'A passing illness' } },
  { status: 404 },
  { status: 404, body: '' },
  { status: 404, kind: 'html' },
];

/** Ways to fail, each as likely as the others, on any read. */
const common: readonly Omit<FaultRule, 'match'>[] = [
  { kind: 'reset' },
  { kind: 'resetBody' },
  { kind: 'hang' },
  { kind: 'drip' },
  { kind: 'truncate' },
  { kind: 'notJson' },
  { kind: 'html' },
  { kind: 'html', status: 200 },
  { kind: 'wrongType' },
  { delayMs: 600 },
  { delayMs: 1_500 },
  text(''),
  text('null'),
  text('[]'),
  text('"text"'),
  text('{"desktop_pools":null,"users":null,"quotas":null,"desktop_pool_statistics":7,"id":7}'),
  text(deep),
  text('x'.repeat(9 * MIB)),
  text(deep, 500),
  text('x'.repeat(2 * MIB), 503),
  text('', 204),
  text('', 500),
  { status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' } },
  { status: 301, body: '' },
  { headers: { 'content-type': 'text/plain' } },
  { headers: { 'content-type': 'application/octet-stream' } },
  ...likeGone,
  { status: 409 },
  { status: 500 },
  { status: 503 },
  { status: 504 },
  { status: 500, body: { error: { code: 500, message: 'In the form of IAM', title: 'Internal Server Error' } } },
  { status: 503, body: { code: 'APIGW.0613', message: 'In yet another form' } },
  { status: 408, body: { errorCode: 'X.1', errorMsg: ['not', 'a', 'text'] } },
];

const shortList: FaultRule = { match: { path: POOLS }, kind: 'shortList', field: 'desktop_pools' };

const special: readonly FaultRule[] = [
  ...['total_count', 'desktop_count', 'desktop_used', 'min_idle'].map((field) => ({
    match: { path: POOLS },
    kind: 'wrongType' as const,
    field,
  })),
  ...['name', 'status', 'desktop_count', 'id', 'type'].flatMap((field) =>
    [POOLS, DETAIL].map((path) => ({ match: { path }, kind: 'nullField' as const, field })),
  ),
  ...['desktop_used', 'max_auto_created'].map((field) => ({
    match: { path: DETAIL },
    kind: 'wrongType' as const,
    field,
  })),
  shortList,
  { match: { path: POOLS }, kind: 'nullField' },
  { match: { path: STATISTICS }, kind: 'wrongType', field: 'in_use_num' },
  { match: { path: STATISTICS }, kind: 'nullField', field: 'active_num' },
];

const signIn: readonly Omit<FaultRule, 'match'>[] = [
  { kind: 'reset' },
  { kind: 'hang' },
  { kind: 'truncate' },
  { kind: 'notJson' },
  { kind: 'html' },
  { status: 500 },
  { status: 503, body: { error: { code: 503, message: 'Too busy', title: 'Service Unavailable' } } },
  text('null'),
  text('x'.repeat(2 * MIB)),
];

/** Rare, because the pause that each makes is no fault of the exporter. */
const pauses: readonly FaultRule[] = [
  { status: 429, headers: { 'retry-after': '1' }, probability: 0.003 },
  { status: 429, probability: 0.001 },
  { status: 403, probability: 0.002 },
];

/** Only where nothing else is lost: a refusal may silence a credential for a quarter of an hour. */
const refusals: readonly FaultRule[] = [
  { status: 401, probability: 0.01 },
  { status: 403, probability: 0.01 },
  { status: 429, headers: { 'retry-after': '2' }, probability: 0.01 },
];

const onReads = (rules: readonly Omit<FaultRule, 'match'>[]) =>
  rules.map((rule) => ({ ...rule, match: { path: READ } }));

/** For a while every read that it fits fails in this one way: what is only misunderstood twice in a row shows no other way. */
export const episodes: readonly FaultRule[] = [...onReads(common), ...special];
/** Those that are most like a pool that is gone. */
export const misleading: readonly FaultRule[] = [...onReads(likeGone), shortList];

/** `share` of the reads fails, 0 to 1. */
export function faultRules(share: number, isRefused: boolean): readonly FaultRule[] {
  const evenly = (rules: readonly FaultRule[], all: number) =>
    rules.map((rule) => ({ ...rule, probability: all / rules.length }));
  return [
    ...onReads([...pauses, ...(isRefused ? refusals : [])]),
    ...evenly(special, share / 2),
    ...evenly(onReads(common), share * 0.9),
    ...evenly(
      signIn.map((rule) => ({ ...rule, match: { path: SIGN_IN } })),
      share,
    ),
  ];
}
