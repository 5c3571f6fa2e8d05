// The four weeks before the day, every quarter of an hour: as much of them as the usual week needs, and nothing else.
import { estateAt } from '../../src/simulator/estate.ts';
import type { Server, Span } from './server.ts';

const RECORD = 'huaweicloud_workspace_desktop_pool:utilization:ratio';
const WEEKS_S = 28 * 86_400;
/** As often as the panel looks. */
const STEP_S = 900;

/** Lines of OpenMetrics, with the labels that the series have at the end of the day. */
export async function weeksBefore(server: Server, { from, to }: Span): Promise<readonly string[]> {
  const labelsOf = new Map(
    (await server.query(RECORD, to)).map(({ labels: { __name__: _, ...labels } }) => [
      labels.pool_id,
      Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
    ]),
  );
  const times = Array.from({ length: WEEKS_S / STEP_S }, (_, index) => from - (index + 1) * STEP_S).toReversed();
  return times.flatMap((at) =>
    estateAt(1, at * 1000).pools.flatMap(({ id, desktops, used }) => {
      const labels = labelsOf.get(id);
      return labels === undefined || desktops === 0 ? [] : [`${RECORD}{${labels}} ${used / desktops} ${at}\n`];
    }),
  );
}
