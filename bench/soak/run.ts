// One soak: clouds, exporter, watch and events together, for as long as asked, then until everything is well again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { judgeAccount } from './account.ts';
import type { Complaint, SeenPage } from './check.ts';
import { missingIn } from './checks/presence.ts';
import { secretsCheck } from './checks/secrets.ts';
import { createEvents } from './events.ts';
import { judgeLine, startExporter } from './exporter.ts';
import type { SoakProject } from './projects.ts';
import { createRandom } from './random.ts';
import { createReloads } from './reloads.ts';
import { createReport, type Report, table } from './report.ts';
import { createStage, type Stage } from './stage.ts';
import { startWatch, type Watch } from './watch.ts';

const faultShare = 0.2;
const eventEveryMs = 700;
/** Holds, pauses and retries that began under faults end within this. */
const recoveryMs = 30_000;

export interface Soaked {
  readonly report: Report;
  readonly summary: readonly string[];
  /** Configuration, secrets and log; gone where there are no violations. */
  readonly folder: string;
}

export async function soak(seed: number, minutes: number): Promise<Soaked> {
  const random = createRandom(seed);
  const report = createReport();
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  const stage = await createStage(seed, folder, faultShare);
  const secrets = secretsCheck(stage.secrets);
  const exporter = await startExporter(folder, stage.configuration.file, (line) => {
    const fault = judgeLine(line);
    if (fault !== undefined) report.add(fault);
    for (const { what } of secrets(line, false)) report.add(`the log ${what}: ${line.slice(0, 200)}`);
  });
  let isOver = false;
  exporter.ended.then((how) => {
    if (!isOver) report.add(`the program ended by itself: ${how}`);
  });
  const watch = startWatch({ url: exporter.url, projects: stage.projects, secrets, random, report });
  const reloads = createReloads({ ...stage, exporter, complain: report.add });
  const events = createEvents({ ...stage, reloads, random });

  for (const until = Date.now() + minutes * 60_000; Date.now() < until; await sleep(eventEveryMs))
    await events.happen();
  await events.settle();
  const settledAt = Date.now();
  const missing = () => missingSince(settledAt, watch.newest(), stage.projects);
  while (missing().length > 0 && Date.now() < settledAt + recoveryMs) await sleep(500);
  const recoveredMs = Date.now() - settledAt;
  for (const { what, about } of missing()) report.add(what, watch.newest()?.text, about);

  isOver = true;
  await watch.stop();
  exporter.child.kill('SIGTERM');
  const how = await Promise.race([exporter.ended, sleep(15_000, 'nothing within 15 s')]);
  if (how !== '0') report.add(`SIGTERM ended the program with ${how}`);
  exporter.child.kill('SIGKILL');
  for (const [name, { cloud }] of stage.clouds) {
    const limits = stage.projects.flatMap(({ plan }) => (plan.cloud === name ? [plan.requestsPerMinute] : []));
    const account = { name, requestsPerMinute: Math.min(...limits), requests: cloud.requests };
    for (const what of judgeAccount(account)) report.add(what);
    await cloud.simulator.close();
  }
  for (const what of watch.resources.complaints()) report.add(what);
  if (report.count() === 0) rmSync(folder, { recursive: true });
  const summary = table([
    ['seed', seed],
    ...factsOf(stage, watch),
    ['events', wordsOf(events.counts())],
    ['well again after', `${Math.round(recoveredMs / 1000)} s`],
    ['violations', report.count()],
  ]);
  return { report, folder, summary };
}

function missingSince(
  since: number,
  page: SeenPage | undefined,
  projects: readonly SoakProject[],
): readonly Complaint[] {
  if (page === undefined || page.start < since) return [{ what: 'no page since everything is well again', about: '' }];
  return projects.filter((project) => !isExcused(page, project)).flatMap(({ truth }) => missingIn(page, truth));
}

/** A pause that the cloud asked for, a spent budget, and a block after refusals by chance may outlast the end. */
function isExcused(page: SeenPage, { plan }: SoakProject): boolean {
  const value = (name: string) =>
    page.samples.find((one) => one.name === `exporter_${name}` && one.labels.project === plan.name)?.value;
  const isHeld = value('api_throttled_until_timestamp_seconds') !== undefined;
  return isHeld || plan.isTight === true || (plan.isRefused === true && value('auth_blocked') === 1);
}

function factsOf({ clouds }: Stage, { tally, resources }: Watch): readonly (readonly [string, string])[] {
  const all = [...clouds.values()].flatMap(({ cloud }) => cloud.requests);
  const failed = all.filter(({ faulted }) => faulted).length;
  const medians = (name: Parameters<typeof resources.medians>[0], unit: number) =>
    resources
      .medians(name)
      ?.map((value) => Math.round(value / unit))
      .join(' → ') ?? 'too short to tell';
  return [
    ['pages checked', `${tally.pages} (${Math.round(tally.bytes / 2 ** 20)} MiB)`],
    ['slowest page', `${Math.round(tally.slowestMs)} ms`],
    ['requests', `${all.length}, ${Math.round((100 * failed) / Math.max(all.length, 1))} % failed`],
    ['resident memory, MiB', medians('process_resident_memory_bytes', 2 ** 20)],
    ['heap, MiB', medians('nodejs_heap_size_used_bytes', 2 ** 20)],
    ['open descriptors', medians('process_open_fds', 1)],
  ];
}

const wordsOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
