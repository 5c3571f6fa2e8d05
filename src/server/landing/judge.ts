// Judges a pool by the shipped alerts that its numbers meet, and finds the words for its cells.
import { FAILURES } from '../../cloud/errors.ts';
import type { PoolOverview } from '../../scrape/overview.ts';
import { ALERTS, type Cell, type Facts, factsOf, type LandingAlert } from './alerts.ts';
import { LEVELS, type Level, type Remark, span, whole } from './words.ts';

export type Judged = ReturnType<typeof judge>;

export function judge(pool: PoolOverview, now: number) {
  const facts = factsOf(pool, now);
  const { idle, deficit, utilization, status, productStatus = '' } = facts;
  const alerts = ALERTS.filter(({ isMet }) => isMet(facts));
  const alertOn = (cell: Cell) => alerts.find(({ marks }) => marks === cell);
  /** As bad as the alert about it. */
  const levelOf = (cell: Cell, otherwise: Level): Level => alertOn(cell)?.level ?? otherwise;
  const mark = (cell: Cell, text: string, otherwise: Level = 'muted'): Remark | undefined =>
    text === '' ? undefined : { text, level: levelOf(cell, otherwise) };
  return {
    pool,
    alerts,
    level: worstOf(alerts) ?? (pool.state === 'never' || facts.isMaintained ? 'muted' : 'calm'),
    idle,
    deficit,
    utilization,
    read: { text: readWords(facts), level: levelOf('read', pool.state === 'never' ? 'muted' : 'calm') },
    status: mark('status', status ?? '', status === 'TEMPORARY' ? 'muted' : 'calm'),
    product: mark('product', PRODUCTS[productStatus] ?? ''),
    use: mark('use', alertOn('use')?.word ?? useWords(facts)),
    short: mark('minIdle', deficit > 0 ? `${whole(deficit)} short` : ''),
    limit: mark('limit', limitWords(facts)),
  };
}

const worstOf = (alerts: readonly LandingAlert[]): Level | undefined =>
  LEVELS.find((level) => level !== 'muted' && alerts.some((alert) => alert.level === level));

const PRODUCTS: Readonly<Record<string, string>> = { sellout: 'sold out', abandon: 'product withdrawn' };

/** Why a full pool is none in need. */
function useWords({ utilization = 0, isMaintained, createsOnAccess, type }: Facts): string {
  if (utilization < 1 || isMaintained) return '';
  if (type === 'STATIC') return 'all assigned';
  return createsOnAccess ? 'grows at access' : '';
}

function limitWords({ desktops = 0, pool: { capacityLimit }, isNearLimit }: Facts): string {
  if (capacityLimit === undefined) return '';
  const how = isNearLimit ? (desktops < capacityLimit ? 'near ' : 'at ') : '';
  return `${how}limit ${whole(capacityLimit)}`;
}

/** Without the cause, which many pools may have in common: `causeOf`. */
function readWords({ pool: { state, readAt, failure }, age, isOld }: Facts): string {
  const ago = span(age);
  switch (state) {
    case 'fresh':
      return readAt === undefined ? 'read' : `${ago} ago${isOld ? ', not read since' : ''}`;
    case 'stale':
      return `last good values${readAt === undefined ? '' : `, ${ago} old`}`;
    case 'ended':
      return `values ended${readAt === undefined ? '' : `, last read ${ago} ago`}`;
    case 'never':
      return failure === undefined ? 'not read yet' : 'never read';
    case 'gone':
      return 'gone: the cloud does not know this pool';
  }
}

/** Why the latest read of a pool failed. */
export const causeOf = ({ state, failure }: PoolOverview): string | undefined =>
  failure === undefined || state === 'fresh' || state === 'gone' ? undefined : FAILURES[failure].words;

// Order

const collator = new Intl.Collator('en', { numeric: true });
export const nameOf = ({ summary }: PoolOverview) => (summary.name?.trim() ? summary.name : undefined);
const titleOf = (pool: PoolOverview) => nameOf(pool) ?? pool.id;
const byName = (a: Judged, b: Judged) =>
  collator.compare(titleOf(a.pool), titleOf(b.pool)) || (a.pool.id < b.pool.id ? -1 : 1);

const STATE: readonly Cell[] = ['read', 'status', 'product'];

/** Pools in need first, the worst before the others; the rest by name, so that a refresh moves none of them. */
export function neediestFirst(a: Judged, b: Judged): number {
  const need = ({ level }: Judged) => ['critical', 'warning'].indexOf(level) + 1 || 3;
  const state = ({ alerts }: Judged) =>
    LEVELS.indexOf(worstOf(alerts.filter(({ marks = 'use' }) => STATE.includes(marks))) ?? 'calm');
  const pressure = ({ utilization = 0, use }: Judged) => (use?.level === 'muted' ? 0 : utilization);
  const byNeed = need(a) - need(b);
  if (byNeed !== 0 || need(a) === 3) return byNeed || byName(a, b);
  return state(a) - state(b) || b.deficit - a.deficit || pressure(b) - pressure(a) || byName(a, b);
}
