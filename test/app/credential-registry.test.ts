// Who counts as a user of a credential: the limits of who has left must not hold for the others.
import { expect, it } from 'vitest';
import { createCredentialRegistry } from '../../src/app/credential-registry.ts';
import { createLogger } from '../../src/app/logger.ts';
import { KEY_BLOCKS, tokenMaterial } from '../../src/cloud/auth/sign-in.ts';
import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { deadlineOf } from '../support/chain.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const identity = {
  key: 'key',
  configured: 'secret',
  scope: 'p',
  blockFor: KEY_BLOCKS,
  asksTheCloud: false,
  load: async () => tokenMaterial('secret'),
};

async function projectWith(requests_per_minute: number) {
  const http = `{ requests_per_minute: ${requests_per_minute} }`;
  const text = `projects: [{ name: a, region: eu-west-0, project_id: 0bec5db98280d2d02fd6c00c2de791ce, auth: { type: metadata }, pools: [x], http: ${http} }]`;
  const { projects } = await loadConfig(text, 'test', collectors);
  const [project] = projects;
  if (project === undefined) throw new Error('no project');
  return project;
}

it('a project that has left comes not back by a secret file that was slow to read', async () => {
  const clock = createFakeClock();
  const log = createLogger({ level: 'error', format: 'logfmt', write() {} });
  const registry = createCredentialRegistry({ clock, random: () => 0.5, log });
  const gone = registry.user(await projectWith(1));
  const stays = registry.user(await projectWith(100));
  const { gate } = stays.credentialOf(identity);
  gone.leave();
  gone.credentialOf(identity);
  gate.narrow(false);
  const entered = Array.from({ length: 5 }, () => gate.enter(deadlineOf(clock, 1000), () => {}));
  expect(await clock.finish(Promise.allSettled(entered))).toEqual(
    Array(5).fill(expect.objectContaining({ status: 'fulfilled' })),
  );
});
