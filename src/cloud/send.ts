// What travels along the chain: one request, one answer, and the function between them.
import type { Deadline } from '../async/deadline.ts';

/** Value of the label `operation`: the API's own operation name. */
export type Operation = string;

export interface Outgoing {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly deadline: Deadline;
  /** The permission that it needs, where one is known. */
  readonly action?: string | undefined;
  /** For one pool by its id: that the service does not find it means that the pool is gone. */
  readonly asksForPool?: boolean;
  /** One of many requests that can wait: others pass it at the gate. */
  readonly isPatient?: boolean;
  /** Longest body of a 2xx that is read, in bytes; 1 MiB if absent. */
  readonly mostBytes?: number;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of a refusal only its beginning, if it is long. */
  readonly body: string;
}

/** Resolves with an answer or rejects with a `CloudError` or `NotSent`. */
export type Send = (request: Outgoing) => Promise<Answer>;
export type Layer = (next: Send) => Send;
