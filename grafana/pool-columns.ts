// The columns by which a table says which pool a row is about, and that lead to the pool's own dashboard.
import { UIDS } from './dashboard.ts';
import type { Kit } from './kit.ts';
import type { Column } from './tables.ts';

/** `named` has the names of the pools as a label, if no other column of the table has. */
export const poolColumns = ({ by }: Kit, named?: string): readonly Column[] => [
  {
    name: 'Pool',
    label: 'pool_name',
    ...(named !== undefined && { expr: named }),
    link: {
      title: 'Show this pool',
      url: `/d/${UIDS.pool}?var-datasource=\${datasource}&var-project=\${__data.fields.Project:percentencode}&var-pool=\${__data.fields.pool_id:percentencode}${by.map((label) => `&var-${label}=\${__data.fields.${label}:percentencode}`).join('')}&\${__url_time_range}`,
    },
    isFilterable: true,
  },
  ...by.map((label) => ({ name: label, label, width: 110, isFilterable: true as const })),
  { name: 'Project', label: 'project', width: 112, isFilterable: true },
  { name: 'pool_id', label: 'pool_id', hidden: true },
];
