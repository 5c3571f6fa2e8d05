// One call of the API through the whole chain: its address, its answer, what is remembered and what is told.
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/cloud/auth/sign-in.ts';
import { httpOptions } from '../../src/cloud/client.ts';
import { CloudError } from '../../src/cloud/errors.ts';
import { ProxyFailure } from '../../src/cloud/tunnels.ts';
import { Secret } from '../../src/option-types/secret.ts';
import { proxyUrl } from '../../src/option-types/url.ts';
import { createCredentials, deadlineOf, KEYS, PROJECT_ID, type ProjectSetup, projectOf } from '../support/chain.ts';
import { createFakeClock, START } from '../support/fake-clock.ts';
import { fakeSend, type Scripted } from '../support/fake-send.ts';

const MINUTE = 60_000;

function asking(
  script: Parameters<typeof fakeSend>[1],
  more: Partial<Parameters<typeof projectOf>[0]> = {},
  delay = 0,
) {
  const clock = createFakeClock();
  const { send, sent } = fakeSend(clock, script, delay);
  return { clock, sent, ...projectOf({ clock, send, ...more }) };
}

/** The same with a credential that has worked: requests of others are not tried again. `sent` and `told` are without that. */
async function proven(script: readonly Scripted[], more: Parameters<typeof asking>[1] = {}, delay = 0) {
  const built = asking([200, ...script], more, delay);
  await built.clock.finish(built.get());
  built.told.length = 0;
  return { ...built, since: built.clock.now(), sent: () => built.sent.slice(1) };
}

describe('a call', () => {
  it.each<[string, Parameters<ReturnType<typeof projectOf>['get']>[0], string]>([
    ['a path', { path: ['desktop-pools'] }, '/desktop-pools'],
    ['a path to encode', { path: ['desktop-pools', "a/b c!'()*é"] }, '/desktop-pools/a%2Fb%20c%21%27%28%29%2A%C3%A9'],
    ['a query', { query: { limit: 1000, offset: 0 } }, '/desktop-pools?limit=1000&offset=0'],
    [
      'a list in the query',
      { query: { user_ids: ['b', 'a'], limit: 10 } },
      '/desktop-pools?user_ids=b&user_ids=a&limit=10',
    ],
    ['an empty list', { query: { user_ids: [] } }, '/desktop-pools'],
    ['a query to encode', { query: { 'a&b': 'c=d+e f*' } }, '/desktop-pools?a%26b=c%3Dd%2Be%20f%2A'],
  ])('with %s asks the right address', async (_, call, address) => {
    const { get, sent } = asking([200]);
    await get(call);
    expect(sent[0]?.request.url.href).toBe(`https://workspace.example.com/v2/${PROJECT_ID}${address}`);
  });

  it('keeps the path of the endpoint', async () => {
    const { get, sent } = asking([200], { endpoint: 'https://gateway.example.com/workspace' });
    await get();
    expect(sent[0]?.request.url.pathname).toBe(`/workspace/v2/${PROJECT_ID}/desktop-pools`);
  });

  it('is a GET that accepts JSON and says who asks', async () => {
    const { get, sent } = asking([200]);
    await get();
    expect(sent[0]?.request).toMatchObject({
      method: 'GET',
      headers: { accept: 'application/json', 'user-agent': 'tests/1' },
    });
  });

  it('gives what its parser made of the answer', async () => {
    const { api, clock } = asking([{ body: '{"a":1}' }]);
    const call = { operation: 'show_quotas', path: ['quotas'] } as const;
    expect(await api.get(call, deadlineOf(clock), (json) => ({ parsed: json }))).toEqual({ parsed: { a: 1 } });
  });
});

describe('an answer that is not as documented', () => {
  it('is a failure of kind schema, with the parser’s words and the request id, told once', async () => {
    const { api, clock, told } = asking([{ body: '{}', headers: { 'x-request-id': 'abc' } }]);
    const call = { operation: 'show_quotas', path: ['quotas'] } as const;
    const parse = () => {
      throw new Error('no quotas');
    };
    await expect(api.get(call, deadlineOf(clock), parse)).rejects.toMatchObject({
      kind: 'schema',
      message: 'show_quotas: the answer is not as documented: no quotas',
      details: { requestId: 'abc' },
    });
    expect(told).toEqual(['start show_quotas', 'end 200', 'wrong show_quotas']);
  });

  it.each([TypeError, ReferenceError])('is not what a %o means: that is a mistake of this program', async (Mistake) => {
    const { api, clock, told } = asking([200]);
    const mistake = new Mistake('x is not a function');
    const parse = () => {
      throw mistake;
    };
    const call = { operation: 'show_quotas', path: ['quotas'] } as const;
    await expect(api.get(call, deadlineOf(clock), parse)).rejects.toBe(mistake);
    expect(told).toEqual(['start show_quotas', 'end 200']);
  });

  it.each(['', '<html>', '{"a":'])(
    'because it is no JSON (%s) says so, is told once and not tried again',
    async (body) => {
      const { get, told, sent } = asking([{ body }]);
      await expect(get()).rejects.toMatchObject({ kind: 'schema', message: expect.stringContaining('is not JSON') });
      expect(told.filter((line) => line.startsWith('wrong'))).toEqual(['wrong list_desktop_pools']);
      expect(sent.length).toBe(1);
    },
  );

  it('shows no secret and at most 200 characters of what the parser says', async () => {
    new Secret('parsers-secret');
    const { api, clock } = asking([200]);
    const call = { operation: 'show_quotas', path: ['quotas'] } as const;
    const parse = () => {
      throw new Error(`got parsers-secret ${'x'.repeat(5000)}`);
    };
    const error: unknown = await api.get(call, deadlineOf(clock), parse).catch((reason: unknown) => reason);
    expect(String(error)).not.toContain('parsers-secret');
    expect(String(error).length).toBeLessThan(300);
  });

  it.each([
    ['nested deeper than 32 levels', `{"unknown":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['nested deeper than 32 levels', '['.repeat(7_000_000)],
    ['holds more than 200000 values', `{"desktop_pools":[${'{},'.repeat(2_000_000)}{}]}`],
  ])('because it is %s says so, is told once and not tried again', async (words, body) => {
    const { get, told, sent } = asking([{ body }]);
    await expect(get()).rejects.toMatchObject({ kind: 'schema', message: expect.stringContaining(words) });
    expect(told).toEqual(['start list_desktop_pools', 'end 200', 'wrong list_desktop_pools']);
    expect(sent.length).toBe(1);
  });

  it('because it is too large is told as a failed attempt, not as a wrong answer', async () => {
    const { get, told } = asking([new CloudError('schema', 'longer than 8 MiB')]);
    await expect(get()).rejects.toThrow('8 MiB');
    expect(told).toEqual(['start list_desktop_pools', 'end none schema']);
  });
});

describe('a read that is forbidden', () => {
  it('is not sent again for 5 min, and fails the same meanwhile', async () => {
    const { clock, get, sent, told } = asking([403]);
    const first: unknown = await get().catch((error: unknown) => error);
    await clock.advance(5 * MINUTE - 1);
    await expect(get()).rejects.toBe(first);
    expect([sent.length, told.length]).toEqual([1, 2]);
    await clock.advance(1);
    await get().catch(() => {});
    expect(sent.length).toBe(2);
  });

  it('is not tried again in its collection', async () => {
    const { get, sent, told } = asking([403]);
    await expect(get()).rejects.toMatchObject({ kind: 'forbidden' });
    expect(sent.length).toBe(1);
    expect(told).toEqual(['start list_desktop_pools', 'end 403 forbidden']);
  });

  it('rests alone: another pool is read', async () => {
    const { get, sent } = asking(({ url }) => (url.pathname.endsWith('/a') ? 403 : 200));
    await get({ path: ['desktop-pools', 'a'] }).catch(() => {});
    await get({ path: ['desktop-pools', 'b'] });
    expect(sent.length).toBe(2);
  });

  it('rests whatever the query is', async () => {
    const { get, sent } = asking([403]);
    for (const offset of [0, 1000]) await get({ query: { offset } }).catch(() => {});
    expect(sent.length).toBe(1);
  });

  it.each([-60, 60])('rests for five minutes though the wall clock jumps by %d min', async (minutes) => {
    const { clock, get, sent } = asking([403, 200]);
    await get().catch(() => {});
    clock.jump(minutes * MINUTE);
    await clock.advance(5 * MINUTE - 1);
    await get().catch(() => {});
    expect(sent.length).toBe(1);
    await clock.advance(1);
    await get();
    expect(sent.length).toBe(2);
  });

  it('does not rest because signing in was forbidden', async () => {
    const auth = { type: 'password', username: 'u', domain: 'd', password: new Secret('a-password') } as const;
    const { get } = asking([403], { auth });
    await expect(get()).rejects.toMatchObject({ kind: 'forbidden' });
    // It is the credential that is blocked: a changed password will lift that, but not the rest of a read.
    await expect(get()).rejects.toMatchObject({ reason: 'sign_in' });
  });
});

describe('the observer is told', () => {
  it('of each attempt once, of each retry once, in order', async () => {
    const { clock, get, told } = await proven([503, new CloudError('network', 'reset'), 200]);
    await clock.finish(get());
    expect(told).toEqual([
      'start list_desktop_pools',
      'end 503 server',
      'retried server',
      'start list_desktop_pools',
      'end none network',
      'retried network',
      'start list_desktop_pools',
      'end 200',
    ]);
  });

  it('of a timeout once', async () => {
    const { clock, get, told } = asking(['hang'], { http: { max_retries: 0 } });
    await expect(clock.finish(get())).rejects.toMatchObject({ kind: 'timeout' });
    expect(told).toEqual(['start list_desktop_pools', 'end none timeout']);
  });

  it('of each wait for the budget once, and of what was not sent for it once', async () => {
    const { clock, get, told } = asking([200], { http: { requests_per_minute: 1 } });
    await get();
    told.length = 0;
    await expect(get()).rejects.toMatchObject({ reason: 'budget' });
    expect(told).toEqual(['over budget list_desktop_pools']);
    told.length = 0;
    await clock.finish(get({}, deadlineOf(clock, 2 * MINUTE)));
    expect(told).toEqual(['waited 60.5', 'start list_desktop_pools', 'end 200']);
  });

  it('of nothing when a credential is blocked', async () => {
    const { get, told } = asking([401]);
    await get().catch(() => {});
    told.length = 0;
    await expect(get()).rejects.toMatchObject({ reason: 'blocked' });
    expect(told).toEqual([]);
  });

  it('of signing in, as attempts of its own operation', async () => {
    const auth = { type: 'password', username: 'u', domain: 'd', password: new Secret('a-password') } as const;
    const { get, told } = asking([{ status: 201, headers: { 'x-subject-token': 'T' }, body: '{}' }, 200], { auth });
    await get();
    expect(told).toEqual(['start create_token', 'end 201', 'signed in success', 'start list_desktop_pools', 'end 200']);
  });
});

describe('each attempt', () => {
  it('is signed anew', async () => {
    const { clock, get, sent } = await proven([503, 200], {}, 2000);
    await clock.finish(get());
    const dates = sent().map(({ request }) => request.headers['x-sdk-date']);
    expect(dates).toEqual(['20260114T080002Z', '20260114T080004Z']);
    expect(new Set(sent().map(({ request }) => request.headers.authorization)).size).toBe(2);
  });

  it.each<[string, ProjectSetup['auth']]>([
    ['a key', KEYS],
    ['a password', { type: 'password', username: 'u', domain: 'd', password: new Secret('p') }],
  ])('that a proxy answered is made once, and says nothing of %s', async (_, auth) => {
    const told = new ProxyFailure(407).told('list_desktop_pools', new URL('https://workspace.example.com/'), {
      address: proxyUrl().parse('http://proxy:3128'),
      setting: 'proxy_url',
    });
    const { clock, collect, credentials, sent } = asking([told], auth === undefined ? {} : { auth });
    const outcomes = await clock.finish(collect(1));
    expect([outcomes[0]?.status, sent.length, credentials.blocked]).toEqual(['rejected', 1, []]);
  });

  it('counts in the budget', async () => {
    const { clock, get, sent } = await proven([503], { http: { requests_per_minute: 3 } });
    await expect(clock.finish(get())).rejects.toMatchObject({ kind: 'server' });
    expect(sent().length).toBe(2);
  });

  it.each([429, 503])('waits for the hold after a %d with Retry-After, and then goes out', async (status) => {
    const { clock, get, sent, since } = await proven([{ status, headers: { 'retry-after': '6.5' } }, 200]);
    await clock.finish(get());
    expect(sent().map(({ at }) => at - since)).toEqual([0, 7000]);
  });

  it.each<[string, Scripted, string]>([
    ['a hold that outlives the deadline', { status: 429, headers: { 'retry-after': '60' } }, 'throttled'],
    ['a deadline that is too near', 503, 'server'],
  ])('is the last before %s, and its failure is told', async (_, answer, kind) => {
    const { clock, get, sent } = await proven([answer], {}, 990);
    await expect(clock.finish(get({}, deadlineOf(clock, 1000)))).rejects.toMatchObject({ kind });
    expect(sent().length).toBe(1);
  });
});

describe('projects with the same credential', () => {
  const shared = (limits: readonly [number, number]) => {
    const clock = createFakeClock();
    const { send, sent } = fakeSend(clock, [200], 1000);
    const credentials = createCredentials(clock);
    const of = (requests_per_minute: number, index: number) => {
      const project = projectOf({ clock, send, auth: KEYS, project: `p${index}`, credentials });
      const limit = { concurrency: index === 0 ? 8 : 2, requestsPerMinute: requests_per_minute };
      return { ...project, limit };
    };
    return { clock, sent, credentials, projects: limits.map(of) };
  };

  it('share the smallest budget and the fewest slots of them, until one leaves', async () => {
    const { clock, sent, credentials, projects } = shared([100, 5]);
    for (const { session } of projects) (await session.open())();
    const [credential] = credentials.known.values();
    projects.forEach(({ limit }, index) => {
      credential?.use(`p${index}`, limit, fingerprint('a-secret-key-of-the-tests', ''));
    });
    const reads = projects.flatMap(({ get }) =>
      Array.from({ length: 4 }, () => get({}, deadlineOf(clock, 10 * MINUTE))),
    );
    await clock.advance(30_000);
    expect(sent.map(({ at }) => at - START)).toEqual([0, 1000, 1000, 2000, 2000]);
    credential?.leave('p1');
    const more = projects[0]?.get({}, deadlineOf(clock, 10 * MINUTE));
    await clock.advance(0);
    expect(sent.length).toBe(9);
    await clock.finish(Promise.all([...reads, more]));
  });
});

it('has defaults below the limits of the cloud', () => {
  expect(httpOptions.parse({})).toEqual({ timeout: 5000, concurrency: 8, requests_per_minute: 150, max_retries: 2 });
});
