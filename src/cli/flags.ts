// The command line as a table: commands, flags, and the help text that follows from them.
import { parseArgs } from 'node:util';
import { LOG_FORMATS, LOG_LEVELS } from '../app/logger.ts';
import { nearest } from '../config/nearest.ts';
import { parseDuration } from '../option-types/duration.ts';
import { type ListenAddress, parseListenAddress } from '../server/listen-address.ts';
import { PROGRAM } from '../version.ts';

export const COMMANDS = {
  serve: 'Run the exporter (the default)',
  check: 'Check the configuration and the files that it names; with --api also sign in and read each project once',
  metrics: 'Collect once, print the page, exit',
  simulate: 'Run the simulated cloud alone, on loopback',
  demo: 'Run the simulated cloud and the exporter: the product without an account',
} as const;
export type Command = keyof typeof COMMANDS;

type Kind = 'text' | 'texts' | 'switch';
interface Flag {
  readonly kind: Kind;
  readonly value?: string;
  readonly preset?: string;
  readonly says: string;
  readonly of?: readonly Command[];
}

const CONFIGURED: readonly Command[] = ['serve', 'check', 'metrics'];
const RUNS: readonly Command[] = ['serve', 'demo'];
const SIMULATES: readonly Command[] = ['simulate', 'demo'];

const FLAGS = {
  'config.file': {
    kind: 'text',
    value: 'FILE',
    says: 'Configuration file; without it the environment is used',
    of: CONFIGURED,
  },
  'config.check': { kind: 'switch', says: 'The same as the command check', of: ['serve', 'check'] },
  api: { kind: 'switch', says: 'Also sign in and read each project once', of: ['check'] },
  'web.listen-address': {
    kind: 'texts',
    value: 'ADDRESS',
    preset: ':10054',
    says: 'Address to listen on; repeatable',
    of: RUNS,
  },
  'web.telemetry-path': { kind: 'text', value: 'PATH', preset: '/metrics', says: 'Path of the metrics', of: RUNS },
  'web.config.file': {
    kind: 'text',
    value: 'FILE',
    says: 'TLS, users and limits: the web configuration file',
    of: ['serve', 'check', 'demo'],
  },
  'web.external-url': { kind: 'text', value: 'URL', says: 'Address under which others reach the exporter', of: RUNS },
  'web.enable-lifecycle': { kind: 'switch', says: 'Reload on POST /-/reload, as on SIGHUP', of: ['serve'] },
  'web.max-requests': {
    kind: 'text',
    value: 'N',
    preset: '40',
    says: 'Scrapes at the same time, more get 503; 0 for no limit',
    of: RUNS,
  },
  'web.disable-exporter-metrics': { kind: 'switch', says: 'Leave out the metrics about the exporter itself', of: RUNS },
  'timeout-offset': {
    kind: 'text',
    value: 'DURATION',
    preset: '500ms',
    says: "Answer this much before the scraper's deadline",
    of: RUNS,
  },
  speed: { kind: 'text', value: 'N', says: 'Simulated seconds per second (demo 60, simulate 1)', of: SIMULATES },
  seed: { kind: 'text', value: 'N', preset: '1', says: 'Another seed, another company', of: SIMULATES },
  pools: { kind: 'text', value: 'N', preset: '0', says: 'Further simulated pools', of: SIMULATES },
  fault: {
    kind: 'texts',
    value: 'RULE',
    says: 'Failure to simulate, like path=/desktop-pools,status=500,times=3; repeatable',
    of: SIMULATES,
  },
  'simulator.port': {
    kind: 'text',
    value: 'PORT',
    says: 'Port of the simulated cloud (simulate 18054, demo any)',
    of: SIMULATES,
  },
  'log.level': {
    kind: 'text',
    value: LOG_LEVELS.join('|'),
    preset: 'info',
    says: 'Least important messages that are logged; debug has every request and every collection',
  },
  'log.format': {
    kind: 'text',
    value: LOG_FORMATS.join('|'),
    preset: 'logfmt',
    says: 'Form of the log lines, on stderr',
  },
  version: { kind: 'switch', says: 'Print the version and exit' },
  help: { kind: 'switch', says: 'Print this text and exit' },
} as const satisfies { readonly [name: string]: Flag };
type Name = keyof typeof FLAGS;

export interface Flags {
  readonly command: Command;
  readonly configFile: string | undefined;
  readonly api: boolean;
  readonly addresses: readonly ListenAddress[];
  readonly telemetryPath: string;
  readonly webConfigFile: string | undefined;
  readonly externalUrl: string | undefined;
  /** Whether POST /-/reload is answered. */
  readonly withLifecycle: boolean;
  readonly maxRequests: number;
  readonly withOwn: boolean;
  /** Milliseconds. */
  readonly timeoutOffset: number;
  readonly speed: number | undefined;
  readonly seed: number;
  readonly pools: number;
  readonly faults: readonly string[];
  readonly simulatorPort: number | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logFormat: (typeof LOG_FORMATS)[number];
  readonly help: boolean;
  readonly version: boolean;
}

/** One line that says what is wrong with the command line. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** Throws `FlagError` for anything that is not known or cannot be. */
export function parseFlags(argv: readonly string[]): Flags {
  const { command, given } = split(argv);
  const texts = (name: Name) => given.get(name) ?? presets(name);
  const text = (name: Name) => texts(name).at(-1);
  const number = (name: Name, min: number, max: number, isWhole = true) => {
    const written = text(name);
    if (written === undefined) return undefined;
    const value = Number(written);
    if (written.trim() === '' || !(value >= min && value <= max) || (isWhole && !Number.isInteger(value)))
      throw new FlagError(`--${name}=${written}: expected a number from ${min} to ${max}`);
    return value;
  };
  const chosen = <Choice extends string>(name: Name, choices: readonly Choice[]): Choice => {
    const found = choices.find((choice) => choice === text(name));
    if (found === undefined) throw new FlagError(`--${name}=${text(name)}: expected one of ${choices.join(', ')}`);
    return found;
  };
  return {
    command: given.has('config.check') ? 'check' : command,
    configFile: text('config.file'),
    api: given.has('api'),
    addresses: texts('web.listen-address').map(addressOf),
    telemetryPath: pathOf(text('web.telemetry-path') ?? '/metrics'),
    webConfigFile: text('web.config.file'),
    externalUrl: urlOf(text('web.external-url')),
    withLifecycle: given.has('web.enable-lifecycle'),
    maxRequests: number('web.max-requests', 0, 100_000) ?? 40,
    withOwn: !given.has('web.disable-exporter-metrics'),
    timeoutOffset: durationOf('timeout-offset', text('timeout-offset') ?? '500ms'),
    speed: number('speed', 0.001, 100_000, false),
    seed: number('seed', 0, 2 ** 31) ?? 1,
    pools: number('pools', 0, 100_000) ?? 0,
    faults: texts('fault'),
    simulatorPort: number('simulator.port', 0, 65_535),
    logLevel: chosen('log.level', LOG_LEVELS),
    logFormat: chosen('log.format', LOG_FORMATS),
    help: given.has('help'),
    version: given.has('version'),
  };
}

function presets(name: Name): string[] {
  const flag: Flag = FLAGS[name];
  return flag.preset === undefined ? [] : [flag.preset];
}

const isCommand = (word: string): word is Command => Object.hasOwn(COMMANDS, word);

/** Command and raw flag values. */
function split(argv: readonly string[]) {
  const flags = Object.entries<Flag>(FLAGS);
  const { values, positionals } = parseStrictly(argv, flags);
  const [word = 'serve', ...rest] = positionals;
  if (!isCommand(word))
    throw new FlagError(
      `unknown command ${word}${fileAdvice('serve', word) ?? `; there are ${Object.keys(COMMANDS).join(', ')}`}`,
    );
  if (rest[0] !== undefined) throw new FlagError(`unexpected argument ${rest[0]}${fileAdvice(word, rest[0]) ?? ''}`);
  const given = new Map<string, string[]>();
  // Whoever adds --config.check to a command line of `serve` keeps the flags that are there.
  const isCheck = word === 'serve' && values['config.check'] !== undefined;
  const meant: readonly Command[] = isCheck ? [word, 'check'] : [word];
  for (const [name, { kind, of }] of flags) {
    const value = values[name];
    if (value === undefined) continue;
    if (of !== undefined && !meant.some((command) => of.includes(command)))
      throw new FlagError(`--${name} is a flag of ${of.join(' and ')}, not of ${word}`);
    given.set(name, kind === 'switch' ? [] : [value].flat().map(String));
  }
  return { command: word, given };
}

/** For what looks like a file, where the command takes one. */
const fileAdvice = (command: Command, word: string) =>
  CONFIGURED.includes(command) && /[./]/.test(word)
    ? `; files are given with a flag, like --config.file=${word}`
    : undefined;

function parseStrictly(argv: readonly string[], flags: readonly (readonly [string, Flag])[]) {
  const options = Object.fromEntries(
    flags.map(([name, { kind }]) => [
      name,
      {
        type: kind === 'switch' ? ('boolean' as const) : ('string' as const),
        multiple: kind !== 'switch',
        ...(name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Its advice comes in further sentences and lines.
    const message = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error);
    const unknown = /^Unknown option '--([^']+)'/.exec(message ?? '')?.[1];
    const meant = unknown === undefined ? undefined : nearest(unknown, Object.keys(options));
    throw new FlagError(
      `${message}${meant === undefined ? '' : `; did you mean --${meant}?`}; --help lists what there is`,
    );
  }
}

function addressOf(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === undefined)
    throw new FlagError(
      `--web.listen-address=${text}: expected an address like :10054, 127.0.0.1:10054 or [::1]:10054`,
    );
  return address;
}

const TAKEN_PATHS = ['/', '/config', '/probe', '/sd'];

function pathOf(text: string): string {
  if (!/^\/[\w./-]*$/.test(text) || text.startsWith('/-/') || TAKEN_PATHS.includes(text))
    throw new FlagError(
      `--web.telemetry-path=${text}: expected a path like /metrics that is not taken by another page`,
    );
  return text;
}

function urlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new FlagError(`--web.external-url=${text}: expected an address like https://host/prefix`);
  return text.replace(/\/+$/, '');
}

function durationOf(name: Name, text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new FlagError(`--${name}=${text}: expected a duration like 500ms or 2s`);
  return milliseconds;
}

/** Every flag as it is written, in the order of the help. */
export const flagList = () =>
  Object.entries<Flag>(FLAGS).map(([name, { value, preset, says, of }]) => ({
    written: `--${name}${value === undefined ? '' : `=${value}`}`,
    preset,
    says,
    of,
  }));

export function helpText(): string {
  const rows = flagList().map(({ written, preset, says, of }) => {
    const notes = [preset === undefined ? '' : ` [${preset}]`, of === undefined ? '' : ` (${of.join(', ')})`];
    return [written, `${says}${notes.join('')}`] as const;
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
