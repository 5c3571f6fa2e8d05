// The choices above the panels: source, project, pool; job and instance where the exporter itself is shown.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Kit } from './kit.ts';
import { DATASOURCE } from './panel.ts';
import { metric } from './promql.ts';

export type Variable = Builder<VariableModel>;

export const datasource: Variable = new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');

const choice = (name: string, label: string, query: string) =>
  new QueryVariableBuilder(name)
    .label(label)
    .query({ query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(query)
    .datasource(DATASOURCE)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalCaseInsensitiveAsc);

const many = (variable: QueryVariableBuilder) =>
  variable
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: ['All'], value: ['$__all'] });

const matchersOf = ({ by }: Kit) => by.map((label) => `${label}=~"$${label}"`);

/** One for each label of the target that the place keeps, such as `cluster`. */
export const keptChoices = ({ by }: Kit): readonly Variable[] =>
  by.map((label) =>
    many(
      choice(
        label,
        label.charAt(0).toUpperCase() + label.slice(1).replaceAll('_', ' '),
        `label_values(${metric('project_info')}, ${label})`,
      ),
    ),
  );

const projectChoice = (kit: Kit) =>
  choice('project', 'Project', `label_values(${metric('project_info', matchersOf(kit))}, project)`);
export const projects = (kit: Kit): Variable => many(projectChoice(kit));
export const project = (kit: Kit): Variable => projectChoice(kit);

/**
 * The value is the id, the text is the name: names may be equal, may change, and may hold what a regular expression reads
 * as its own. The source writes the labels in alphabetical order and does not escape, hence the greedy name; an empty one is not written.
 */
const poolChoice = ({ OF_PROJECT }: Kit) =>
  choice(
    'pool',
    'Pool',
    `query_result(max by (pool_id, pool_name, project) (${metric('desktop_pool_desktops', OF_PROJECT)}))`,
  ).regex('/pool_id="(?<value>[^"]+)"(?:,pool_name="(?<text>.*)")?,project="/');
export const pools = (kit: Kit): Variable => many(poolChoice(kit));
export const pool = (kit: Kit): Variable => poolChoice(kit);

/** Both kinds of jobs: the projects may be scraped apart from the exporter (see prometheus/discovery.yml). */
export function exporterChoices(kit: Kit): readonly Variable[] {
  const names = '__name__=~"huaweicloud_workspace_exporter_(build_info|collector_success)"';
  const of = (job: string) => `{${[names, ...matchersOf(kit), `job=~${JSON.stringify(job)}`].join(', ')}}`;
  return [
    many(choice('job', 'Job', `label_values(${of(kit.job)}, job)`)),
    many(choice('instance', 'Instance', `label_values(${of('$job')}, instance)`)),
  ];
}

/** Hours to add to UTC: PromQL knows no time zones. */
export const utcOffset: Variable = new CustomVariableBuilder('utc_offset')
  .label('Hours from UTC')
  .description('For the week of this pool; minus in the west')
  .values('-11,-10,-9,-8,-7,-6,-5,-4,-3,-2,-1,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14')
  .current({ text: '0', value: '0' });
