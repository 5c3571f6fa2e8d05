// Quotas of the tenant: GET /v2/{project_id}/quotas, the central site and the further ones in one answer.
import * as z from 'zod';
import { describe, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { type Collector, enabled, interval, type Reporter } from './collector.ts';
import { lossesTo, parseLeniently } from './lenient.ts';

/** Must tell series apart: the page cannot show control characters and half surrogate pairs as they are. */
const text = () => z.string().regex(/^[^\p{Cc}\p{Cs}]{0,128}$/u);
const name = () => text().min(1);

const resource = z.object({
  type: name().optional(),
  quota: z.int().optional(),
  used: z.int().nonnegative().optional(),
  unit: text().optional(),
});
const answerSchema = z.object({
  quotas: z.object({ resources: z.array(resource) }),
  site_quotas: z.array(z.object({ site_id: name().optional(), resources: z.array(resource).optional() })).optional(),
});

const CENTRAL = '';

/** Units of the API (in any case of letters), and how many of the base unit one is: its MB and GB are binary, like those of products and disks. */
const UNITS: ReadonlyMap<string, readonly [unit: string, factor: number]> = new Map([
  ['count', ['count', 1]],
  ['mb', ['bytes', 1024 ** 2]],
  ['gb', ['bytes', 1024 ** 3]],
]);
const UNIT_FIELDS = { central: 'quotas.resources[].unit', further: 'site_quotas[].resources[].unit' };

interface Quota {
  /** Empty for the central one. */
  readonly site: string;
  /** As the API spells it: `cores` and `Cores` are two resources. */
  readonly resource: string;
  /** `count` or `bytes`; the API's own word for an unknown unit, empty where it names none. */
  readonly unit: string;
  readonly limit: number | undefined;
  readonly used: number | undefined;
}

const { gauge, group } = rowsOf<Quota>('project', 'site_id', 'resource', 'unit');

export const quotaRows = group({
  quota_limit: gauge(
    'Quota of a resource; in bytes where the API has MB or GB, absent where it is unlimited (quotas.resources[].quota, negative in the API).',
    ({ limit }) => limit,
  ),
  quota_used: gauge(
    'Use of a resource; in bytes where the API has MB or GB (quotas.resources[].used).',
    ({ used }) => used,
  ),
});

const options = z.strictObject({
  enabled: enabled('Read the quotas of the tenant'),
  interval: interval('5m'),
});

export const quotas: Collector<z.infer<typeof options>, Quota, NamesOf<typeof quotaRows>> = {
  name: 'quotas',
  subject: 'project',
  options: options.prefault({}),
  operations: ['show_quotas'],
  actions: { show_quotas: 'workspace:quotas:get' },
  enums: Object.values(UNIT_FIELDS),
  dropReasons: ['list_length'],
  metrics: describe(quotaRows),
  requests: () => 1,
  async collect({ api, read, report }) {
    await read('all', async () => {
      const call = { operation: 'show_quotas', path: ['quotas'] };
      const all = await api.get(call, (json) => parseQuotas(json, report));
      return { records: byResource(all, report), isWhole: true };
    });
  },
  families: ({ project, records }) =>
    familiesOf(
      quotaRows,
      [...records.values()].map((quota) => [[project, quota.site, quota.resource, quota.unit], quota]),
    ),
};

/** Where a resource comes twice, only what both say: which one is true cannot be known. */
function byResource(all: readonly Quota[], report: Reporter): ReadonlyMap<string, Quota> {
  const records = new Map<string, Quota>();
  for (const quota of all) {
    const key = JSON.stringify([quota.site, quota.resource, quota.unit]);
    const { limit, used } = records.get(key) ?? quota;
    if (limit !== quota.limit || used !== quota.used)
      report.violation('show_quotas', 'quotas.resources[].type', { value: quota.resource, expected: 'each type once' });
    records.set(key, {
      ...quota,
      limit: limit === quota.limit ? limit : undefined,
      used: used === quota.used ? used : undefined,
    });
  }
  return records;
}

function parseQuotas(json: unknown, report: Reporter): Quota[] {
  const answer = parseLeniently(answerSchema, json, lossesTo(report, 'show_quotas'));
  const unknownUnitIn = (field: string) => (value: string) =>
    report.unknownValue(field, { value, expected: 'count, MB, GB' });
  const central = quotasOf(CENTRAL, answer.quotas.resources, unknownUnitIn(UNIT_FIELDS.central));
  // A site without an id must not pass for the central one, nor a resource without a type for another.
  const further = (answer.site_quotas ?? []).flatMap(({ site_id, resources = [] }) =>
    site_id === undefined ? [] : quotasOf(site_id, resources, unknownUnitIn(UNIT_FIELDS.further)),
  );
  return [...central, ...further];
}

const quotasOf = (
  site: string,
  resources: readonly z.infer<typeof resource>[],
  onUnknownUnit: (unit: string) => void,
): Quota[] =>
  resources.flatMap(({ type, quota = -1, used, unit: given = '' }) => {
    if (type === undefined) return [];
    const known = UNITS.get(given.toLowerCase());
    if (known === undefined && given !== '') onUnknownUnit(given);
    const [unit, factor] = known ?? [given, 1];
    const times = (value: number | undefined) => (value === undefined ? undefined : value * factor);
    return [{ site, resource: type, unit, limit: quota < 0 ? undefined : times(quota), used: times(used) }];
  });
