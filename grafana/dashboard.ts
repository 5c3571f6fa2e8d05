// What all dashboards share: tags, links to each other, time, and rows of panels.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { complete } from './complete.ts';
import type { Kit } from './kit.ts';
import type { AnyPanel } from './panel.ts';
import type { Variable } from './variables.ts';

const TAG = 'huaweicloud-workspace';

/** Stable: they are in bookmarks and in the links of alerts. */
export const UIDS = {
  overview: 'hcws-capacity-overview',
  pool: 'hcws-one-pool',
  exporter: 'hcws-exporter',
} as const;

export interface Row {
  readonly title: string;
  readonly panels: readonly AnyPanel[];
}

export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** How far back it looks at first, as `now-6h`. */
  readonly from: string;
  readonly variables: readonly Variable[];
  readonly annotations?: readonly Builder<AnnotationQuery>[];
  readonly rows: readonly ((kit: Kit) => Row)[];
}

export function dashboard(kit: Kit, board: Board): Dashboard {
  const { uid, title, description, from, variables, annotations = [], rows } = board;
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .timezone('browser')
    .refresh('30s')
    .time({ from, to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .variables([...variables])
    .annotations([...annotations])
    .link(linkToOthers());
  for (const row of rows.map((make) => make(kit))) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  return complete(builder.build(), kit.step);
}

const linkToOthers = () =>
  new DashboardLinkBuilder('Workspace')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
    .icon('external link')
    .tooltip('The other dashboards of the exporter');
