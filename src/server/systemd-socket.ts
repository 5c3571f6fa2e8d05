// Finds the sockets that systemd opened for this process (sd_listen_fds(3)).

const FIRST = 3;

/**
 * Their descriptors. Removes the variables, so that no child takes the sockets for its own. Throws if there are none, or
 * if they are meant for another process.
 */
export function inheritedSockets(env: { [name: string]: string | undefined }, pid: number): readonly number[] {
  const { LISTEN_FDS: count, LISTEN_PID: owner } = env;
  for (const name of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES']) delete env[name];
  if (owner === undefined || !(Number(count) > 0))
    throw new Error('--web.systemd-socket: systemd passed no socket; start the .socket unit (docs/systemd.md)');
  if (owner !== String(pid))
    throw new Error(
      `--web.systemd-socket: the sockets are for process ${owner}, and this is ${pid}; ExecStart= must start node itself, without a shell or script around it`,
    );
  return Array.from({ length: Number(count) }, (_, i) => FIRST + i);
}
