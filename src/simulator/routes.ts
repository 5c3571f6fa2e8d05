// Every path of the simulated cloud in one table; anything else is the gateway's 404.
import type { Gatekeeper } from './gatekeeper.ts';
import { createToken } from './iam.ts';
import type { Keyring } from './keyring.ts';
import type { Metadata } from './metadata.ts';
import { podCredential } from './pod-identity.ts';
import { showQuotas } from './quotas.ts';
import { apiError, type CloudRequest, type Reply } from './reply.ts';
import { desktopStatistics } from './statistics.ts';
import { availableIp, listSubJobs, listZones } from './supply.ts';
import { showLockStatus, showWorkspace } from './tenant.ts';
import { listPools, listUsers, poolsByUsers, showPool, type WorkspaceQuestion } from './workspace.ts';
import type { World } from './world.ts';

export interface Parts {
  readonly world: World;
  readonly keyring: Keyring;
  readonly gatekeeper: Gatekeeper;
  readonly metadata: Metadata;
}

export interface Routed {
  /** `METHOD route`, the route with its placeholders. */
  readonly name: string;
  readonly reply: () => Reply;
}

const reads: Readonly<Record<string, (question: WorkspaceQuestion) => Reply>> = {
  '/v2/{project_id}/desktop-pools': listPools,
  '/v2/{project_id}/desktop-pools/{pool_id}': showPool,
  '/v2/{project_id}/desktop-pools/statistics/by-users': poolsByUsers,
  '/v2/{project_id}/statistics': desktopStatistics,
  '/v2/{project_id}/users': listUsers,
  '/v2/{project_id}/quotas': showQuotas,
  '/v2/{project_id}/workspace-sub-jobs': listSubJobs,
  '/v2/{project_id}/subnets/{subnet_id}/available-ip': availableIp,
  '/v2/{project_id}/availability-zones': listZones,
  '/v2/{project_id}/workspaces': showWorkspace,
  '/v2/{project_id}/workspaces/lock-status': showLockStatus,
};

export function createRoutes(parts: Parts): (request: CloudRequest) => Routed {
  const { keyring, gatekeeper, metadata } = parts;
  const others: Readonly<Record<string, (request: CloudRequest) => Reply>> = {
    'POST /v3/auth/tokens': (request) => createToken(request, keyring, gatekeeper.countPassword),
    'POST /v1/credentials': (request) => podCredential(request, keyring),
    'GET /openstack/latest/securitykey': metadata.securityKey,
    'PUT /meta-data/latest/api/token': metadata.token,
  };
  return (request) => {
    const [path = ''] = request.url.split('?', 1);
    const name = `${request.method} ${path}`;
    const other = Object.hasOwn(others, name) ? others[name] : undefined;
    if (other !== undefined) return { name, reply: () => other(request) };
    return routeRead(request, path, parts) ?? { name: `${request.method} unknown`, reply: notPublished };
  };
}

function routeRead(request: CloudRequest, path: string, { world, keyring, gatekeeper }: Parts): Routed | undefined {
  const [, version, projectId = '', ...rest] = path.split('/');
  const [, of, id = '', more] = /^(desktop-pools|subnets)\/([^/]+)(\/available-ip)?$/.exec(rest.join('/')) ?? [];
  const placed = of === 'desktop-pools' && more === undefined ? `${of}/{pool_id}` : `${of}/{subnet_id}${more}`;
  const route = `/v2/{project_id}/${of === undefined ? rest.join('/') : placed}`;
  const read = Object.hasOwn(reads, route) ? reads[route] : undefined;
  if (request.method !== 'GET' || version !== 'v2' || read === undefined) return undefined;
  const question = (): WorkspaceQuestion => ({
    world,
    project: projectId === keyring.credentials.projectId ? 'main' : 'branch',
    id,
    query: new URLSearchParams(request.url.slice(path.length)),
  });
  return { name: `GET ${route}`, reply: () => gatekeeper.refuse(request, projectId) ?? read(question()) };
}

function notPublished(): Reply {
  return apiError(404, 'APIGW.0101', 'The API does not exist or has not been published in the environment');
}
