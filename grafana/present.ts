// Panels of the present: a number, a gauge, one bar per pool.
import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as GaugePanel } from '@grafana/grafana-foundation-sdk/gauge';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { type AnyPanel, dressed, type Look, ofNow } from './panel.ts';

const byThresholds = () => new FieldColorBuilder().mode(FieldColorModeId.Thresholds);

export interface StatLook extends Look {
  /** One above the other, each with its name. */
  readonly list?: true;
}

export function stat(look: StatLook): AnyPanel {
  const panel = dressed(new StatPanel(), ofNow(look)).colorScheme(byThresholds()).colorMode(BigValueColorMode.Value);
  panel.graphMode(BigValueGraphMode.None);
  panel.textMode(look.queries.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto);
  // Grafana's word for "the parts lie" stacks them.
  if (look.list) panel.orientation(VizOrientation.Horizontal).wideLayout(true);
  return panel;
}

export const gauge = (look: Look): AnyPanel =>
  dressed(new GaugePanel(), ofNow(look)).colorScheme(byThresholds()).showThresholdMarkers(true);

/** A bar for each series, with its name; Grafana shows that of a single one only if the panel says it too. */
export const bars = (look: Look): AnyPanel =>
  dressed(new BarGaugePanel(), ofNow(look))
    .displayName((look.queries[0]?.legend ?? '').replaceAll(/{{(\w+)}}/g, `\${__field.labels.$1}`))
    .colorScheme(byThresholds())
    .displayMode(BarGaugeDisplayMode.Basic)
    .namePlacement(BarGaugeNamePlacement.Left)
    .orientation(VizOrientation.Horizontal)
    // A bar alone is no thicker, and no more important, than one of ten.
    .sizing(BarGaugeSizing.Manual)
    .minVizHeight(16)
    .maxVizHeight(26)
    .showUnfilled(true);
