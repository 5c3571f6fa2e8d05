// Whether a text page is one that Prometheus takes: our own short reading of the format, for every page of these tests.

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,(?!\})|(?=\})))*)\})? (\S+)$/;
const SUFFIXES = { histogram: ['_bucket', '_sum', '_count'], counter: [''], gauge: [''] };

/** Gives the page back, or throws naming the line that is wrong. */
export function validPage(text: string): string {
  const families = new Map<string, string>();
  const series = new Set<string>();
  let current = '';
  if (text !== '' && !text.endsWith('\n')) throw new Error('the page does not end with a line end');
  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    const fail = (why: string): never => {
      throw new Error(`line ${index + 1} ${why}: ${line}`);
    };
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.has(name)) fail('begins a family for the second time');
      current = name;
    } else if (keyword === 'TYPE') {
      if (name !== current || families.has(name)) fail('is not the type of the family before it');
      if (!(rest in SUFFIXES)) fail('names no type');
      families.set(name, rest);
    } else {
      const [, full = '', , value = ''] = SAMPLE.exec(line) ?? fail('is no sample');
      const type = families.get(current);
      const names = Object.entries(SUFFIXES).find(([known]) => known === type)?.[1] ?? [];
      if (!names.some((suffix) => full === current + suffix)) fail('stands outside of its family');
      if (!/^([+-]?\d+(\.\d+)?(e[+-]?\d+)?|[+-]Inf)$/.test(value)) fail('has no value');
      const key = line.slice(0, line.lastIndexOf(' '));
      if (series.has(key)) fail('is a series that was there before');
      series.add(key);
    }
  }
  return text;
}
