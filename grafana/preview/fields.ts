// How one series or column is shown: the panel's defaults, what its overrides change, and the text and colour of each value.
import { z } from 'zod';
import { type Field, fieldSchema, type Mapping, type Panel } from '../../test/demo-day/dashboard.ts';
import { colorOf, mixed, paletteColor } from './colors.ts';
import { inUnit } from './units.ts';

export interface Named {
  readonly name: string;
  readonly refId: string;
  readonly isNumeric: boolean;
}

/** Defaults with all overrides that match, in order. */
export function fieldOf({ fieldConfig: { defaults, overrides } }: Panel, named: Named): Field {
  const changes = overrides.filter(({ matcher }) => matches(matcher, named)).flatMap(({ properties }) => properties);
  const field: Record<string, unknown> = { ...defaults };
  const custom = { ...defaults.custom };
  for (const { id, value } of changes) {
    if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
    else field[id] = value;
  }
  return fieldSchema.parse({ ...field, custom });
}

const text = z.string();

function matches({ id, options }: { id: string; options?: unknown }, { name, refId, isNumeric }: Named): boolean {
  switch (id) {
    case 'byName':
      return options === name;
    case 'byFrameRefID':
      return options === refId;
    case 'byType':
      return options === (isNumeric ? 'number' : 'string');
    case 'byRegexp':
      return patternOf(text.parse(options)).test(name);
    case 'byNames':
      return z
        .object({ names: z.array(text) })
        .parse(options)
        .names.includes(name);
    default:
      throw new Error(`the preview does not know the matcher ${id}; add it to fields.ts`);
  }
}

/** Grafana writes patterns as `/…/flags` or bare. */
export function patternOf(written: string): RegExp {
  const [, inner, flags] = /^\/(.*)\/(\w*)$/s.exec(written) ?? [];
  return new RegExp(inner ?? written, flags);
}

export interface Shown {
  readonly text: string;
  /** As CSS knows it. */
  readonly color: string;
}

export type Value = string | number | undefined;

/** Text and colour of a value; `index` is that of its series, for the palette. */
export function shownValue(value: Value, field: Field, index = 0): Shown {
  const mapped = mappedValue(value, field);
  const color = mapped?.color === undefined ? valueColor(value, field, index) : colorOf(mapped.color);
  if (mapped?.text !== undefined && mapped.text !== '') return { text: mapped.text, color };
  if (value === undefined) return { text: field.noValue ?? '–', color };
  return { text: typeof value === 'number' ? inUnit(value, field.unit, field.decimals) : value, color };
}

function mappedValue(value: Value, { mappings = [] }: Field) {
  for (const mapping of mappings) {
    const found = mappedBy(mapping, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mappedBy({ type, options }: Mapping, value: Value) {
  switch (type) {
    case 'value':
      return options[String(value)];
    case 'range': {
      const isWithin = Number(value) >= (options.from ?? -Infinity) && Number(value) <= (options.to ?? Infinity);
      return isWithin ? options.result : undefined;
    }
    case 'special': {
      const isMissing = value === undefined || Number.isNaN(value);
      return isMissing && /null|nan|empty/.test(options.match) ? options.result : undefined;
    }
    case 'regex':
      return patternOf(options.pattern).test(String(value)) ? options.result : undefined;
  }
}

/** The last threshold that the value reaches. */
function valueColor(value: Value, field: Field, index: number): string {
  const { color, min = 0, max = 1 } = field;
  const mode = color?.mode ?? 'thresholds';
  if (mode === 'fixed' || mode === 'shades') return colorOf(color?.fixedColor ?? 'text');
  if (mode.startsWith('palette')) return paletteColor(index);
  if (typeof value !== 'number') return colorOf('text');
  if (mode.startsWith('continuous')) return mixed((value - min) / (max - min), ...scaleOf(mode));
  return thresholdColor(value, field);
}

export function thresholdColor(value: number, { thresholds, min = 0, max = 100 }: Field): string {
  const position = thresholds?.mode === 'percentage' ? (100 * (value - min)) / (max - min) : value;
  const step = thresholds?.steps.findLast((one, place) => place === 0 || position >= (one.value ?? -Infinity));
  return colorOf(step?.color ?? 'green');
}

/** `continuous-GrYlRd` and the like; Grafana's own names are pairs of letters. */
function scaleOf(mode: string): readonly string[] {
  const hues: Readonly<Record<string, string>> = {
    Gr: 'green',
    Yl: 'yellow',
    Rd: 'red',
    Bl: 'blue',
    Pu: 'purple',
    Or: 'orange',
  };
  const found = [...mode.slice('continuous-'.length).matchAll(/[A-Z][a-z]/g)].map(([pair]) =>
    colorOf(hues[pair] ?? 'text'),
  );
  return found.length >= 2 ? found : [colorOf('green'), colorOf('red')];
}
