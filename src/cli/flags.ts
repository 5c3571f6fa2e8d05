// The command line as a table: commands, flags, and the help text that follows from them.

import { parseArgs } from 'node:util';
import { LOG_FORMATS, LOG_LEVELS } from '../app/logger.ts';
import { nearest } from '../config/nearest.ts';
import { redact } from '../option-types/secret.ts';
import { PROGRAM } from '../version.ts';
import {
  address,
  choice,
  duration,
  expression,
  type Form,
  file,
  folder,
  interval,
  label,
  number,
  path,
  prefix,
  rule,
  threshold,
  url,
} from './forms.ts';

export const COMMANDS = {
  serve: 'Run the exporter (the default)',
  check: 'Check the configuration and the files that it names; with --api also sign in and read each project once',
  metrics: 'Collect once, print the page, exit',
  rules: 'Print the recording and alerting rules for Prometheus, fitted to your place, or write them with --out',
  dashboards: 'Print the dashboards for Grafana or Perses, fitted to your place, or write them with --out',
  simulate: 'Run the simulated cloud alone, on loopback',
  demo: 'Run the simulated cloud and the exporter: the product without an account',
  help: 'Print this text, or that of one command: help check',
  version: 'Print the version',
  completion: 'Print what completes the command line: completion bash, zsh or fish',
} as const;
export type Command = keyof typeof COMMANDS;

/** What may stand behind a command. */
export const ARGUMENTS: { readonly [name in 'help' | 'completion']: Argument } = {
  help: { choices: Object.keys(COMMANDS), isOptional: true },
  completion: { choices: ['bash', 'zsh', 'fish'], isOptional: false },
};
interface Argument {
  readonly choices: readonly string[];
  readonly isOptional: boolean;
}

interface Flag {
  readonly name: string;
  readonly short?: string;
  /** Without a form it is a switch. */
  readonly form?: Form<unknown>;
  readonly isRepeatable?: true;
  readonly preset?: string;
  readonly says: string;
  readonly of?: readonly Command[];
}

const CONFIGURED: readonly Command[] = ['serve', 'check', 'metrics'];
const FITTED: readonly Command[] = ['rules', 'dashboards'];
const RUNS: readonly Command[] = ['serve', 'demo'];
const SIMULATES: readonly Command[] = ['simulate', 'demo'];

/** By the names that the program has for them, in the order of the help. */
const FLAGS = {
  configFile: {
    name: 'config.file',
    form: file,
    says: 'Configuration file; without it the environment is used (rules, dashboards: nothing)',
    of: [...CONFIGURED, ...FITTED],
  },
  job: {
    name: 'job',
    form: expression,
    says: "Expression on the job of the exporter's targets",
    of: ['dashboards'],
  },
  /** Milliseconds. */
  interval: {
    name: 'interval',
    form: interval,
    preset: '1m',
    says: 'How often Prometheus scrapes the exporter',
    of: FITTED,
  },
  by: {
    name: 'by',
    form: label,
    isRepeatable: true,
    says: 'Label of the target to keep, like cluster; repeatable',
    of: FITTED,
  },
  runbookUrl: {
    name: 'runbook-url',
    form: url,
    says: 'Address of a copy of the repository, for links to docs/runbooks; without it there are none',
    of: [...FITTED, ...RUNS],
  },
  thresholds: {
    name: 'threshold',
    form: threshold,
    isRepeatable: true,
    says: 'Another threshold for all pools, like utilization_high=0.9; the landing page, which knows the configuration alone, differs then; repeatable',
    of: FITTED,
  },
  format: {
    name: 'format',
    form: choice(['prometheus', 'operator', 'perses'] as const),
    preset: 'prometheus',
    says: 'Rule files and dashboards for Grafana, or a PrometheusRule and ConfigMaps, or dashboards for Perses',
    of: FITTED,
  },
  outFolder: {
    name: 'out',
    form: folder,
    says: 'Folder to write to, instead of standard output',
    of: FITTED,
  },
  configCheck: { name: 'config.check', says: 'The same as the command check', of: ['serve', 'check'] },
  api: { name: 'api', says: 'Also sign in and read each project once', of: ['check'] },
  explain: {
    name: 'explain',
    says: 'The same as --api, and say of each pool why the filters keep or drop it',
    of: ['check'],
  },
  addresses: {
    name: 'web.listen-address',
    form: address,
    isRepeatable: true,
    preset: ':10054',
    says: 'Address to listen on; repeatable',
    of: RUNS,
  },
  systemdSocket: {
    name: 'web.systemd-socket',
    says: 'Listen on the sockets that systemd opened, instead of an address',
    of: RUNS,
  },
  telemetryPath: {
    name: 'web.telemetry-path',
    form: path,
    preset: '/metrics',
    says: 'Path of the metrics, below the route prefix',
    of: RUNS,
  },
  webConfigFile: {
    name: 'web.config.file',
    form: file,
    says: 'TLS, users and limits: the web configuration file',
    of: ['serve', 'check', 'demo'],
  },
  externalUrl: {
    name: 'web.external-url',
    form: url,
    says: 'Address under which others reach the exporter',
    of: RUNS,
  },
  routePrefix: {
    name: 'web.route-prefix',
    form: prefix,
    says: 'Path before every page; without it, that of --web.external-url',
    of: RUNS,
  },
  withLifecycle: { name: 'web.enable-lifecycle', says: 'Reload on POST /-/reload, as on SIGHUP', of: ['serve'] },
  maxRequests: {
    name: 'web.max-requests',
    form: number(0, 100_000),
    preset: '40',
    says: 'Scrapes at the same time, more get 503; 0 for no limit',
    of: RUNS,
  },
  withoutOwn: {
    name: 'web.disable-exporter-metrics',
    says: 'Leave out the metrics about the exporter itself',
    of: RUNS,
  },
  /** Milliseconds. */
  timeoutOffset: {
    name: 'timeout-offset',
    form: duration,
    preset: '500ms',
    says: "Answer this much before the scraper's deadline",
    of: RUNS,
  },
  speed: {
    name: 'speed',
    form: number(0.001, 100_000, { isWhole: false }),
    says: 'Simulated seconds per second (demo 60, but a scene 1; simulate 1)',
    of: SIMULATES,
  },
  scene: {
    name: 'scene',
    form: choice(['morning-rush', 'outage', 'locked-key', 'sold-out'] as const),
    says: 'A morning in which one thing goes wrong, in real time, because alerts take theirs; says which alerts to expect',
    of: ['demo'],
  },
  seed: { name: 'seed', form: number(0, 2 ** 31), preset: '1', says: 'Another seed, another company', of: SIMULATES },
  pools: { name: 'pools', form: number(0, 100_000), preset: '0', says: 'Further simulated pools', of: SIMULATES },
  faults: {
    name: 'fault',
    form: rule,
    isRepeatable: true,
    says: 'Failure to simulate, like path=/desktop-pools,status=500,times=3; repeatable',
    of: SIMULATES,
  },
  simulatorPort: {
    name: 'simulator.port',
    form: number(0, 65_535, { shown: 'PORT' }),
    says: 'Port of the simulated cloud (simulate 18054, demo any)',
    of: SIMULATES,
  },
  logLevel: {
    name: 'log.level',
    form: choice(LOG_LEVELS),
    preset: 'info',
    says: 'Least important messages that are logged; debug has every request and every collection',
  },
  logFormat: {
    name: 'log.format',
    form: choice(LOG_FORMATS),
    preset: 'logfmt',
    says: 'Form of the log lines, on stderr',
  },
  version: { name: 'version', says: 'Print the version and exit' },
  help: { name: 'help', short: 'h', says: 'Print this text and exit' },
} as const satisfies { readonly [key: string]: Flag };

const ALL: readonly (readonly [string, Flag])[] = Object.entries(FLAGS);

type ValueOf<One extends Flag> = One extends { readonly form: Form<infer Value> }
  ? One extends { readonly isRepeatable: true }
    ? readonly Value[]
    : One extends { readonly preset: string }
      ? Value
      : Value | undefined
  : boolean;

export type Flags = { readonly command: Command; readonly argument: string | undefined } & {
  readonly [Key in keyof typeof FLAGS]: ValueOf<(typeof FLAGS)[Key]>;
};

/** One line that says what is wrong with the command line. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

const listed = new Intl.ListFormat('en');

/** Throws `FlagError` for anything that is not known or cannot be. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values, positionals } = splitStrictly(argv);
  const { command, argument } = readCommand(positionals);
  // Whoever adds --config.check to a command line of `serve` keeps the flags that are there.
  const isCheck = command === 'serve' && values['config.check'] !== undefined;
  const meant: readonly Command[] = isCheck ? [command, 'check'] : [command];
  for (const [, { name, of }] of ALL)
    if (values[name] !== undefined && of !== undefined && !meant.some((one) => of.includes(one)))
      throw new FlagError(`--${name} is a flag of ${listed.format(of)}, not of ${command}`);
  const flags = Object.fromEntries(ALL.map(([key, flag]) => [key, readValue(flag, values[flag.name])]));
  // What `ValueOf` says of each row is what `readValue` makes of it.
  return { ...flags, command: isCheck ? 'check' : command, argument } as Flags;
}

function readValue({ name, form, isRepeatable, preset }: Flag, given: unknown): unknown {
  if (form === undefined) return given === true;
  const values = [given ?? preset ?? []]
    .flat()
    .map(String)
    .map((written) => {
      const expected = typeof form.expected === 'string' ? form.expected : form.expected(written);
      if (written.trim() === '') throw new FlagError(`--${name} is empty; leave it out, or give ${expected}`);
      const value = form.read(written);
      if (value === undefined) throw new FlagError(`--${name}=${show(written)}: expected ${expected}`);
      return value;
    });
  const keys = values.map((value) => form.keyOf?.(value) ?? value);
  const again = keys.find((key, i) => (isRepeatable ? keys.indexOf(key) < i && form.keyOf !== undefined : i > 0));
  if (again !== undefined)
    throw new FlagError(`--${name} is given more than once${isRepeatable ? ` for ${again}` : ''}; keep one`);
  return isRepeatable ? values : values[0];
}

/** On one line, and without the user of an address. */
const show = (written: string) =>
  redact(written)
    .replace(/^$/, '""')
    .replace(/\/\/[^/]*@/, '//<secret>@');

const isCommand = (word: string): word is Command => Object.hasOwn(COMMANDS, word);

function readCommand([word = 'serve', ...others]: readonly string[]): Pick<Flags, 'command' | 'argument'> {
  if (!isCommand(word))
    throw new FlagError(
      `unknown command ${show(word)}${adviseFlag('serve', word) ?? `; there are ${Object.keys(COMMANDS).join(', ')}`}`,
    );
  const taken = word === 'help' || word === 'completion' ? ARGUMENTS[word] : undefined;
  const argument = taken === undefined ? undefined : others.shift();
  const [extra] = others;
  if (extra !== undefined) throw new FlagError(`unexpected argument ${show(extra)}${adviseFlag(word, extra) ?? ''}`);
  if (taken !== undefined && (argument === undefined ? !taken.isOptional : !taken.choices.includes(argument)))
    throw new FlagError(
      `${word} ${argument === undefined ? 'needs an argument' : show(argument)}: expected one of ${taken.choices.join(', ')}`,
    );
  return { command: word, argument };
}

/** For what looks like a file, where the command takes one. */
const adviseFlag = (command: Command, word: string) =>
  CONFIGURED.includes(command) && /[./]/.test(word)
    ? `; files are given with a flag, like --config.file=${word}`
    : undefined;

function splitStrictly(argv: readonly string[]) {
  const options = Object.fromEntries(
    ALL.map(([, { name, short, form }]) => [
      name,
      {
        type: form === undefined ? ('boolean' as const) : ('string' as const),
        multiple: form !== undefined,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's words name the flag between quotes, with what follows it.
    const [, flag = ''] = /'(--?[^' ]+)/.exec(error instanceof Error ? error.message : '') ?? [];
    throw new FlagError(`${describeMisuse(flag)}; --help lists what there is`);
  }
}

/** Of a flag that Node's parser refuses. */
function describeMisuse(flag: string): string {
  const name = flag.slice(2);
  const known = ALL.find(([, one]) => one.name === name || `-${one.short}` === flag)?.[1];
  if (known !== undefined)
    return known.form === undefined ? `${flag} takes no value` : `${flag} needs a value: ${flag}=${known.form.shown}`;
  const meant = nearest(
    name,
    ALL.map(([, one]) => one.name),
  );
  return `unknown flag ${show(flag)}${meant === undefined ? '' : `; did you mean --${meant}?`}`;
}

/** What stands before the path of every page: `/workspace`, or nothing. */
export const routePrefixOf = ({ routePrefix, externalUrl }: Pick<Flags, 'routePrefix' | 'externalUrl'>): string =>
  routePrefix ?? (externalUrl === undefined ? '' : new URL(externalUrl).pathname.replace(/\/+$/, ''));

/** Every flag as it is written, in the order of the help. */
export const flagList = () =>
  ALL.map(([, { name, form, isRepeatable = false, preset, says, of }]) => ({
    name,
    written: `--${name}${form === undefined ? '' : `=${form.shown}`}`,
    shown: form?.shown,
    choices: form?.choices,
    isRepeatable,
    preset,
    says,
    of,
  }));

/** Of everything, or of one command. */
export function helpText(command?: string): string {
  const wanted = flagList().filter(
    ({ of }) => command === undefined || of === undefined || of.some((one) => one === command),
  );
  const rows = wanted.map(({ written, preset, says, of }) => {
    const isShared = command === undefined && of !== undefined;
    const notes = [preset === undefined ? '' : ` [${preset}]`, isShared ? ` (${of.join(', ')})` : ''];
    return [written, `${says}${notes.join('')}`] as const;
  });
  const table = (lines: readonly (readonly [string, string])[], width: number) =>
    lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
  const [usage, about, commands] =
    command !== undefined && isCommand(command)
      ? [command, COMMANDS[command], '']
      : [
          '[COMMAND]',
          'Prometheus exporter for Huawei Cloud Workspace desktop pools',
          `Commands:\n${table(Object.entries(COMMANDS), 10)}\n`,
        ];
  return `Usage: ${PROGRAM} ${usage} [FLAGS]\n\n${about}.\n\n${commands}Flags:\n${table(rows, 40)}`;
}
