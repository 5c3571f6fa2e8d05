// The least that a scrape by details can cost: bare keep-alive fetches, JSON.parse, and a page built of strings.
import { Agent, request } from 'undici';

interface Detail {
  readonly id: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

let agent: Agent | undefined;

/** Milliseconds. */
export async function floorScrape(
  { url, projectId, token }: { readonly url: string; readonly projectId: string; readonly token: string },
  ids: readonly string[],
  concurrency: number,
): Promise<number> {
  agent ??= new Agent({ connections: concurrency, keepAliveTimeout: 60_000 });
  const dispatcher = agent;
  const startedAt = performance.now();
  const details: Detail[] = [];
  let next = 0;
  const worker = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      const { body } = await request(`${url}/v2/${projectId}/desktop-pools/${id}`, {
        dispatcher,
        headers: { 'x-auth-token': token },
      });
      details.push(JSON.parse(await body.text()));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (page(details).length < 1_000_000) throw new Error('the floor printed too little to compare');
  return performance.now() - startedAt;
}

/** As many lines as the exporter prints for a pool, of about the same length. */
function page(details: readonly Detail[]): string {
  let text = '';
  for (let metric = 0; metric < 38; metric++)
    for (const { id, name } of details)
      text += `huaweicloud_workspace_desktop_pool_number_${metric}{project="bench",pool_id="${id}",pool_name="${name}"} ${metric}\n`;
  return text;
}
