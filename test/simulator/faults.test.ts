// Each kind of fault over a real socket, and which requests a rule hits.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { ask, cloudAt, wednesday } from './ask.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

async function withFault<T>(rule: FaultRule, ask: () => Promise<T>): Promise<T> {
  const remove = simulator.fault(rule);
  try {
    return await ask();
  } finally {
    remove();
  }
}

function get(path: string, signal?: AbortSignal): Promise<Response> {
  const { credentials, url } = simulator;
  const headers = { 'x-auth-token': credentials.token };
  return fetch(`${url}/v2/${credentials.projectId}${path}`, signal === undefined ? { headers } : { headers, signal });
}

describe('over a socket', () => {
  test('without a fault the true answer comes, with a date and an id, without a trace of express', async () => {
    const response = await get('/quotas');
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveProperty('quotas.resources');
    expect(response.headers.get('date')).not.toBeNull();
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(response.headers.get('x-powered-by') ?? response.headers.get('etag')).toBeNull();
  });

  test('a sign-in is read from the body', async () => {
    const { username, domain, password, projectId } = simulator.credentials;
    const user = { name: username, password, domain: { name: domain } };
    const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: projectId } } };
    const response = await fetch(`${simulator.url}/v3/auth/tokens`, { method: 'POST', body: JSON.stringify({ auth }) });
    expect([response.status, response.headers.get('x-subject-token')]).toEqual([201, expect.stringMatching(/^MII/)]);
  });

  test('a status gives an error of the gateway', async () => {
    const response = await withFault({ status: 500 }, () => get('/quotas'));
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error_code: 'APIGW.0201', request_id: expect.any(String) });
  });

  test('a denial carries the sealed reason that nobody should print', async () => {
    const response = await withFault({ status: 403 }, () => get('/quotas'));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ encoded_authorization_message: expect.stringMatching(/^U0VB/) });
  });

  test('a body and headers of one’s own are sent as they are', async () => {
    const rule = { status: 429, body: { error_code: 'X.1' }, headers: { 'retry-after': '3' } };
    const response = await withFault(rule, () => get('/quotas'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await response.json()).toEqual({ error_code: 'X.1' });
  });

  test('a reset breaks the connection and is written down without a status', async () => {
    await expect(withFault({ kind: 'reset' }, () => get('/quotas'))).rejects.toThrow('fetch failed');
    expect(simulator.requests.at(-1)).toMatchObject({ status: 0, faulted: true });
  });

  test('a hanging request is never answered', async () => {
    const outcome = withFault({ kind: 'hang' }, () => get('/quotas', AbortSignal.timeout(50)));
    await expect(outcome).rejects.toThrow(/timeout|aborted/);
  });

  test('a truncated answer promises more than it brings', async () => {
    const response = await withFault({ kind: 'truncate' }, () => get('/quotas'));
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  test('a huge answer is 64 MiB of JSON', async () => {
    const response = await withFault({ kind: 'huge' }, () => get('/quotas'));
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(64 * 2 ** 20);
    await response.body?.cancel();
  });

  test('HTML is somebody else’s page, 502 unless said otherwise', async () => {
    const response = await withFault({ kind: 'html' }, () => get('/quotas'));
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect((await withFault({ kind: 'html', status: 200 }, () => get('/quotas'))).status).toBe(200);
  });

  test('what is not JSON says that it is', async () => {
    const response = await withFault({ kind: 'notJson' }, () => get('/quotas'));
    expect(response.headers.get('content-type')).toContain('application/json');
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  test('wrong types are texts in place of numbers, in one field or in all', async () => {
    const one = await withFault({ kind: 'wrongType', field: 'desktop_count' }, () => get('/desktop-pools?limit=1'));
    expect(await one.json()).toMatchObject({
      total_count: 12,
      desktop_pools: [{ desktop_count: expect.stringMatching(/^\d+ or so$/), desktop_used: expect.any(Number) }],
    });
    const all = await withFault({ kind: 'wrongType' }, () => get('/desktop-pools?limit=1'));
    expect(await all.json()).toMatchObject({ total_count: '12 or so' });
  });

  test('null fields and short lists leave the rest as it was', async () => {
    const one = await withFault({ kind: 'nullField', field: 'desktop_count' }, () => get('/desktop-pools?limit=1'));
    expect(await one.json()).toMatchObject({
      total_count: 12,
      desktop_pools: [{ desktop_count: null, product: expect.any(Object) }],
    });
    const short = await withFault({ kind: 'shortList', field: 'desktop_pools' }, () => get('/desktop-pools'));
    expect(await short.json()).toMatchObject({ total_count: 12, desktop_pools: { length: 11 } });
  });

  test('a connection can be reset in the middle of a body', async () => {
    const response = await withFault({ kind: 'resetBody' }, () => get('/quotas'));
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  test('an answer can drip', async () => {
    const began = performance.now();
    const response = await withFault({ kind: 'drip' }, () => get('/quotas'));
    const reader = response.body?.getReader();
    const first = await reader?.read();
    const second = await reader?.read();
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(second?.value?.length).toBe(first?.value?.length);
    await reader?.cancel();
  });

  test('an outage refuses connections, then the same address answers again', async () => {
    const other = await startSimulator();
    other.outage(50);
    await expect(fetch(other.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await expect
      .poll(() =>
        fetch(other.url).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(404);
    await other.close();
  });

  test('a delay alone brings the true answer late', async () => {
    const began = performance.now();
    const response = await withFault({ delayMs: 30 }, () => get('/quotas'));
    expect(performance.now() - began).toBeGreaterThan(25);
    expect(response.status).toBe(200);
  });

  test('closing cuts hanging and delayed requests', async () => {
    const other = await startSimulator({ faults: [{ match: { path: 'hang' }, kind: 'hang' }, { delayMs: 60_000 }] });
    const outcomes = ['/hang', '/late'].map((path) => fetch(other.url + path).then(String, () => 'cut'));
    while (other.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await other.close();
    expect(await Promise.all(outcomes)).toEqual(['cut', 'cut']);
  });

  test('a taken port is an error', async () => {
    await expect(startSimulator({ port: Number(new URL(simulator.url).port) })).rejects.toThrow('EADDRINUSE');
  });
});

describe('a rule', () => {
  const statuses = (rules: readonly FaultRule[], paths: readonly string[], seed = 1) => {
    const { cloud } = cloudAt(wednesday, { faults: rules, seed });
    return paths.map((path) => ask(cloud, path).status);
  };
  const six = Array.from({ length: 6 }, () => '/quotas');

  test('hits what its path and query fit', () => {
    const rule = { match: { method: 'GET', path: /pools$/, query: 'offset=0' }, status: 500 };
    const paths = [
      '/desktop-pools?offset=0',
      '/desktop-pools?offset=10',
      '/desktop-pools/x?offset=0',
      '/quotas?offset=0',
    ];
    expect(statuses([rule], paths)).toEqual([500, 200, 400, 200]);
    expect(statuses([{ match: { path: '/desktop-pools' }, status: 500 }], paths)).toEqual([500, 500, 500, 200]);
    expect(statuses([{ match: { method: 'POST' }, status: 500 }], paths)).not.toContain(500);
  });

  test('wins over those after it', () => {
    expect(statuses([{ status: 503 }, { status: 500 }], ['/quotas'])).toEqual([503]);
  });

  test('ends after its times, and the next one takes over', () => {
    expect(
      statuses(
        [
          { status: 503, times: 2 },
          { status: 500, times: 1 },
        ],
        six,
      ),
    ).toEqual([503, 503, 500, 200, 200, 200]);
  });

  test('hits every third request when told so', () => {
    expect(statuses([{ status: 500, every: 3 }], six)).toEqual([200, 200, 500, 200, 200, 500]);
  });

  test('hits by chance, the same way for the same seed', () => {
    const many = Array.from({ length: 150 }, () => '/quotas');
    const rules = [{ status: 500, probability: 0.3 }];
    const hits = statuses(rules, many).filter((status) => status === 500).length;
    expect(hits).toBeGreaterThan(25);
    expect(hits).toBeLessThan(65);
    expect(statuses(rules, many)).toEqual(statuses(rules, many));
    expect(statuses(rules, many, 2)).not.toEqual(statuses(rules, many));
  });

  test('can be removed', () => {
    const { cloud } = cloudAt(wednesday);
    const remove = cloud.fault({ status: 500 });
    expect(ask(cloud, '/quotas').status).toBe(500);
    remove();
    expect(ask(cloud, '/quotas').status).toBe(200);
  });

  test('that fails a request does not count against the credential', () => {
    const { cloud } = cloudAt(wednesday, { faults: [{ status: 401 }] });
    for (let count = 0; count < 6; count += 1) expect(ask(cloud, '/quotas').status).toBe(401);
    expect(cloud.refusals()).toEqual({ signatures: 0, tokens: 0, passwords: 0, locks: 0 });
  });
});
