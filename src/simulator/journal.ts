// What was asked of the simulated cloud: tests count requests instead of guessing.

export interface RequestRecord {
  /** Real epoch ms. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** 0 when the connection was broken instead of answered. */
  readonly status: number;
  readonly faulted: boolean;
  /** What was shown to sign in: an access key, a token, or a user's name; empty for none. */
  readonly credential: string;
}

export interface Journal {
  /** The last 10,000. */
  readonly requests: readonly RequestRecord[];
  /** All since the start, by `METHOD route`. */
  counts(): Readonly<Record<string, number>>;
  write(route: string, record: RequestRecord): void;
}

const kept = 10_000;

/** `onRequest` sees every record, the ones that are no longer kept, too. */
export function createJournal(onRequest: (record: RequestRecord) => void = () => {}): Journal {
  const requests: RequestRecord[] = [];
  const counts = new Map<string, number>();
  return {
    requests,
    counts: () => Object.fromEntries(counts),
    write(route, record) {
      counts.set(route, (counts.get(route) ?? 0) + 1);
      if (requests.push(record) > kept) requests.shift();
      onRequest(record);
    },
  };
}
