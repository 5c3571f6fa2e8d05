// One page for one scraper: refresh, view, text. Text is kept until something changes or a value ends.
import type { Clock } from '../async/clock.ts';
import { encode, type Format, PAGE_END } from '../metrics/encode.ts';
import type { Family } from '../metrics/metric.ts';
import { type Project, refresh, type Waited } from './project.ts';
import { type View, versionOf, view } from './view.ts';

/** What a scraper asked for; undefined is everything. */
export interface PageRequest {
  readonly project?: string | undefined;
  readonly collectors?: readonly string[] | undefined;
  readonly pools?: readonly string[] | undefined;
  /** Whether the exporter's own metrics belong to the page. */
  readonly withOwn: boolean;
  readonly format: Format;
  /** The scraper waits no longer (milliseconds since the epoch). */
  readonly until: number;
}

export interface Pages {
  page(request: PageRequest): Promise<string>;
}

export interface PageOptions {
  readonly clock: Clock;
  readonly projects: () => readonly Project[];
  /** Names of the data families, in the order of the page. */
  readonly order: readonly string[];
  readonly own: () => Promise<readonly Family[]>;
  /** Whether a family is wanted at all. */
  readonly keeps: (name: string) => boolean;
  readonly onWaited: (waited: Waited) => void;
}

interface Kept {
  readonly version: string;
  readonly validUntil: number;
  readonly text: string;
}

/** More ways to ask than any set of scrapers has. */
const KEPT_PAGES = 32;

export function createPages({ clock, projects, order, own, keeps, onWaited }: PageOptions): Pages {
  const kept = new Map<string, Kept>();
  const filtered = (families: readonly Family[]) => families.filter(({ name }) => keeps(name));

  function dataText(asked: PageRequest, chosen: readonly Project[]): string {
    const key = JSON.stringify([asked.project, asked.collectors, asked.pools, asked.format]);
    const version = versionOf(chosen);
    const now = clock.now();
    const before = kept.get(key);
    if (before !== undefined && before.version === version && now < before.validUntil) return before.text;
    const shown = {
      collector: (name: string) => asked.collectors?.includes(name) ?? true,
      pool: (id: string) => asked.pools?.includes(id) ?? true,
    };
    const { families, validUntil }: View = view(chosen, shown, now, order);
    const text = encode(filtered(families), asked.format);
    kept.delete(key);
    kept.set(key, { version, validUntil, text });
    const [oldest] = kept.keys();
    if (kept.size > KEPT_PAGES && oldest !== undefined) kept.delete(oldest);
    return text;
  }

  return {
    async page(asked) {
      const wants = (collector: string) => asked.collectors?.includes(collector) ?? true;
      const isOwnOnly = asked.collectors?.every((name) => name === 'exporter') ?? false;
      const chosen = projects().filter(({ name }) => asked.project === undefined || asked.project === name);
      if (!isOwnOnly) onWaited(await refresh(chosen, wants, asked.until));
      const data = isOwnOnly ? '' : dataText(asked, chosen);
      const ownText = asked.withOwn ? encode(filtered(await own()), asked.format) : '';
      return data + ownText + PAGE_END[asked.format];
    },
  };
}
