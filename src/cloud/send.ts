// What travels along the chain: one request, one answer, and the function between them.
import type { Deadline } from '../async/deadline.ts';

/** Values of the label `endpoint`: the API's own operation names. */
export const ENDPOINTS = [
  'show_desktop_pool',
  'list_desktop_pools',
  'list_desktop_pools_by_users',
  'list_users',
  'list_desktops_statistics',
  'show_quotas',
  'create_token',
  'get_metadata_credential',
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** The action of an identity policy that each endpoint needs (source: the API pages; undefined where none is needed). */
export const ACTIONS: Readonly<Record<Endpoint, string | undefined>> = {
  show_desktop_pool: 'workspace:desktopPools:get',
  list_desktop_pools: 'workspace:desktopPools:list',
  list_desktop_pools_by_users: undefined,
  list_users: 'workspace:users:list',
  list_desktops_statistics: 'workspace:statistics:listDesktopStatus',
  show_quotas: 'workspace:quotas:get',
  create_token: undefined,
  get_metadata_credential: undefined,
};

export interface Outgoing {
  readonly endpoint: Endpoint;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly deadline: Pick<Deadline, 'at' | 'signal'>;
  /** One of many requests of little hurry: others pass it at the gate. */
  readonly isPatient?: boolean;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Resolves with an answer or rejects with a `CloudError` or `NotSent`. */
export type Send = (request: Outgoing) => Promise<Answer>;
export type Layer = (next: Send) => Send;
