// What any client may cost, whether or not it has to log in.

export interface Limits {
  /** Milliseconds until the whole header of a request is there. */
  readonly headersTimeout: number;
  /** Milliseconds until the whole request is there; the wait for its answer does not count. */
  readonly requestTimeout: number;
  /** Milliseconds between two looks at these timeouts. */
  readonly connectionsCheckingInterval: number;
  /** Milliseconds of a TLS handshake. */
  readonly handshakeTimeout: number;
  /** Milliseconds without progress after which an answer that is not read is cut. */
  readonly stalledTimeout: number;
  /** Bytes. */
  readonly maxHeaderSize: number;
  /** Connections to one address that the exporter listens on: the longest silent one gives way to the next. */
  readonly maxConnections: number;
  /** Requests of one connection that wait for the answer to an earlier one. */
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
