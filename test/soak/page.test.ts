// The soak's reading of a page takes what is right, and nothing else.
import { describe, expect, it } from 'vitest';
import { readPage } from '../../bench/soak/page.ts';

const P = 'huaweicloud_workspace_';

describe('a text page', () => {
  it('is read with its escapes', () => {
    const [sample] = readPage(`# HELP ${P}a A.\n# TYPE ${P}a gauge\n${P}a{x="1\\"\\\\\\n",y=""} 2.5e+06\n`, 'text');
    expect(sample).toMatchObject({ name: 'a', type: 'gauge', labels: { x: '1"\\\n', y: '' }, value: 2_500_000 });
  });

  it.each([
    ['a series twice', '# TYPE a gauge\na{x="1"} 1\na{x="1"} 2\n'],
    ['no end', '# TYPE a gauge\na 1'],
    ['no type', 'a 1\n'],
    ['a type that does not exist', '# TYPE a info\na 1\n'],
    ['a family in two parts', '# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na{x="1"} 1\n'],
    ['two types', '# TYPE a gauge\n# TYPE a gauge\na 1\n'],
    ['a sample of another family', '# TYPE a gauge\nb 1\n'],
    ['no number', '# TYPE a gauge\na NaN\n'],
    ['half a line', '# TYPE a gauge\na{x="1\n'],
    ['a label twice', '# TYPE a gauge\na{x="1",x="2"} 1\n'],
    ['a comma too many', '# TYPE a gauge\na{x="1",} 1\n'],
    ['a quote too many', '# TYPE a gauge\na{x="1"2"} 1\n'],
    ['an unknown escape', '# TYPE a gauge\na{x="\\t"} 1\n'],
  ])('with %s is refused', (_, text) => {
    expect(() => readPage(text, 'text')).toThrow(/^line /);
  });
});

describe('an OpenMetrics page', () => {
  it('names counters and infos without their suffix, and ends', () => {
    const text = '# TYPE a counter\n';
    const page = `${text}a_total 1\n# TYPE b_seconds gauge\n# UNIT b_seconds seconds\nb_seconds 2\n# TYPE c info\nc_info{x="1"} 1\n# EOF\n`;
    expect(readPage(page, 'openmetrics').map(({ name }) => name)).toEqual(['a_total', 'b_seconds', 'c_info']);
  });

  it.each([
    ['without its end', '# TYPE a gauge\na 1\n'],
    ['with a counter that has no suffix', '# TYPE a counter\na 1\n# EOF\n'],
    ['with a unit that the name lacks', '# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n'],
  ])('%s is refused', (_, text) => {
    expect(() => readPage(text, 'openmetrics')).toThrow(/^line /);
  });
});
