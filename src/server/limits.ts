// Limits what any client may cost, logged in or not.

export type Limits = Readonly<typeof LIMITS>;

export const LIMITS = {
  /** Milliseconds for the whole header of a request. */
  headersTimeout: 10_000,
  /** Milliseconds for the whole request; the wait for its answer does not count. */
  requestTimeout: 20_000,
  /** Milliseconds between two checks of these timeouts. */
  connectionsCheckingInterval: 1000,
  /** Milliseconds of a TLS handshake. */
  handshakeTimeout: 10_000,
  /** Milliseconds without progress after which an unread answer is cut. */
  stalledTimeout: 60_000,
  /** Bytes. */
  maxHeaderSize: 16 * 1024,
  /** Connections to one listen address; beyond it a new one replaces the longest silent one. */
  maxConnections: 500,
  /** Requests of one connection that wait for an earlier answer. */
  maxPipelined: 10,
};

/** Characters of path and query: a /probe with some 180 pools. */
export const MAX_URL_LENGTH = 8192;
