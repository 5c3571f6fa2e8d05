// The Workspace API's read requests about pools and people, as far as the exporter asks them.
import type { ProjectKey } from './cast.ts';
import { poolDetail, poolRow } from './documents.ts';
import { holdersOf, type Person, peopleOf, personDocument } from './people.ts';
import { apiError, json, jsonText, type Reply } from './reply.ts';
import type { World } from './world.ts';

export interface WorkspaceQuestion {
  readonly world: World;
  readonly project: ProjectKey;
  /** Empty, or the last segment of the path. */
  readonly id: string;
  readonly query: URLSearchParams;
}

/** The API has one code for every bad request, and uses it for an unknown pool as well. */
export function badRequest(message: string): Reply {
  return apiError(400, 'WKS.0001', message);
}

/** GET desktop-pools */
export function listPools({ world, project, query }: WorkspaceQuestion): Reply {
  const page = pageOf(query, 1000, 1000);
  if (page === undefined) return badRequest('The parameter limit or offset is invalid.');
  const text = world.remember(`list ${project} ${query}`, () => {
    const name = query.get('name')?.toLowerCase() ?? '';
    const type = query.get('type');
    const maintenance = query.get('in_maintenance_mode');
    const found = world
      .pools(project)
      .filter(
        ({ profile }) =>
          profile.name.toLowerCase().includes(name) &&
          (type === null || profile.type === type) &&
          (maintenance === null || String(profile.inMaintenance ?? false) === maintenance),
      );
    const rows = found.slice(page.offset, page.offset + page.limit).map(poolRow);
    return JSON.stringify({ total_count: found.length, desktop_pools: rows });
  });
  return jsonText(200, text);
}

/** GET desktop-pools/{pool_id}: an unknown pool is 400, whatever the documentation promises. */
export function showPool({ world, project, id }: WorkspaceQuestion): Reply {
  const pool = world.pool(project, id);
  if (pool === undefined) return badRequest('The desktop pool does not exist.');
  return jsonText(
    200,
    world.remember(`detail ${project} ${id}`, () => JSON.stringify(poolDetail(pool))),
  );
}

/** GET desktop-pools/statistics/by-users: nobody asked for, nobody found. */
export function poolsByUsers({ world, project, query }: WorkspaceQuestion): Reply {
  const page = pageOf(query, 10, 10);
  if (page === undefined) return badRequest('The parameter limit or offset is invalid.');
  const text = world.remember(`by-users ${project} ${query}`, () => {
    const asked = new Set(query.getAll('user_ids'));
    const people = peopleOf(project).filter(({ id }) => asked.has(id));
    const pools = world.pools(project).map((pool) => ({ pool, holders: holdersOf(project, pool) }));
    const users = people.slice(page.offset, page.offset + page.limit).map((person) => {
      const own = pools.filter(({ pool }) => person.pools.includes(pool.id));
      return {
        user_id: person.id,
        ...countOf(person, own.length),
        desktop_pools: own.map(({ pool, holders }) => ({
          desktop_pool_id: pool.id,
          desktop_pool_name: pool.name,
          is_attached: holders.has(person.id),
        })),
      };
    });
    return JSON.stringify({ users });
  });
  return jsonText(200, text);
}

/** The documentation's sample answer has no count: some people come without. */
function countOf(person: Person, count: number) {
  return person.id.endsWith('0') ? {} : { desktop_pool_count: count };
}

/** GET users: everybody, unless limited; with the number of their desktops, unless refused. */
export function listUsers({ project, query }: WorkspaceQuestion): Reply {
  const people = peopleOf(project);
  const page = pageOf(query, people.length, Number.MAX_SAFE_INTEGER);
  if (page === undefined) return badRequest('The parameter limit or offset is invalid.');
  const withDesktops = query.get('is_query_total_desktops') !== 'false';
  const users = people
    .slice(page.offset, page.offset + page.limit)
    .map((person) => personDocument(person, withDesktops));
  return json(200, { total_count: people.length, users });
}

/** Undefined when a number is not one, or out of range. */
export function pageOf(
  query: URLSearchParams,
  limit: number,
  most: number,
): { offset: number; limit: number } | undefined {
  const page = { offset: Number(query.get('offset') ?? 0), limit: Number(query.get('limit') ?? limit) };
  const isSound = Number.isInteger(page.offset) && page.offset >= 0 && Number.isInteger(page.limit);
  return isSound && page.limit >= 0 && page.limit <= most ? page : undefined;
}
