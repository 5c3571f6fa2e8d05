// The command line as a table: commands and flags; their types and the help text follow from it.
import { parseArgs } from 'node:util';
import { LOG_FORMATS, LOG_LEVELS } from '../app/logger.ts';
import { nearest } from '../config/nearest.ts';
import { parseDuration } from '../option-types/duration.ts';
import { parseListenAddress } from '../server/server.ts';
import { PROGRAM } from '../version.ts';

export const COMMANDS = {
  serve: 'Run the exporter (the default)',
  check: 'Check the configuration and the files that it names; with --api also sign in and read each project once',
  metrics: 'Collect once, print the page, exit',
  simulate: 'Run the simulated cloud alone, on loopback',
  demo: 'Run the simulated cloud and the exporter: the product without an account',
} as const;
export type Command = keyof typeof COMMANDS;

/** One line that says what is wrong with the command line. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

interface Flag<Value> {
  /** As in the help: `config.file=FILE`; a switch has no value. */
  readonly written: string;
  readonly says: string;
  /** The commands that know it; undefined: all. */
  readonly of: readonly Command[] | undefined;
  readonly preset?: string;
  /** `texts` are the values given; a switch that is on has one. Throws a `FlagError`. */
  readonly parse: (texts: readonly string[]) => Value;
}
type Row = readonly [written: string, of: readonly Command[] | undefined, says: string];

/** What a value may be. */
interface Kind<Value> {
  /** As in "expected a number from 1 to 5". */
  readonly expected: string;
  /** Undefined where the text is not of the kind. */
  readonly read: (text: string) => Value | undefined;
}

const nameOf = ({ written }: Pick<Flag<unknown>, 'written'>) => written.replace(/=.*/, '');

function readAs<Value>({ expected, read }: Kind<Value>, written: string, text: string): Value {
  const value = read(text);
  if (value === undefined) throw new FlagError(`--${nameOf({ written })}=${text}: expected ${expected}`);
  return value;
}

const toggle = (...[written, of, says]: Row): Flag<boolean> => ({
  ...{ written, of, says },
  parse: (texts) => texts.length > 0,
});

/** The last value given, or undefined. */
const optional = <Value>(kind: Kind<Value>, ...[written, of, says]: Row): Flag<Value | undefined> => ({
  ...{ written, of, says },
  parse: (texts) => texts.slice(-1).map((text) => readAs(kind, written, text))[0],
});

/** The last value given, or the preset. */
const preset = <Value>(kind: Kind<Value>, preset: string, ...[written, of, says]: Row): Flag<Value> => ({
  ...{ written, of, says, preset },
  parse: (texts) => readAs(kind, written, texts.at(-1) ?? preset),
});

const repeatable = <Value>(kind: Kind<Value>, preset: string | undefined, ...[written, of, says]: Row) => ({
  ...{ written, of, says: `${says}; repeatable`, ...(preset === undefined ? {} : { preset }) },
  parse: (texts: readonly string[]): readonly Value[] =>
    (texts.length > 0 || preset === undefined ? texts : [preset]).map((text) => readAs(kind, written, text)),
});

const text: Kind<string> = { expected: 'a text', read: (text) => text };

const choice = <Choice extends string>(choices: readonly Choice[]): Kind<Choice> => ({
  expected: `one of ${choices.join(', ')}`,
  read: (text) => choices.find((choice) => choice === text),
});

const number = (min: number, max: number, isAllowed = Number.isInteger): Kind<number> => ({
  expected: `a number from ${min} to ${max}`,
  read(text) {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return value >= min && value <= max && isAllowed(value) ? value : undefined;
  },
});

const duration: Kind<number> = { expected: 'a duration like 500ms or 2s', read: parseDuration };

const address = { expected: 'an address like :10054, 127.0.0.1:10054 or [::1]:10054', read: parseListenAddress };

const TAKEN_PATHS = ['/', '/config', '/probe', '/sd'];
const pagePath: Kind<string> = {
  expected: 'a path like /metrics that is not taken by another page',
  read: (text) =>
    /^\/[\w./-]*$/.test(text) && !text.startsWith('/-/') && !TAKEN_PATHS.includes(text) ? text : undefined,
};

const httpUrl: Kind<string> = {
  expected: 'an address like https://host/prefix',
  read: (text) =>
    URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text.replace(/\/+$/, '') : undefined,
};

const CONFIGURED: readonly Command[] = ['serve', 'check', 'metrics'];
const RUNS: readonly Command[] = ['serve', 'demo'];
const SIMULATES: readonly Command[] = ['simulate', 'demo'];

const LEVELS = `log.level=${LOG_LEVELS.join('|')}`;
const FORMATS = `log.format=${LOG_FORMATS.join('|')}`;

const FLAGS = {
  configFile: optional(text, 'config.file=FILE', CONFIGURED, 'Configuration file; without it the environment is used'),
  isCheck: toggle('config.check', ['serve', 'check'], 'The same as the command check'),
  api: toggle('api', ['check'], 'Also sign in and read each project once'),
  addresses: repeatable(address, ':10054', 'web.listen-address=ADDRESS', RUNS, 'Address to listen on'),
  telemetryPath: preset(pagePath, '/metrics', 'web.telemetry-path=PATH', RUNS, 'Path of the metrics'),
  webConfigFile: optional(
    text,
    'web.config.file=FILE',
    ['serve', 'check', 'demo'],
    'Web configuration file: TLS, users and rate limit',
  ),
  externalUrl: optional(httpUrl, 'web.external-url=URL', RUNS, 'Address under which others reach the exporter'),
  /** Whether POST /-/reload is answered. */
  withLifecycle: toggle('web.enable-lifecycle', ['serve'], 'Reload on POST /-/reload, as on SIGHUP'),
  maxRequests: preset(
    number(0, 100_000),
    '40',
    'web.max-requests=N',
    RUNS,
    'Scrapes answered at the same time, others get 503; 0 for no limit',
  ),
  withoutOwn: toggle('web.disable-exporter-metrics', RUNS, 'Leave out the metrics about the exporter itself'),
  /** Milliseconds. */
  timeoutOffset: preset(
    duration,
    '500ms',
    'timeout-offset=DURATION',
    RUNS,
    "Answer this long before the scraper's deadline",
  ),
  speed: optional(
    number(0.001, 100_000, Number.isFinite),
    'speed=N',
    SIMULATES,
    'Simulated seconds per second (demo 60, simulate 1)',
  ),
  seed: preset(number(0, 2 ** 31), '1', 'seed=N', SIMULATES, 'Another seed, another company'),
  pools: preset(number(0, 100_000), '0', 'pools=N', SIMULATES, 'Additional simulated pools'),
  faults: repeatable(
    text,
    undefined,
    'fault=RULE',
    SIMULATES,
    'Failure to simulate, like path=/desktop-pools,status=500,times=3',
  ),
  simulatorPort: optional(
    number(0, 65_535),
    'simulator.port=PORT',
    SIMULATES,
    'Port of the simulated cloud (simulate 18054, demo any)',
  ),
  logLevel: preset(
    choice(LOG_LEVELS),
    'info',
    LEVELS,
    undefined,
    'Least severe level to log; debug logs every request and every collection',
  ),
  logFormat: preset(choice(LOG_FORMATS), 'logfmt', FORMATS, undefined, 'Format of the log, which goes to stderr'),
  version: toggle('version', undefined, 'Print the version and exit'),
  help: toggle('help', undefined, 'Print this text and exit'),
};

/** Every flag, in the order of the help. */
export const flagList: readonly Flag<unknown>[] = Object.values(FLAGS);

type Values = { readonly [Key in keyof typeof FLAGS]: ReturnType<(typeof FLAGS)[Key]['parse']> };
export type Flags = Values & { readonly command: Command };

/** Throws `FlagError` for anything that is not known or cannot be. */
export function parseFlags(argv: readonly string[]): Flags {
  const { command, given } = split(argv);
  const entries = Object.entries(FLAGS).map(([key, flag]) => [key, flag.parse(given.get(nameOf(flag)) ?? [])]);
  // Reason: each value was made by the flag of its own key.
  const values = Object.fromEntries(entries) as Values;
  return { ...values, command: values.isCheck ? 'check' : command };
}

const isCommand = (word: string): word is Command => Object.hasOwn(COMMANDS, word);

/** The command, and the values of each flag by its name. */
function split(argv: readonly string[]) {
  const { values, positionals } = parseStrictly(argv);
  const [word = 'serve', argument] = positionals;
  const advice = (command: Command, found: string) =>
    CONFIGURED.includes(command) && /[./]/.test(found) ? `; name a file with a flag, like --config.file=${found}` : '';
  if (!isCommand(word))
    throw new FlagError(
      `unknown command ${word}${advice('serve', word) || `; there are ${Object.keys(COMMANDS).join(', ')}`}`,
    );
  if (argument !== undefined) throw new FlagError(`unexpected argument ${argument}${advice(word, argument)}`);
  // Whoever adds --config.check to a command line of `serve` keeps the flags that are there.
  const meant: readonly Command[] = word === 'serve' && values['config.check'] !== undefined ? [word, 'check'] : [word];
  const given = new Map<string, readonly string[]>();
  for (const flag of flagList) {
    const [name, { of }] = [nameOf(flag), flag];
    const value = values[name];
    if (value === undefined) continue;
    if (of !== undefined && !meant.some((command) => of.includes(command)))
      throw new FlagError(`--${name} is a flag of ${of.join(' and ')}, not of ${word}`);
    given.set(name, [value].flat().map(String));
  }
  return { command: word, given };
}

function parseStrictly(argv: readonly string[]) {
  const options = Object.fromEntries(
    flagList.map((flag) => {
      const [name, hasValue] = [nameOf(flag), flag.written.includes('=')];
      const type = hasValue ? ('string' as const) : ('boolean' as const);
      return [name, { type, multiple: hasValue, ...(name === 'help' ? { short: 'h' } : {}) }];
    }),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Its advice comes in further sentences and lines.
    const message = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? '') : String(error);
    const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1];
    const meant = unknown === undefined ? undefined : nearest(unknown, Object.keys(options));
    throw new FlagError(`${message}${meant === undefined ? '' : `; did you mean --${meant}?`}; --help lists all flags`);
  }
}

export function helpText(): string {
  const rows = flagList.map(({ written, preset, says, of }) => {
    const notes = `${preset === undefined ? '' : ` [${preset}]`}${of === undefined ? '' : ` (${of.join(', ')})`}`;
    return [`--${written}`, says + notes] as const;
  });
  const table = (lines: readonly (readonly [string, string])[], width: number) =>
    lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
  return `Usage: ${PROGRAM} [COMMAND] [FLAGS]

Prometheus exporter for Huawei Cloud Workspace desktop pools.

Commands:
${table(Object.entries(COMMANDS), 10)}

Flags:
${table(rows, 40)}
`;
}
