// Two scrapers and a prober at once, and every check on every page that they get.
import { setTimeout as sleep } from 'node:timers/promises';
import { isSteady, type SeenPage } from './check.ts';
import { countersCheck } from './checks/counters.ts';
import { namesCheck } from './checks/names.ts';
import { orderCheck } from './checks/order.ts';
import { presenceCheck } from './checks/presence.ts';
import type { secretsCheck } from './checks/secrets.ts';
import { totalsCheck } from './checks/totals.ts';
import { valuesCheck } from './checks/values.ts';
import { limits } from './configuration.ts';
import type { Format } from './page.ts';
import type { SoakProject } from './projects.ts';
import type { Random } from './random.ts';
import type { Report } from './report.ts';
import { createResources, type Resources } from './resources.ts';
import { scrape, watchLag } from './scraper.ts';

export interface Watch {
  /** The newest page of everything. */
  newest(): SeenPage | undefined;
  readonly tally: { readonly pages: number; readonly bytes: number; readonly slowestMs: number };
  readonly resources: Resources;
  /** Resolves when the last page is there. */
  stop(): Promise<void>;
}

export interface Watched {
  readonly url: string;
  readonly projects: readonly SoakProject[];
  readonly secrets: ReturnType<typeof secretsCheck>;
  readonly random: Random;
  readonly report: Report;
}

export function startWatch({ url, projects, secrets, random, report }: Watched): Watch {
  const truths = projects.map(({ truth }) => truth);
  const checks = [
    valuesCheck(truths, limits),
    namesCheck(truths),
    orderCheck(truths),
    presenceCheck(truths, limits),
    totalsCheck(truths, limits),
  ];
  const resources = createResources();
  const lag = watchLag();
  const tally = { pages: 0, bytes: 0, slowestMs: 0 };
  let newest: SeenPage | undefined;
  let isOver = false;

  async function look(path: string, format: Format, deadlineMs: number, mayFail: (start: number) => boolean) {
    const start = Date.now();
    const { page, bytes, tookMs, complaint } = await scrape({ url, path, format, deadlineMs, ownLagMs: lag.worstMs });
    tally.pages += 1;
    tally.bytes += bytes;
    tally.slowestMs = Math.max(tally.slowestMs, tookMs);
    if (complaint !== undefined && !mayFail(start)) report.add(complaint.what, complaint.text, complaint.about);
    if (page === undefined) return undefined;
    for (const check of checks)
      for (const { what, about } of check(page)) report.add(`${path}: ${what}`, page.text, about);
    // One project is asked for single users, so their ids are there.
    const withIds = page.text.includes('user_desktop_pools{');
    for (const { what, about } of secrets(page.text, withIds)) report.add(`${path} ${what}`, page.text, about);
    return page;
  }

  async function scraper(everyMs: number, format: Format, deadlineMs: number) {
    // Names of series differ between formats: each scraper knows the counters of its own.
    const counters = countersCheck(truths);
    while (!isOver) {
      const page = await look('/metrics', format, deadlineMs, () => false);
      if (page !== undefined) {
        newest = page;
        resources.note(page);
        for (const { what, about } of counters(page)) report.add(what, page.text, about);
      }
      await sleep(everyMs);
    }
  }

  async function prober() {
    while (!isOver) {
      await sleep(1700);
      const project = random.pick(projects);
      if (project === undefined || typeof project.configured.at(Date.now()) !== 'number') continue;
      const { ids } = project.truth;
      const id = ids !== undefined && random.chance(0.5) ? random.pick(ids) : undefined;
      const query = `project=${project.plan.name}${id === undefined ? '' : `&pool=${id}`}`;
      await look(`/probe?${query}`, 'text', 1500, (start) => !isSteady(project.truth, { start, end: Date.now() }));
    }
  }

  const all = [scraper(800, 'text', 3000), scraper(1100, 'openmetrics', 900), prober()];
  return {
    newest: () => newest,
    tally,
    resources,
    async stop() {
      isOver = true;
      await Promise.all(all);
      lag.stop();
    },
  };
}
