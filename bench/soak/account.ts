// What the cloud saw of a credential: never more requests a minute than allowed, never more than allowed after a refusal.
import type { RequestRecord } from '../../src/simulator/journal.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** Arrivals are noted late where this process is busy: as much less than a minute is looked at. */
const jitterMs = 1000;
/** What was on its way when an answer came back was not sent after it. */
const inFlightMs = 500;
const maxRefusals = 4;
const maxAfterRefusal = 3;

const isRead = ({ path }: RequestRecord) => path.startsWith('/v2/');
/** It was believed who asks. A 5xx proves nothing. */
const isProof = ({ status }: RequestRecord) => status >= 200 && status < 500 && status !== 401;

export interface Account {
  readonly name: string;
  readonly requestsPerMinute: number;
  /** Of one credential, in order. Real epoch ms. */
  readonly requests: readonly RequestRecord[];
}

export function judgeAccount({ name, requestsPerMinute, requests }: Account): readonly string[] {
  const complaints: string[] = [];
  const most = mostWithin(
    requests.filter(isRead).map(({ at }) => at),
    MINUTE - jitterMs,
  );
  if (most > requestsPerMinute) complaints.push(`${name}: ${most} requests in a minute, allowed ${requestsPerMinute}`);
  for (const [credential, asked] of byCredential(requests)) {
    const who = `${name}, ${credential.slice(0, 12)}…`;
    const refused = bursts(asked.filter(({ status }) => status === 401).map(({ at }) => at));
    const refusals = mostWithin(refused, QUARTER);
    if (refusals > maxRefusals) complaints.push(`${who}: ${refusals} refusals in 15 minutes, allowed ${maxRefusals}`);
    const after = mostWithin(afterRefusal(asked), QUARTER);
    // New material is a new count; of an access key only the secret changes, which the cloud cannot see.
    if (after > maxAfterRefusal * Math.max(refusals, 1))
      complaints.push(`${who}: ${after} requests sent after a refusal in 15 minutes`);
  }
  return complaints;
}

/** How many of these moments lie within the busiest stretch of this length. */
export function mostWithin(moments: readonly number[], length: number): number {
  let first = 0;
  let most = 0;
  moments.forEach((at, index) => {
    while (at - (moments[first] ?? at) >= length) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** Refusals of requests that were under way together count as one. */
function bursts(moments: readonly number[]): readonly number[] {
  const firsts: number[] = [];
  for (const at of moments) if (at - (firsts.at(-1) ?? Number.NEGATIVE_INFINITY) > inFlightMs) firsts.push(at);
  return firsts;
}

/** Requests that were sent though the newest proof is a refusal. */
function afterRefusal(requests: readonly RequestRecord[]): readonly number[] {
  const moments: number[] = [];
  let refusedAt: number | undefined;
  for (const request of requests) {
    if (refusedAt !== undefined && request.at - refusedAt > inFlightMs) moments.push(request.at);
    if (isProof(request)) refusedAt = undefined;
    else if (request.status === 401) refusedAt ??= request.at;
  }
  return moments;
}

function byCredential(requests: readonly RequestRecord[]): ReadonlyMap<string, readonly RequestRecord[]> {
  const groups = new Map<string, RequestRecord[]>();
  for (const request of requests) {
    const { credential } = request;
    if (credential === '') continue;
    const group = groups.get(credential) ?? [];
    group.push(request);
    groups.set(credential, group);
  }
  return groups;
}
