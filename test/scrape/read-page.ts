// A page as Prometheus reads it, for expectations about single samples. Only what our own encoder writes is understood.

export type Labels = Readonly<Record<string, string>>;

export interface PageSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface ReadPage {
  readonly text: string;
  readonly samples: readonly PageSample[];
  /** Type by family, as the page names it. */
  readonly types: ReadonlyMap<string, string>;
  /** Values of a metric (named without our prefix) whose labels have all the given ones. */
  values(name: string, labels?: Labels): number[];
  /** The only value; undefined where there is none. Throws where there are several. */
  value(name: string, labels?: Labels): number | undefined;
  /** Label sets of a metric, in the order of the page. */
  labels(name: string): Labels[];
  /** The lines of samples of all families whose name begins so. */
  lines(name: string): string[];
}

const PREFIX = 'huaweicloud_workspace_';
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

function readLabels(text: string): Labels {
  const pairs = [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(
    pairs.map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, (_, one) => ESCAPES[one] ?? one)]),
  );
}

export function readPage(text: string): ReadPage {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const samples = lines.map((line): PageSample => {
    const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/s.exec(line) ?? [];
    if (name === '') throw new Error(`not a sample: ${line}`);
    return { name, labels: readLabels(labels), value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) };
  });
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const full = (name: string) => (/^(process|nodejs)_/.test(name) ? name : PREFIX + name);
  const matching = (name: string, wanted: Labels = {}) => {
    const asked = full(name);
    const pairs = Object.entries(wanted);
    return samples.filter(
      (sample) => sample.name === asked && pairs.every(([label, value]) => sample.labels[label] === value),
    );
  };
  const values = (name: string, labels?: Labels) => matching(name, labels).map(({ value }) => value);
  return {
    text,
    samples,
    types,
    values,
    value(name, labels) {
      const found = values(name, labels);
      if (found.length > 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`);
      return found[0];
    },
    labels: (name) => matching(name).map(({ labels }) => labels),
    lines: (name) => lines.filter((line) => line.startsWith(PREFIX + name)),
  };
}
