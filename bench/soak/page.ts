// Reads a page as strictly as Prometheus does, and more: in both formats, without sharing code with what wrote it.

export type Format = 'text' | 'openmetrics';

export interface Sample {
  /** Without our prefix. */
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Name and labels as written. */
  readonly series: string;
}

const prefix = 'huaweicloud_workspace_';
const histogram = ['_bucket', '_sum', '_count'];
const suffixes: Readonly<Record<Format, Readonly<Record<string, readonly string[]>>>> = {
  text: { gauge: [''], counter: [''], histogram },
  openmetrics: { gauge: [''], counter: ['_total'], histogram, info: ['_info'] },
};
const nameForm = /^[\w:]+/;
const sampleForm = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s;
const labelForm = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;
const valueForm = /^([+-]?\d+(\.\d+)?(e[+-]?\d+)?|[+-]Inf)$/;

export class BadPage extends Error {
  /** What the excerpt should show. */
  readonly line: string;
  constructor(line: string, why: string) {
    super(`line ${why}: ${line.slice(0, 200)}`);
    this.line = line;
  }
}

/** Throws `BadPage`. */
export function readPage(text: string, format: Format): readonly Sample[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new BadPage(lines.at(-1) ?? '', 'does not end');
  if (format === 'openmetrics' && lines.pop() !== '# EOF')
    throw new BadPage(lines.at(-1) ?? '', 'is not followed by # EOF');
  const families = new Map<string, { type?: string; unit?: string; help?: string }>();
  const known = new Set<string>();
  const samples: Sample[] = [];
  let current = '';
  for (const line of lines) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE|UNIT) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword !== undefined) {
      if (name !== current && families.has(name)) throw new BadPage(line, 'begins a family for the second time');
      current = name;
      const family = families.get(name) ?? {};
      const key = keyword === 'HELP' ? 'help' : keyword === 'TYPE' ? 'type' : 'unit';
      if (family[key] !== undefined) throw new BadPage(line, 'says something for the second time');
      families.set(name, { ...family, [key]: rest });
      if (keyword === 'UNIT' && !name.endsWith(`_${rest}`)) throw new BadPage(line, 'names a unit that the name lacks');
      if (keyword === 'TYPE' && !Object.hasOwn(suffixes[format], rest)) throw new BadPage(line, 'names no type');
      continue;
    }
    const type = families.get(current)?.type ?? '';
    const sample = readSample(line, type);
    const own = suffixes[format][type]?.map((suffix) => current + suffix) ?? [];
    if (!own.includes(nameForm.exec(line)?.[0] ?? '')) throw new BadPage(line, 'stands outside of its family');
    if (known.has(sample.series)) throw new BadPage(line, 'is a series that was there before');
    known.add(sample.series);
    samples.push(sample);
  }
  return samples;
}

function readSample(line: string, type: string): Sample {
  const [, full, labels = '', value = ''] = sampleForm.exec(line) ?? [];
  if (full === undefined) throw new BadPage(line, 'is no sample');
  if (!valueForm.test(value)) throw new BadPage(line, 'has no value');
  return {
    name: full.startsWith(prefix) ? full.slice(prefix.length) : full,
    type,
    labels: readLabels(labels, line),
    value: value.endsWith('Inf') ? Number(value.replace('Inf', 'Infinity')) : Number(value),
    series: line.slice(0, line.lastIndexOf(' ')),
  };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

function readLabels(text: string, line: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  labelForm.lastIndex = 0;
  for (let end = 0; end < text.length; end = labelForm.lastIndex) {
    const [, name = '', value = '', comma] = labelForm.exec(text) ?? [];
    if (name === '' || Object.hasOwn(labels, name)) throw new BadPage(line, 'has a label that cannot be read');
    if (comma === ',' && labelForm.lastIndex === text.length) throw new BadPage(line, 'has a comma too many');
    labels[name] = value.replace(/\\(.)/g, (_, one: string) => escapes[one] ?? one);
  }
  return labels;
}
