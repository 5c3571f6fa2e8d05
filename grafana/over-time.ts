// Panels with an axis of time: lines, areas, bars, states, densities.
import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapPanel,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as StateTimelinePanel } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { type AnyPanel, dressed, type Look } from './panel.ts';

export interface LinesLook extends Look {
  /** `steps` for what is constant between two reads; `line` unless told. */
  readonly style?: 'line' | 'steps' | 'stacked' | 'bars';
  /** A table beside the lines, with the latest and the largest value: for one line per pool. */
  readonly legend?: 'table';
  /** Draws the thresholds as dashed lines. */
  readonly showThresholds?: true;
}

export function lines(look: LinesLook): AnyPanel {
  const { style = 'line', legend, showThresholds } = look;
  const isStacked = style === 'stacked' || style === 'bars';
  const panel = dressed(new TimeseriesPanel(), look)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .drawStyle(style === 'bars' ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineInterpolation(
      style === 'steps' || style === 'stacked' ? LineInterpolation.StepAfter : LineInterpolation.Linear,
    )
    .axisSoftMin(0)
    .lineWidth(1)
    .fillOpacity(isStacked ? 60 : 0)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None).group('A'));
  if (legend === 'table') panel.legend(legendTable());
  if (showThresholds)
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return panel;
}

const legendTable = () =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Right)
    .calcs(['lastNotNull', 'max'])
    .sortBy('Max')
    .sortDesc(true);

/** A row for each series, coloured by its state; the words are in `mappings`. */
export const timeline = (look: Look): AnyPanel =>
  dressed(new StateTimelinePanel(), look)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.8)
    .lineWidth(0)
    .fillOpacity(80);

/** How many observations fell into which bucket of a histogram. */
export const density = (look: Look): AnyPanel =>
  dressed(new HeatmapPanel(), look)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Blues').steps(32))
    .yAxis(new YAxisConfigBuilder().unit(look.unit))
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Linear));
