// Writes numbers, times and remarks as a person reads them.
import { html, type Markup } from './html.ts';

/** Worst first; `muted` needs nobody's attention. */
export const LEVELS = ['critical', 'warning', 'calm', 'muted'] as const;
export type Level = (typeof LEVELS)[number];

export interface Remark {
  readonly level: Level;
  readonly text: string;
}

const remarkOf =
  (level: Level) =>
  (text: string): Remark => ({ level, text });
export const critical = remarkOf('critical');
export const warning = remarkOf('warning');
export const calm = remarkOf('calm');
export const muted = remarkOf('muted');

export const NONE = '–';
export const showRemark = ({ level, text }: Remark) => html`<span class="remark ${level}">${text}</span>`;
const INTEGER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
export const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });
export const whole = (value: number | undefined) => (value === undefined ? NONE : INTEGER.format(value));
/** Rounded down: only a pool without an idle desktop shows 100 %. */
export const percent = (value: number) => `${Math.floor(value * 100 + 1e-9)} %`;
export const iso = (time: number) => new Date(time).toISOString();
export const fullMoment = (time: number) => `${iso(time).slice(0, 19).replace('T', ' ')} UTC`;
export const took = (ms: number) => (ms < 1000 ? `${Math.max(Math.round(ms), 0)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** `12 s`, `3 min`, `2 h 5 min`, `3 d 4 h`; a time in the future, after the clock was set, is 0 s ago. */
export function span(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  const two = (first: string, rest: number, unit: string) => (rest === 0 ? first : `${first} ${rest} ${unit}`);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min`;
  if (hours < 24) return two(`${hours} h`, minutes % 60, 'min');
  return two(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

/** Enough of it to tell pools apart; the whole on request. */
export const showId = (id: string) => html`<code title="${id}">${id.slice(0, 8)}</code>`;

export const showAgo = (time: number, now: number) =>
  html`<time datetime="${iso(time)}" title="${fullMoment(time)}">${span(now - time)} ago</time>`;

/** `14:05 UTC`, with seconds if there are any and the date if it is not today's. */
export function showMoment(time: number, now: number): Markup {
  const at = iso(Math.ceil(time / 1000) * 1000);
  const day = at.slice(0, 10) === iso(now).slice(0, 10) ? '' : `${at.slice(0, 10)} `;
  const clock = at.slice(17, 19) === '00' ? at.slice(11, 16) : at.slice(11, 19);
  return html`<time datetime="${at}">${day}${clock} UTC</time>`;
}
