// One task at a time, the clients in turn: who asks for much waits for himself, not the others for him.

export interface Turns {
  /** The task's outcome; undefined, without running it, where too many tasks wait. */
  take<T>(client: string, task: () => Promise<T>): Promise<T> | undefined;
}

/** At most `perClient` tasks of one client wait, and `total` of all. */
export function createTurns({ perClient, total }: { readonly perClient: number; readonly total: number }): Turns {
  /** Clients in the order of their turns. */
  const waiting = new Map<string, (() => Promise<void>)[]>();
  let count = 0;
  let isRunning = false;

  async function runAll(): Promise<void> {
    isRunning = true;
    for (let first = waiting.entries().next(); !first.done; first = waiting.entries().next()) {
      const [client, tasks] = first.value;
      count -= 1;
      await tasks.shift()?.();
      // Only now: who came meanwhile is before the client that was just served.
      waiting.delete(client);
      if (tasks.length > 0) waiting.set(client, tasks);
    }
    isRunning = false;
  }

  return {
    take(client, task) {
      const tasks = waiting.get(client) ?? [];
      if (tasks.length >= perClient || count >= total) return undefined;
      count += 1;
      waiting.set(client, tasks);
      return new Promise((resolve, reject) => {
        tasks.push(() => task().then(resolve, reject));
        if (!isRunning) void runAll();
      });
    },
  };
}
