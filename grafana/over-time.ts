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
  /** A table beside the lines, with the latest value and the one that matters, the gravest first: for one line per pool. */
  readonly legend?: 'max' | 'min';
  /** Draws the thresholds as dashed lines. */
  readonly showThresholds?: true;
  /** What the axis shows at least; of a count from 0 to 1, so that a line at 0 is seen to be one. */
  readonly axis?: readonly [from: number, to: number];
  /** A time of its own, up to now, as `28d`. */
  readonly timeFrom?: string;
}

export function lines(look: LinesLook): AnyPanel {
  const { style = 'line', legend, showThresholds, timeFrom } = look;
  const [from, to] = look.axis ?? (['none', 'short'].includes(look.unit) ? [0, 1] : [0]);
  const isStacked = style === 'stacked' || style === 'bars';
  const panel = dressed(new TimeseriesPanel(), look)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .drawStyle(style === 'bars' ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineInterpolation(
      style === 'steps' || style === 'stacked' ? LineInterpolation.StepAfter : LineInterpolation.Linear,
    )
    .axisSoftMin(from)
    // The line of a part that is 0 would lie on the parts below it, in its own colour.
    .lineWidth(style === 'stacked' ? 0 : 1)
    .fillOpacity(isStacked ? 70 : 0)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None).group('A'));
  if (to !== undefined) panel.axisSoftMax(to);
  if (timeFrom !== undefined) panel.timeFrom(timeFrom);
  if (legend !== undefined) panel.legend(legendTable(legend));
  if (showThresholds)
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return panel;
}

const legendTable = (gravest: 'max' | 'min') =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Right)
    .calcs(['lastNotNull', gravest])
    .sortBy(gravest === 'max' ? 'Max' : 'Min')
    .sortDesc(gravest === 'max');

export interface TimelineLook extends Look {
  /** Few rows as a rule, which need not fill the panel. */
  readonly isSparse?: true;
}

/** A row for each series, coloured by its state; the words are in `mappings`. */
export const timeline = (look: TimelineLook): AnyPanel =>
  dressed(new StateTimelinePanel(), look)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(look.isSparse ? 0.4 : 0.8)
    .lineWidth(0)
    .fillOpacity(80);

/** How many observations fell into which bucket of a histogram. */
export const density = (look: Look): AnyPanel =>
  dressed(new HeatmapPanel(), look)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Blues').steps(32))
    .yAxis(new YAxisConfigBuilder().unit(look.unit))
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Linear));
