// The four weeks before the day: as much of them as the usual week and right-sizing need, and nothing else.
import { cast } from '../../src/simulator/cast.ts';
import { poolAt } from '../../src/simulator/estate.ts';
import type { Server, Span } from './server.ts';

const RECORD = 'huaweicloud_workspace_desktop_pool';
export const WEEKS_S = 28 * 86_400;
const STEP_S = 300;
const MINUTE_S = 60;

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
  const times = Array.from({ length: WEEKS_S / MINUTE_S }, (_, index) => from - index * MINUTE_S).toReversed();
  return cast.flatMap((profile) => {
    const labels = labelsOf.get(profile.id);
    const pools = labels === undefined ? [] : times.map((at) => poolAt(profile, 1, at * 1000));
    return pools.flatMap(({ desktops, used }, index) => {
      const at = times[index] ?? from;
      if (desktops === 0) return [];
      const values =
        at % STEP_S === 0
          ? {
              'utilization:ratio': used / desktops,
              'desktops_used:max': used,
              'desktops_idle:max': desktops - used,
            }
          : { 'desktops_used:max': used };
      // How fast use rises is known by the minute only; while it stands still, fewer samples say the same.
      const isStill = pools[index - 1]?.used === used && pools[index + 1]?.used === used;
      if (isStill && at % STEP_S !== 0) return [];
      const lines = Object.entries(values).map(([name, value]) => `${RECORD}:${name}{${labels}} ${value} ${at}\n`);
      const name = `${RECORD}:name:info{${labels},pool_name=${JSON.stringify(profile.name)}} 1 ${at}\n`;
      return at % STEP_S === 0 ? [...lines, name] : lines;
    });
  });
}
