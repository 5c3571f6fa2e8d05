// What a picture is made of, as JSON: the dashboards, what Prometheus answered to each query, and the words of their variables.

export interface Day {
  readonly boards: readonly Board[];
}

export interface Board {
  /** Of its JSON, from the root of the repository. */
  readonly path: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly variables: readonly { readonly label: string; readonly text: string }[];
  readonly panels: readonly Panel[];
}

/** A panel of Grafana's classic JSON, as much of it as the preview reads by itself. */
export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly options?: unknown;
  readonly fieldConfig?: FieldConfig | undefined;
  readonly transformations?: readonly { readonly id: string; readonly options?: unknown }[];
  /** One per query, in their order. */
  readonly answers: readonly Answer[];
}

export interface FieldConfig {
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly overrides: readonly {
    readonly matcher: { readonly id: string; readonly options?: unknown };
    readonly properties: readonly { readonly id: string; readonly value?: unknown }[];
  }[];
}

export interface Answer {
  readonly refId: string;
  readonly format: 'time_series' | 'table' | 'heatmap';
  readonly legendFormat?: string | undefined;
  /** Milliseconds: of the range, and between its points. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly series: readonly Series[];
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, and the value as text, because JSON knows neither NaN nor infinity. */
  readonly points: readonly (readonly [at: number, value: string])[];
}
