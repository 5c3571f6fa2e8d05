// One page for one scraper: refresh, view, bytes. They are kept until something changes or a value ends.
import { type Clock, type Moment, readClocks } from '../async/clock.ts';
import { encode, type Format, PAGE_END } from '../metrics/encode.ts';
import type { Family } from '../metrics/metric.ts';
import { createPageWriter, type WrittenPage } from '../metrics/page-writer.ts';
import { type Project, refresh, type Waited } from './project.ts';
import { type OnBroken, type Shown, versionOf, view } from './view.ts';

/** What a scraper asked for; undefined is everything. */
export interface PageRequest {
  readonly project?: string | undefined;
  readonly collectors?: readonly string[] | undefined;
  readonly pools?: readonly string[] | undefined;
  /** Whether the exporter's own metrics belong to the page. */
  readonly withOwn: boolean;
  readonly format: Format;
  /** Milliseconds that the scraper waits. */
  readonly patience: number;
}

export interface Pages {
  page(request: PageRequest): Promise<Page>;
}

export interface Page {
  /** In order; not joined, because the first part is large and kept. */
  readonly parts: readonly Buffer[];
  /** Why parts of it are missing or old, in words; empty for a page that is whole. */
  readonly reasons: readonly string[];
  /** How each collector came by what the page shows of it. */
  readonly collections: Waited['collections'];
}

export interface PageOptions {
  readonly clock: Clock;
  readonly projects: readonly Project[];
  /** Names of the data families, in the order of the page. */
  readonly order: readonly string[];
  readonly own: () => Promise<readonly Family[]>;
  /** Whether a family is wanted at all. */
  readonly keeps: (name: string) => boolean;
  readonly onWaited: (waited: Waited) => void;
  readonly onBroken: OnBroken;
}

interface Kept extends WrittenPage {
  readonly version: string;
  readonly validUntil: Moment;
}

/** More ways to ask than any set of scrapers has. */
const KEPT_PAGES = 32;

export function createPages(given: PageOptions): Pages {
  const { clock, projects, order, keeps, onWaited } = given;
  const kept = new Map<string, Kept>();
  const filtered = (families: readonly Family[]) => families.filter(({ name }) => keeps(name));

  function dataPart(asked: PageRequest, shown: Shown, chosen: readonly Project[]): Buffer {
    // The same page, however often and in which order its parts are named.
    const key = JSON.stringify([asked.project, distinct(asked.collectors), distinct(asked.pools), asked.format]);
    const version = versionOf(chosen);
    const now = readClocks(clock);
    const before = kept.get(key);
    if (before !== undefined && before.version === version && isBefore(now, before.validUntil)) return before.bytes;
    const { families, validUntil } = view(chosen, shown, now, order, given.onBroken);
    const writer = createPageWriter((before?.bytes.length ?? 0) * 1.1, before);
    encode(writer, filtered(families), asked.format);
    const bytes = writer.take();
    kept.delete(key);
    kept.set(key, { version, validUntil, bytes, marks: writer.marks });
    const [oldest] = kept.keys();
    if (kept.size > KEPT_PAGES && oldest !== undefined) kept.delete(oldest);
    return bytes;
  }

  return {
    async page(asked) {
      const shown: Shown = {
        collector: (name) => asked.collectors?.includes(name) ?? true,
        pool: (id) => asked.pools?.includes(id) ?? true,
      };
      const isOwnOnly = asked.collectors?.every((name) => name === 'exporter') ?? false;
      const chosen = projects.filter(({ name }) => asked.project === undefined || asked.project === name);
      const waited = isOwnOnly ? undefined : await refresh(chosen, shown.collector, asked.patience);
      if (waited !== undefined) onWaited(waited);
      const data = isOwnOnly ? Buffer.alloc(0) : dataPart(asked, shown, chosen);
      const own = createPageWriter();
      if (asked.withOwn) encode(own, filtered(await given.own()), asked.format);
      own.text(PAGE_END[asked.format]);
      const reasons = isOwnOnly ? [] : reasonsOf(chosen, shown.collector, waited?.isCut === true);
      return { parts: [data, own.take()], reasons, collections: waited?.collections ?? [] };
    },
  };
}

const isBefore = (now: Moment, end: Moment) => now.wall < end.wall && now.monotonic < end.monotonic;

const distinct = (names: readonly string[] | undefined) =>
  names === undefined ? undefined : [...new Set(names)].sort();

function reasonsOf(projects: readonly Project[], wants: (collector: string) => boolean, isCut: boolean): string[] {
  const failures = projects.flatMap(({ name, collections }) =>
    [...collections.values()]
      .filter(({ collector }) => wants(collector.name))
      .flatMap((collection) =>
        [...(collection.finished()?.failures.keys() ?? [])].map(
          (why) => `${name}, ${collection.collector.name}: ${why}`,
        ),
      ),
  );
  return isCut ? [...failures, 'the deadline came before every read was done'] : failures;
}
