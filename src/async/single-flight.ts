// A reading that many want at once: they share it, but nobody is given one that began before it was asked for.

/** `load` runs once at a time; who comes while it runs shares the next run with all who came in that time. */
export function singleFlight<T>(load: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let waiting: Promise<T> | undefined;
  const run = () => {
    waiting = undefined;
    const loaded = load();
    const ended = () => {
      if (running === settled) running = undefined;
    };
    const settled = loaded.then(ended, ended);
    running = settled;
    return loaded;
  };
  return () => {
    if (running === undefined) return run();
    waiting ??= running.then(run);
    return waiting;
  };
}
