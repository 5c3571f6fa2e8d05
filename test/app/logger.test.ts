// Log lines as operators and their tools read them: one line each, in two forms, without secrets.
import { describe, expect, it } from 'vitest';
import { createLogger, LOG_LEVELS, type LoggerOptions } from '../../src/app/logger.ts';
import { Secret } from '../../src/option-types/secret.ts';

function logging(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'logfmt', write: (line) => lines.push(line), ...options });
  return { log, lines };
}

describe('a line', () => {
  it('is logfmt: time, level, message, then what belongs to it', () => {
    const { log, lines } = logging();
    log.warn('reads failed', { project: 'a b', reads: 3, isLast: true, example: undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=warn msg="reads failed" project="a b" reads=3 isLast=true\n$/,
    );
  });

  it('is JSON where that is wanted', () => {
    const { log, lines } = logging({ format: 'json' });
    log.error('reads failed', { project: 'a', reads: 3 });
    const [line = ''] = lines;
    expect(line.endsWith('}\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      level: 'error',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      msg: 'reads failed',
      project: 'a',
      reads: 3,
    });
  });

  it('has its message at the end where it is JSON', () => {
    const { log, lines } = logging({ format: 'json' });
    log.info('m', { project: 'a' });
    expect(Object.keys(JSON.parse(lines[0] ?? ''))).toEqual(['level', 'time', 'project', 'msg']);
  });

  it.each<[string, string]>([
    ['plain', 'plain'],
    ['', '""'],
    ['a=b', '"a=b"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['two\nlines', '"two\\nlines"'],
    ['back\\slash', '"back\\\\slash"'],
    ['escape \u001b[31m', '"escape \\u001b[31m"'],
    ['工程部', '工程部'],
  ])('quotes a value only where it must: %j', (value, quoted) => {
    const { log, lines } = logging();
    log.info('m', { value });
    expect(lines[0]?.split(' value=')[1]).toBe(`${quoted}\n`);
  });

  it.each(['logfmt', 'json'] as const)('stays one line whatever is in it (%s)', (format) => {
    const { log, lines } = logging({ format });
    log.info('first\nlevel=error msg=forged', { value: 'x\r\ny' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.match(/[\r\n]/g)).toEqual(['\n']);
  });
});

describe('the level', () => {
  it.each(LOG_LEVELS)('%s leaves out what is less important', (level) => {
    const { log, lines } = logging({ level });
    for (const name of LOG_LEVELS) log[name](name);
    expect(lines.map((line) => /level=(\w+)/.exec(line)?.[1])).toEqual(LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)));
  });

  it.each<[LoggerOptions['level'], string[]]>([
    ['debug', ['msg=m cost=1']],
    ['info', []],
  ])('%s decides whether fields are made that cost something', (level, expected) => {
    const { log, lines } = logging({ level });
    let made = 0;
    log.debug('m', () => {
      made += 1;
      return { cost: made };
    });
    expect(lines.map((line) => /msg=.*/.exec(line)?.[0])).toEqual(expected);
    expect(made).toBe(expected.length);
  });
});

describe('a secret', () => {
  it.each(['logfmt', 'json'] as const)('never gets into a line, in whatever form it comes (%s)', (format) => {
    const secret = 'pass"word\\of/the+tests';
    new Secret(secret);
    const { log, lines } = logging({ format, level: 'debug' });
    const forms = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret),
      JSON.stringify(JSON.stringify(secret)),
      Buffer.from(secret).toString('base64'),
    ];
    for (const form of forms) log.debug(`message ${form}`, { value: form });
    expect(lines).toHaveLength(forms.length);
    for (const line of lines) {
      expect(line.match(/<secret>/g)).toHaveLength(2);
      expect(line).not.toMatch(/pass|word|tests|cGFzcy/);
    }
  });
});
