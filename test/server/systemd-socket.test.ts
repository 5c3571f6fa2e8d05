// Which sockets of systemd's are this process's own.
import { expect, it } from 'vitest';
import { inheritedSockets } from '../../src/server/systemd-socket.ts';

it('are those from descriptor 3 on, and are passed on to nobody', () => {
  const env = { LISTEN_FDS: '2', LISTEN_PID: '42', LISTEN_FDNAMES: 'a:b', PATH: '/bin' };
  expect(inheritedSockets(env, 42)).toEqual([3, 4]);
  expect(env).toEqual({ PATH: '/bin' });
});

it.each<[string, { [name: string]: string }, string]>([
  ['none', {}, 'systemd passed no socket; start the .socket unit (docs/systemd.md)'],
  ['0 of them', { LISTEN_FDS: '0', LISTEN_PID: '42' }, 'systemd passed no socket'],
  ['no number of them', { LISTEN_FDS: 'x', LISTEN_PID: '42' }, 'systemd passed no socket'],
  [
    'those of another process',
    { LISTEN_FDS: '1', LISTEN_PID: '41' },
    'the sockets are for process 41, and this is 42; ExecStart= must start node itself',
  ],
  ['those of nobody', { LISTEN_FDS: '1' }, 'systemd passed no socket'],
])('are not %s', (_, env, words) => {
  expect(() => inheritedSockets(env, 42)).toThrow(words);
  expect(env).toEqual({});
});
