// Which of Grafana's components draws which kind of panel, given what Grafana's own panels give them.
import {
  applyNullInsertThreshold,
  type DataFrame,
  type DisplayValueAlignmentFactors,
  type FieldDisplay,
  type GrafanaTheme2,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  type ReduceDataOptions,
  type TimeRange,
  type VizOrientation,
} from '@grafana/data';
import {
  BarGauge,
  BigValue,
  TimeSeries,
  type VizLegendOptions,
  VizRepeater,
  type VizRepeaterRenderValueProps,
} from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import type { ComponentProps, ComponentType, JSX } from 'react';
import { HeatMap, StateTimeline } from './cells.tsx';
import type { Panel } from './day.ts';
import { fieldConfigOf, replaceVariables } from './frames.ts';
import { Gauge } from './gauge.tsx';

export interface Drawn {
  readonly panel: Panel;
  readonly frames: DataFrame[];
  readonly range: TimeRange;
  readonly theme: GrafanaTheme2;
  readonly width: number;
  readonly height: number;
}

export const PANELS: Readonly<Record<string, ComponentType<Drawn>>> = {
  stat: Stat,
  gauge: Gauges,
  bargauge: Bars,
  timeseries: Lines,
  table: Table,
  'state-timeline': StateTimeline,
  heatmap: HeatMap,
};

// The options in the JSON bear the names of the components' properties; Grafana's panels pass them on in the same way.
export const optionsOf = <Options,>({ options }: Panel) => options as Options;

interface StatOptions
  extends Pick<ComponentProps<typeof BigValue>, 'colorMode' | 'graphMode' | 'justifyMode' | 'textMode'> {
  readonly wideLayout: boolean;
}

function Stat(drawn: Drawn) {
  const { wideLayout, ...options } = optionsOf<StatOptions>(drawn.panel);
  const { colorMode, graphMode, justifyMode, textMode } = options;
  return (
    <Values
      {...drawn}
      sparkline={graphMode !== 'none'}
      itemSpacing={3}
      autoGrid
      render={({ display: value, sparkline }, { width, height, alignmentFactors, count }) => (
        <BigValue
          {...{ width, height, alignmentFactors, count, value, sparkline }}
          {...{ colorMode, graphMode, justifyMode, textMode }}
          disableWideLayout={!wideLayout}
          theme={drawn.theme}
        />
      )}
    />
  );
}

function Gauges(drawn: Drawn) {
  return (
    <Values
      {...drawn}
      render={(value, { width, height }) => <Gauge {...{ value, width, height }} theme={drawn.theme} />}
    />
  );
}

type BarProps = ComponentProps<typeof BarGauge>;
interface BarOptions extends Pick<BarProps, 'displayMode' | 'namePlacement' | 'showUnfilled' | 'orientation'> {
  readonly valueMode: BarProps['valueDisplayMode'];
  readonly minVizHeight: number;
  readonly maxVizHeight: number;
}

function Bars(drawn: Drawn) {
  const { valueMode, minVizHeight, maxVizHeight, ...options } = optionsOf<BarOptions>(drawn.panel);
  const { displayMode, namePlacement, showUnfilled, orientation } = options;
  return (
    <Values
      {...drawn}
      itemSpacing={10}
      {...{ minVizHeight, maxVizHeight }}
      render={({ display: value, field }, { width, height, alignmentFactors }) => (
        <BarGauge
          {...{ width, height, alignmentFactors, value, field }}
          {...{ displayMode, namePlacement, showUnfilled, orientation }}
          valueDisplayMode={valueMode}
          theme={drawn.theme}
        />
      )}
    />
  );
}

type Repeater = VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>['props'];
interface ValuesProps
  extends Drawn,
    Partial<Pick<Repeater, 'itemSpacing' | 'autoGrid' | 'minVizHeight' | 'maxVizHeight'>> {
  readonly sparkline?: boolean;
  readonly render: (
    value: FieldDisplay,
    place: VizRepeaterRenderValueProps<FieldDisplay, DisplayValueAlignmentFactors>,
  ) => JSX.Element;
}

/** One drawing per value that the panel reduces its series to. */
function Values({ panel, frames, theme, width, height, range, sparkline = false, render, ...spacing }: ValuesProps) {
  const { reduceOptions, orientation } = optionsOf<{ reduceOptions: ReduceDataOptions; orientation: VizOrientation }>(
    panel,
  );
  const fieldConfig = fieldConfigOf(panel.fieldConfig);
  const getValues = () =>
    getFieldDisplayValues({ ...{ fieldConfig, reduceOptions, replaceVariables, theme, sparkline }, data: frames }).map(
      (value) =>
        value.sparkline === undefined ? value : { ...value, sparkline: { ...value.sparkline, timeRange: range } },
    );
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      {...{ width, height, orientation, getValues }}
      {...spacing}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={(place) => render(place.value, place)}
      source={frames}
      renderCounter={0}
    />
  );
}

function Lines({ panel, frames, range, width, height }: Drawn) {
  const { legend } = optionsOf<{ legend: VizLegendOptions }>(panel);
  const times = { refFieldPseudoMin: range.from.valueOf(), refFieldPseudoMax: range.to.valueOf() };
  // The component looks for gaps in the first series only; Grafana's panel does it for all.
  const gapped = frames.map((frame) => applyNullInsertThreshold({ frame, ...times }));
  return <TimeSeries {...{ width, height, legend }} frames={gapped} timeRange={range} timeZone="utc" />;
}

type TableOptions = Pick<ComponentProps<typeof TableNG>, 'showTypeIcons' | 'cellHeight' | 'sortBy'> & {
  readonly showHeader: boolean;
  readonly footer?: { readonly enablePagination?: boolean };
};

function Table({ panel, frames: [data], width, height }: Drawn) {
  const { showHeader, ...options } = optionsOf<TableOptions>(panel);
  const { showTypeIcons, cellHeight, sortBy, footer } = options;
  if (data === undefined) return null;
  return (
    <TableNG
      {...{ data, width, height, showTypeIcons, cellHeight, sortBy }}
      enablePagination={footer?.enablePagination === true}
      noHeader={!showHeader}
      enableVirtualization={false}
    />
  );
}
