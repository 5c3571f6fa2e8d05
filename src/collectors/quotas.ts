// Quotas of the tenant: GET /v2/{project_id}/quotas, the central site and the further ones in one answer.
import { z } from 'zod';
import { baseLabels, describe, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { duration } from '../options/duration.ts';
import type { Collector, Reporter } from './collector.ts';
import { parseLeniently } from './lenient.ts';

const resource = z.object({
  type: z.string().min(1).max(128),
  quota: z.int().optional(),
  used: z.int().nonnegative().optional(),
  unit: z.string().max(128).optional(),
});
const answerSchema = z.object({
  quotas: z.object({ resources: z.array(resource) }),
  site_quotas: z
    .array(z.object({ site_id: z.string().max(128).optional(), resources: z.array(resource).optional() }))
    .optional(),
});

interface Quota {
  /** Empty for the central site. */
  readonly site: string;
  /** As the API spells it: `cores` and `Cores` are two resources. */
  readonly resource: string;
  readonly unit: string;
  readonly limit: number | undefined;
  readonly used: number | undefined;
}

const { gauge, group } = rowsOf<Quota>('project', 'site_id', 'resource', 'unit');

export const quotaRows = group({
  quota_limit: gauge(
    'Quota of a resource; absent where it is unlimited (quotas.resources[].quota, negative in the API).',
    ({ limit }) => limit,
  ),
  quota_used: gauge('Use of a resource (quotas.resources[].used).', ({ used }) => used),
});

const options = z.strictObject({
  enabled: z.boolean().prefault(false).describe('Read the quotas of the tenant'),
  interval: duration({ min: '1s' })
    .prefault('5m')
    .describe('How often at most; between reads the last values are served'),
});

export const quotas: Collector<z.infer<typeof options>, Quota, NamesOf<typeof quotaRows>> = {
  name: 'quotas',
  options: options.prefault({}),
  needsPools: false,
  endpoints: ['show_quotas'],
  fields: ['quotas', 'quotas.resources[].quota', 'quotas.resources[].used', 'quotas.resources[].unit', 'site_quotas'],
  enums: [],
  dropReasons: [],
  metrics: describe(quotaRows),
  requests: () => 1,
  async collect({ api, deadline, read, report }) {
    await read('all', async () => {
      const call = { endpoint: 'show_quotas', path: ['quotas'] } as const;
      const all = await api.get(call, deadline, (json) => parseQuotas(json, report));
      const records = new Map(all.map((quota) => [JSON.stringify([quota.site, quota.resource, quota.unit]), quota]));
      return { records, isWhole: true };
    });
  },
  families({ project, records }) {
    const items = [...records.values()].map((item) => ({
      labels: baseLabels(quotaRows.base, [project, item.site, item.resource, item.unit]),
      item,
    }));
    return familiesOf(quotaRows, items);
  },
};

function parseQuotas(json: unknown, report: Reporter): Quota[] {
  const answer = parseLeniently(answerSchema, json, (field) => report.violation('show_quotas', field));
  const sites = [{ site_id: '', resources: answer.quotas.resources }, ...(answer.site_quotas ?? [])];
  return sites.flatMap(({ site_id = '', resources = [] }) =>
    resources.map(({ type, quota, used, unit = '' }) => ({
      site: site_id,
      resource: type,
      unit,
      limit: quota === undefined || quota < 0 ? undefined : quota,
      used,
    })),
  );
}
