// What `check --api` sends besides: a header that makes a gateway tell its limits, once for each project, and only to the API.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listening } from '../../src/cli/check-cloud.ts';
import { outgoing } from '../support/chain.ts';
import { createFakeClock } from '../support/fake-clock.ts';

it('asks for limits with the first read of a project alone, and hears what it is told', async () => {
  const modes: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    const mode = headers['x-apig-mode'];
    modes.push(Array.isArray(mode) ? mode[0] : mode);
    if (mode !== undefined) response.setHeader('X-Apig-RateLimit-api', 'remain:7,limit:10,time:1 minute');
    response.end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // Reason: it listens on a port.
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const { transport, heard } = listening();
  const request = { ...outgoing(createFakeClock()), url };
  for (const connections of [transport({ connections: 1 }), transport({ connections: 1, direct: true })]) {
    for (const operation of ['create_token', 'show_quotas', 'show_quotas'])
      await connections.send({ ...request, operation });
    await connections.close();
  }
  expect(modes).toEqual([undefined, 'debug', undefined, undefined, undefined, undefined]);
  expect(heard).toHaveLength(1);
  expect([...(heard[0]?.remaining ?? [])]).toEqual([['show_quotas', 7]]);
  expect(heard[0]?.operations.get('show_quotas')).toEqual({ asked: 2, answer: '200' });
});
