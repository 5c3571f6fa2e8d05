// Numbers as Grafana's units write them; only the units that the dashboards use, and an error for any other.
import { END } from '../../test/demo-day/play.ts';

type Format = (value: number, decimals: number | undefined) => string;

/** As many decimals as leave about three digits, if none are asked for. */
function digits(value: number, decimals?: number): string {
  const size = Math.abs(value);
  const automatic = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = value.toFixed(Math.min(decimals ?? automatic, 20));
  return decimals === undefined && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** The largest of the rising units that is not larger than the value. */
const scaled =
  (...units: readonly (readonly [factor: number, suffix: string])[]): Format =>
  (value, decimals) => {
    const [factor, suffix] = units.findLast(([least]) => Math.abs(value) >= least) ?? units[0] ?? [1, ''];
    return value === 0 ? `0${units.find(([one]) => one === 1)?.[1] ?? ''}` : digits(value / factor, decimals) + suffix;
  };

const powers = (base: number, ...suffixes: readonly string[]) =>
  scaled(...suffixes.map((suffix, index): [number, string] => [base ** index, suffix]));

const seconds = scaled(
  [1e-9, ' ns'],
  [1e-6, ' µs'],
  [1e-3, ' ms'],
  [1, ' s'],
  [60, ' mins'],
  [3600, ' hours'],
  [86_400, ' days'],
  [604_800, ' weeks'],
  [31_536_000, ' years'],
);
/** The moment of the preview is the end of the day that it shows. */
const fromNow: Format = (value) => {
  const past = (END - value) / 1000;
  if (Math.abs(past) < 45) return past < 0 ? 'in a few seconds' : 'a few seconds ago';
  const rounded = seconds(Math.abs(past), 0);
  return past < 0 ? `in ${rounded}` : `${rounded} ago`;
};
const date: Format = (value) => new Date(value).toISOString().slice(0, 19).replace('T', ' ');

const FORMATS: Readonly<Record<string, Format>> = {
  none: digits,
  string: (value) => String(value),
  short: powers(1000, '', ' K', ' Mil', ' Bil'),
  locale: (value) => value.toLocaleString('en-US'),
  percent: (value, decimals) => `${digits(value, decimals)}%`,
  percentunit: (value, decimals) =>
    `${digits(value * 100, decimals ?? (Math.abs(value) >= 0.1 ? 1 : 2)).replace(/\.0+$/, '')}%`,
  s: seconds,
  dtdurations: seconds,
  ms: (value, decimals) => seconds(value / 1000, decimals),
  h: (value, decimals) => seconds(value * 3600, decimals),
  m: (value, decimals) => seconds(value * 60, decimals),
  bytes: powers(1024, ' B', ' KiB', ' MiB', ' GiB', ' TiB'),
  decbytes: powers(1000, ' B', ' kB', ' MB', ' GB', ' TB'),
  reqps: (value, decimals) => `${digits(value, decimals)} req/s`,
  ops: (value, decimals) => `${digits(value, decimals)} ops/s`,
  cps: (value, decimals) => `${digits(value, decimals)} c/s`,
  dateTimeFromNow: fromNow,
  dateTimeAsIso: date,
  dateTimeAsIsoNoDateIfToday: date,
};

export function inUnit(value: number, unit = 'none', decimals?: number): string {
  const suffix = /^suffix:(.*)$/.exec(unit)?.[1];
  const format = suffix === undefined ? FORMATS[unit] : FORMATS.short;
  if (format === undefined) throw new Error(`the preview does not know the unit ${unit}; add it to units.ts`);
  return format(value, decimals) + (suffix === undefined ? '' : ` ${suffix}`);
}
