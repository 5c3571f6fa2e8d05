// Limits what any client may cost, logged in or not.

export interface Limits {
  /** Milliseconds for the whole header of a request. */
  readonly headersTimeout: number;
  /** Milliseconds for the whole request; the wait for its answer does not count. */
  readonly requestTimeout: number;
  /** Milliseconds between two checks of these timeouts. */
  readonly connectionsCheckingInterval: number;
  /** Milliseconds of a TLS handshake. */
  readonly handshakeTimeout: number;
  /** Milliseconds without progress after which an unread answer is cut. */
  readonly stalledTimeout: number;
  /** Bytes. */
  readonly maxHeaderSize: number;
  /** Connections to one listen address; beyond it a new one replaces the longest silent one. */
  readonly maxConnections: number;
  /** Requests of one connection that wait for an earlier answer. */
  readonly maxPipelined: number;
}

export const LIMITS: Limits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 1000,
  handshakeTimeout: 10_000,
  stalledTimeout: 60_000,
  maxHeaderSize: 16 * 1024,
  maxConnections: 500,
  maxPipelined: 10,
};

/** Characters of path and query: a /probe with some 180 pools. */
export const LONGEST_URL = 8192;
