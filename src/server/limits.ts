// What a client may cost, whether or not it has to log in.

export type Limits = Readonly<typeof LIMITS>;

export const LIMITS = {
  /** Milliseconds until the header of a request is complete. */
  headersTimeout: 10_000,
  /** Milliseconds until the request is complete; the wait for its answer does not count. */
  requestTimeout: 20_000,
  /** Milliseconds between two checks of these timeouts. */
  connectionsCheckingInterval: 1000,
  /** Milliseconds for a TLS handshake. */
  handshakeTimeout: 10_000,
  /** Milliseconds without progress until an answer that the client does not read is cut. */
  stalledTimeout: 60_000,
  /** Bytes. */
  maxHeaderSize: 16 * 1024,
  /** Open connections per listen address. */
  maxConnections: 500,
  /** Requests of one connection that wait for an earlier answer. */
  maxPipelined: 10,
};

/** Characters of path and query: enough for /probe with some 180 pools. */
export const MAX_URL_LENGTH = 8192;
