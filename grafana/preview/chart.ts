// Draws a chart of ECharts to SVG text, without a browser.

import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, VisualMapComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { LegacyGridContainLabel } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  HeatmapChart,
  LineChart,
  GridComponent,
  LegacyGridContainLabel,
  MarkLineComponent,
  VisualMapComponent,
  SVGRenderer,
]);

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const INK = '#ccccdc';
export const FAINT = '#8e8e9c';
export const LINES = 'rgba(204, 204, 220, 0.09)';

export function drawn(option: EChartsCoreOption, { width, height }: Size): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    const font = { fontFamily: 'Inter, "Noto Sans", "Noto Sans CJK SC", sans-serif', fontSize: 11, color: FAINT };
    chart.setOption({ animation: false, textStyle: font, ...option });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** Of all time charts: hours and minutes, and the date where a day begins. */
export const timeAxis = (from: number, to: number) => ({
  type: 'time',
  min: from * 1000,
  max: to * 1000,
  axisLine: { lineStyle: { color: LINES } },
  axisTick: { show: false },
  splitLine: { show: true, lineStyle: { color: LINES } },
  axisLabel: { color: FAINT, hideOverlap: true, formatter: hourAndMinute },
});

export const hourAndMinute = (at: number): string => new Date(at).toISOString().slice(11, 16);
