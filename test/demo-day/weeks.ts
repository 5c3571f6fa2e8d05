// The four weeks before the day: as much of them as the usual week and right-sizing need, and nothing else.
import { estateAt } from '../../src/simulator/estate.ts';
import type { Server, Span } from './server.ts';

const RECORD = 'huaweicloud_workspace_desktop_pool';
export const WEEKS_S = 28 * 86_400;
/** Often enough for what a creation takes. */
const STEP_S = 300;

/** Lines of OpenMetrics, with the labels that the series have at the end of the day. */
export async function weeksBefore(server: Server, { from, to }: Span): Promise<readonly string[]> {
  const labelsOf = new Map(
    (await server.query(`${RECORD}:desktops:max`, to)).map(({ labels: { __name__: _, ...labels } }) => [
      labels.pool_id,
      Object.entries(labels)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(','),
    ]),
  );
  // With the first moment of the day, at which nothing is recorded yet: whether the sample before still counts, servers see differently.
  const times = Array.from({ length: WEEKS_S / STEP_S }, (_, index) => from - index * STEP_S).toReversed();
  return times.flatMap((at) =>
    estateAt(1, at * 1000).pools.flatMap(({ id, desktops, used }) => {
      const labels = labelsOf.get(id);
      if (labels === undefined || desktops === 0) return [];
      const values = {
        'utilization:ratio': used / desktops,
        'desktops_used:max': used,
        'desktops_idle:max': desktops - used,
      };
      return Object.entries(values).map(([name, value]) => `${RECORD}:${name}{${labels}} ${value} ${at}\n`);
    }),
  );
}
