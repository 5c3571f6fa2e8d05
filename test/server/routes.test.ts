// The paths of the exporter, without a cloud behind them: what each answers to whom.
import { get, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import supertest from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/async/clock.ts';
import type { Page, PageRequest } from '../../src/scrape/page.ts';
import type { Project } from '../../src/scrape/project.ts';
import { createStore } from '../../src/scrape/store.ts';
import { createGuard } from '../../src/server/guard.ts';
import { createRoutes, type RoutesOptions } from '../../src/server/routes.ts';
import { serve } from '../../src/server/server.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const POOL = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
/** Longer than what is worth compressing. */
const PAGE = 'huaweicloud_workspace_pools 1\n'.repeat(100);

const projectOf = (name: string, pools: readonly string[], enabled: boolean): Project => ({
  name,
  projectId: 'p',
  region: 'r-1',
  selection: {
    pools: pools.map((id) => ({ id })),
    discovery: { enabled, include: [], exclude: [] },
    max_pools: 10,
    pool_tags: [],
  },
  collections: new Map(),
  pools: { collection: undefined, store: createStore(new Set()) },
  trace: { events: () => [] },
  credential: () => ({}),
});
const PROJECTS = [projectOf('prod', [POOL], false), projectOf('a&b/ü', [], true)];

interface Served {
  readonly app: RequestListener;
  readonly ask: ReturnType<typeof supertest>;
  readonly asked: PageRequest[];
  readonly answered: string[];
  readonly errors: unknown[];
}

function serving(part: Partial<RoutesOptions> & { readonly reasons?: readonly string[] } = {}): Served {
  const asked: PageRequest[] = [];
  const answered: string[] = [];
  const errors: unknown[] = [];
  const { reasons = [], ...options } = part;
  const app = createRoutes({
    clock: systemClock,
    pages: () => ({
      async page(request) {
        asked.push(request);
        return { parts: [Buffer.from(PAGE)], reasons, collections: [] };
      },
    }),
    routePrefix: '',
    telemetryPath: '/metrics',
    collectors: ['pools', 'users', 'sessions', 'quotas'],
    projects: () => PROJECTS,
    isStrict: () => false,
    externalUrl: undefined,
    timeoutOffset: 500,
    timeout: () => 30_000,
    maxRequests: 40,
    withOwn: true,
    isReady: () => true,
    landing: () => '<!DOCTYPE html><title>exporter</title>',
    config: () => 'scrape: {}\n',
    reload: undefined,
    onAnswered: (handler, code) => answered.push(`${handler} ${code}`),
    onError: (_, error) => errors.push(error),
    ...options,
  });
  return { app, ask: supertest(app), asked, answered, errors };
}

describe('/metrics', () => {
  it.each<[string, Partial<PageRequest>]>([
    ['', { collectors: undefined, withOwn: true }],
    ['?collect[]=pools', { collectors: ['pools'], withOwn: false }],
    ['?collect%5B%5D=pools&collect%5B%5D=quotas', { collectors: ['pools', 'quotas'], withOwn: false }],
    ['?collect[]=exporter', { collectors: ['exporter'], withOwn: true }],
    ['?collect[]=users&collect[]=exporter', { collectors: ['users', 'exporter'], withOwn: true }],
    ['?nobody=knows&target=http://169.254.169.254', { collectors: undefined, withOwn: true }],
    ['?apikey=of-a-gateway&_=1767225600', { collectors: undefined, withOwn: true }],
    [`?${'&a'.repeat(2000)}&collect[]=pools`, { collectors: ['pools'] }],
  ])('shows what is asked for: %s', async (query, expected) => {
    const { ask, asked } = serving();
    await ask.get(`/metrics${query}`).expect(200);
    expect(asked[0]).toMatchObject(expected);
  });

  it.each(['nothing', 'Pools', '', '__proto__', 'pools,users'])('refuses the unknown collector "%s"', async (name) => {
    const { ask, asked } = serving();
    const { text } = await ask.get(`/metrics?collect[]=pools&collect[]=${name}`).expect(400);
    expect(text).toBe(`unknown collector "${name}"; there are pools, users, sessions, quotas, exporter\n`);
    expect(asked).toEqual([]);
  });

  it.each(['collect', 'collector', 'colect[]', 'exclude[]', 'name[]', 'Project', 'project', 'pools', 'debug'])(
    'refuses %s: ignored, it would show more than was asked for',
    async (name) => {
      const { ask, asked, answered } = serving();
      const { text } = await ask.get(`/metrics?collect[]=pools&${name}=pools`).expect(400);
      expect(text).toBe(`unknown parameter "${name}"; this page knows collect[]\n`);
      expect([asked, answered]).toEqual([[], ['metrics 400']]);
    },
  );

  it.each<[string, string | undefined, 'text' | 'openmetrics']>([
    ['nobody', undefined, 'text'],
    ['curl', '*/*', 'text'],
    [
      'Prometheus 2.42',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'Prometheus 2.55',
      'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    [
      'Prometheus 3 with native histograms',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'Prometheus 3 told to want text',
      'text/plain;version=0.0.4;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.3',
      'text',
    ],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text'],
    ['somebody who names the best last', 'text/plain;q=0.3, application/openmetrics-text;q=0.9', 'openmetrics'],
    ['somebody who wants JSON', 'application/json', 'text'],
  ])('speaks the format of %s', async (_, accept, format) => {
    const { ask, asked } = serving();
    const { headers } = await (accept === undefined
      ? ask.get('/metrics')
      : ask.get('/metrics').set('Accept', accept)
    ).expect(200);
    expect(asked[0]?.format).toBe(format);
    const escaping = accept?.includes('allow-utf-8') === true ? 'allow-utf-8' : 'underscores';
    expect(headers['content-type']).toBe(
      format === 'text'
        ? 'text/plain; version=0.0.4; charset=utf-8'
        : `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`,
    );
    expect(headers.vary).toBe('Accept, Accept-Encoding');
  });

  it.each<[string | undefined, number]>([
    [undefined, 30_000],
    ['10', 9_500],
    ['0.6', 300],
    ['0', 30_000],
    ['-1', 30_000],
    ['soon', 30_000],
    ['Infinity', 30_000],
  ])('waits as long as the scraper says: %s', async (seconds, wait) => {
    const clock = createFakeClock();
    const { ask, asked } = serving({ clock });
    await ask.get('/metrics').set(seconds === undefined ? {} : { 'X-Prometheus-Scrape-Timeout-Seconds': seconds });
    expect(asked[0]?.patience).toBeCloseTo(wait, 6);
  });

  it('is compressed when asked', async () => {
    const { ask } = serving();
    const get = (coding: string) =>
      ask
        .get('/metrics')
        .set('Accept-Encoding', coding)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        });
    const plain = await get('identity');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.text ?? plain.body.toString()).toBe(PAGE);
    expect((await get('gzip;q=0, identity')).headers['content-encoding']).toBeUndefined();
    const zipped = await get('br, gzip');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(Number(zipped.headers['content-length'])).toBeLessThan(PAGE.length / 5);
  });

  it('tells HEAD the length, and nothing else', async () => {
    const { headers, text } = await serving().ask.head('/metrics').set('Accept-Encoding', 'identity').expect(200);
    expect([headers['content-length'], text ?? '']).toEqual([String(PAGE.length), '']);
  });

  it('lives where it is told to, and nowhere else', async () => {
    const { ask } = serving({ telemetryPath: '/a/metrics.txt' });
    await ask.get('/a/metrics.txt').expect(200);
    const { text } = await ask.get('/metrics').expect(404);
    expect(text).toContain('/a/metrics.txt');
  });

  it('has no metrics of the exporter where they are switched off', async () => {
    const { ask, asked } = serving({ withOwn: false });
    await ask.get('/metrics');
    await ask.get('/metrics?collect[]=exporter').expect(200);
    expect(asked.map(({ withOwn }) => withOwn)).toEqual([false, false]);
  });

  it('is never strict: a page with gaps is still the page', async () => {
    await serving({ isStrict: () => true, reasons: ['prod, pools: broken'] })
      .ask.get('/metrics')
      .expect(200);
  });
});

describe('too many scrapes at once', () => {
  function waiting(maxRequests: number) {
    const releases: (() => void)[] = [];
    const page = () =>
      new Promise<Page>((resolve) => {
        releases.push(() => resolve({ parts: [Buffer.from(PAGE)], reasons: [], collections: [] }));
      });
    const server = serving({ maxRequests, pages: () => ({ page }) });
    const until = async (count: number) => {
      while (releases.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    return { ...server, releases, until };
  }

  it('are refused beyond the limit, /probe as well, and taken again afterwards', async () => {
    const { ask, releases, until, answered } = waiting(2);
    const running = [ask.get('/metrics'), ask.get('/probe?project=prod')].map((one) =>
      one.then(({ status }) => status),
    );
    await until(2);
    const { text } = await ask.get('/metrics').expect(503);
    expect(text).toContain('--web.max-requests');
    await ask.get('/probe?project=prod').expect(503);
    // What is no scrape is not counted.
    await Promise.all([ask.get('/-/healthy').expect(200), ask.get('/').expect(200), ask.get('/sd').expect(200)]);
    for (const release of releases) release();
    expect(await Promise.all(running)).toEqual([200, 200]);
    const again = ask.get('/metrics').then(({ status }) => status);
    await until(3);
    releases[2]?.();
    expect(await again).toBe(200);
    expect(answered).toContain('metrics 503');
  });

  it('are all taken where the limit is 0', async () => {
    const { ask, releases, until } = waiting(0);
    const running = Array.from({ length: 50 }, () => ask.get('/metrics').then(({ status }) => status));
    await until(50);
    for (const release of releases) release();
    expect(new Set(await Promise.all(running))).toEqual(new Set([200]));
  });
});

describe('a large page', () => {
  /** More than the buffers of two sockets hold. */
  const PART = Buffer.alloc(8 * 1024 ** 2, 'a');

  async function listening(count: number, maxRequests = 40) {
    let begun = 0;
    const page = async () => {
      begun += 1;
      return { parts: Array<Buffer>(count).fill(PART), reasons: [], collections: [] };
    };
    const { app } = serving({ maxRequests, pages: () => ({ page }) });
    const server = await serve(app, [{ host: '127.0.0.1', port: 0 }], systemClock);
    onTestFinished(() => server.close());
    return { url: server.urls[0] ?? '', begun: () => begun };
  }

  function unread(url: string): Socket {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    return socket;
  }
  const lengthOf = (stream: NodeJS.ReadableStream) =>
    new Promise<number>((resolve) => {
      let length = 0;
      stream.on('data', (chunk) => {
        length += chunk.length;
      });
      stream.once('close', () => resolve(length));
      stream.resume();
    });

  it('that nobody reads gives way to the next scrape, the oldest first', async () => {
    const { url, begun } = await listening(3, 2);
    const first = unread(url);
    await expect.poll(begun).toBe(1);
    const second = unread(url);
    await expect.poll(begun).toBe(2);
    const third = await fetch(`${url}/metrics`);
    const whole = 3 * PART.length;
    expect([third.status, (await third.arrayBuffer()).byteLength]).toEqual([200, whole]);
    const [cut, kept] = await Promise.all([lengthOf(first), lengthOf(second)]);
    expect([cut < whole, kept > whole]).toEqual([true, true]);
  });

  it('is never copied to be compressed: all who ask share it', async () => {
    const { url } = await listening(16);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const look = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 5);
    onTestFinished(() => clearInterval(look));
    const length = await new Promise<number>((resolve, reject) => {
      const headers = { 'accept-encoding': 'gzip' };
      get(`${url}/metrics`, { headers, agent: false }, (response) => resolve(lengthOf(response))).once('error', reject);
    });
    expect(length).toBeGreaterThan(1000);
    expect(most).toBeLessThan(8 * PART.length);
  });
});

describe('/probe', () => {
  it.each<[string, string]>([
    ['', 'exactly one project is required'],
    ['?project=prod&project=prod', 'exactly one project is required'],
    ['?project=', 'project "" is not configured'],
    ['?project=nobody', 'project "nobody" is not configured'],
    ['?target=http://169.254.169.254', 'unknown parameter "target"; this page knows project, pool, collect[], debug'],
    ['?project=prod&target=http://169.254.169.254', 'unknown parameter "target"'],
    ['?projct=prod', 'unknown parameter "projct"; this page knows project, pool, collect[], debug'],
    ['?project=prod&pools=a', 'unknown parameter "pools"'],
    ['?project=prod&collect=pools', 'unknown parameter "collect"'],
    ['?project=prod&debug=1', 'debug is "1"; it has to be true or false'],
    ['?project=prod&debug=True', 'debug is "True"'],
    ['?project=prod&debug=true&debug=false', 'debug is "true,false"'],
    [`?project=a%26b%2F%C3%BC${'&pool=a'.repeat(1000)}&debug=maybe`, 'debug is "maybe"'],
    ['?project=http://169.254.169.254', 'is not configured'],
    ['?project=prod&collect[]=nothing', 'unknown collector "nothing"'],
    ['?project=prod&collect[]=exporter', 'unknown collector "exporter"'],
    ['?project=prod&pool=', '"" is not a pool id'],
    [`?project=prod&pool=${POOL}&pool=../quotas`, '"../quotas" is not a pool id'],
    [`?project=prod&pool=${'x'.repeat(65)}`, 'is not a pool id'],
    ['?project=prod&pool=another', 'pool another is not configured, and project prod discovers none'],
  ])('refuses %s', async (query, words) => {
    const { ask, asked } = serving();
    const { text } = await ask.get(`/probe${query}`).expect(400);
    expect(text).toContain(words);
    expect(text.trimEnd()).not.toContain('\n');
    expect(asked).toEqual([]);
  });

  it.each<[string, Partial<PageRequest>]>([
    ['?project=prod', { project: 'prod', pools: undefined, collectors: undefined }],
    [`?project=prod&pool=${POOL}`, { pools: [POOL] }],
    [`?project=prod&pool=${POOL.toUpperCase()}`, { pools: [POOL] }],
    ['?project=a%26b%2F%C3%BC&pool=any&pool=other', { project: 'a&b/ü', pools: ['any', 'other'] }],
    ['?project=prod&collect[]=pools&collect[]=sessions', { collectors: ['pools', 'sessions'] }],
    ['?project=prod&debug=true', { project: 'prod' }],
    ['?project=prod&debug=false', { project: 'prod' }],
    ['?project=prod&debug=', { project: 'prod' }],
  ])('shows %s, without the exporter itself', async (query, expected) => {
    const { ask, asked } = serving();
    await ask.get(`/probe${query}`).expect(200);
    expect(asked[0]).toMatchObject({ ...expected, withOwn: false });
  });

  it('answers 503 with the reasons where it is strict and something failed', async () => {
    const reasons = ['prod, pools: HTTP 500', 'prod, pools: HTTP 403'];
    await serving({ reasons }).ask.get('/probe?project=prod').expect(200);
    const { text, headers } = await serving({ reasons, isStrict: () => true })
      .ask.get('/probe?project=prod')
      .expect(503);
    expect(text).toBe('prod, pools: HTTP 500\nprod, pools: HTTP 403\n');
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    await serving({ isStrict: () => true })
      .ask.get('/probe?project=prod')
      .expect(200);
  });
});

describe('/sd', () => {
  const labels = (part: object) => ({
    __scheme__: 'http',
    __metrics_path__: '/probe',
    __param_project: 'prod',
    ...part,
  });

  it('names every project at the host that was asked', async () => {
    const { body, headers } = await serving().ask.get('/sd').set('Host', 'exporter:10054').expect(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toEqual([
      { targets: ['exporter:10054'], labels: labels({ instance: 'exporter:10054/prod' }) },
      { targets: ['exporter:10054'], labels: labels({ __param_project: 'a&b/ü', instance: 'exporter:10054/a&b/ü' }) },
    ]);
  });

  it.each<[string, string, object]>([
    ['https://metrics.example.com', 'metrics.example.com', { __scheme__: 'https' }],
    ['http://10.0.0.1:8080/workspace/', '10.0.0.1:8080', { __metrics_path__: '/workspace/probe' }],
    ['https://[::1]:1/a/b', '[::1]:1', { __scheme__: 'https', __metrics_path__: '/a/b/probe' }],
  ])('names them at %s where that is how others reach it', async (externalUrl, target, part) => {
    const { body } = await serving({ externalUrl }).ask.get('/sd').set('Host', 'ignored/host').expect(200);
    expect(body[0]).toEqual({ targets: [target], labels: labels({ ...part, instance: `${target}/prod` }) });
  });

  it.each(['localhost', 'exporter.monitoring.svc:10054', '127.0.0.1:10054', '[::1]:10054', 'a_b:1'])(
    'takes the host %s',
    async (host) => {
      const { body } = await serving().ask.get('/sd').set('Host', host).expect(200);
      expect(body[0].targets).toEqual([host]);
    },
  );

  it.each([
    'host/path',
    'user@host',
    'host:port',
    'host:123456',
    'host:65536',
    'a b',
    '::1',
    '[zz]:1',
    'host,other',
    '<b>',
    'host:',
  ])('refuses the host %s', async (host) => {
    await serving().ask.get('/sd').set('Host', host).expect(400);
  });
});

describe('the other pages', () => {
  it('/-/healthy is 200 while the process serves', async () => {
    await serving({ isReady: () => false })
      .ask.get('/-/healthy')
      .expect(200, 'Healthy\n');
  });

  it('/-/ready is 200 until the end begins', async () => {
    await serving().ask.get('/-/ready').expect(200, 'Ready\n');
    await serving({ isReady: () => false })
      .ask.get('/-/ready')
      .expect(503, 'Shutting down\n');
  });

  it('/ may run and load nothing', async () => {
    const { headers } = await serving().ask.get('/').expect(200).expect('Content-Type', 'text/html; charset=utf-8');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('/config is text', async () => {
    await serving().ask.get('/config').expect(200, 'scrape: {}\n').expect('Content-Type', 'text/plain; charset=utf-8');
  });

  it.each(['/metrics/', '/Metrics', '/nothing', '/-/', '/%zz', '/..%2f', '//metrics'])('%s is 404', async (path) => {
    const { ask, answered } = serving();
    await ask.get(path).expect(404);
    expect(answered).toEqual(['other 404']);
  });

  it('none says which software serves it', async () => {
    const { headers } = await serving().ask.get('/');
    expect(headers['x-powered-by'] ?? headers.etag ?? headers.server).toBeUndefined();
  });
});

describe('a route prefix', () => {
  const prefixed = (part: Partial<RoutesOptions> = {}) => serving({ routePrefix: '/vdi/exporter', ...part });

  it.each(['/', '/metrics', '/probe?project=prod', '/sd', '/config', '/-/healthy', '/-/ready'])(
    'stands before %s',
    async (path) => {
      const { ask } = prefixed();
      await ask.get(`/vdi/exporter${path}`).expect(200);
      if (path !== '/') await ask.get(path).expect(404);
    },
  );

  it('is left out nowhere, nor written in another way', async () => {
    for (const path of [
      '/vdi/exportermetrics',
      '/vdi/exporters/metrics',
      '/VDI/exporter/metrics',
      '/vdi//exporter/metrics',
    ])
      await prefixed().ask.get(path).expect(404);
  });

  it.each(['/', '/vdi/exporter'])('is what %s leads to, with the slash that relative links need', async (path) => {
    const { ask, answered } = prefixed();
    const { headers } = await ask.get(path).expect(302);
    expect(headers.location).toBe('/vdi/exporter/');
    await ask.head(path).expect(302);
    await ask.post(path).expect(405);
    expect(answered).toEqual(['other 302', 'other 302', 'other 405']);
  });

  it('is before reload, too, and told where nothing is found', async () => {
    await prefixed({ reload: async () => {} })
      .ask.post('/vdi/exporter/-/reload')
      .expect(200);
    const { text } = await prefixed().ask.get('/metrics').expect(404);
    expect(text).toBe('Not found. Metrics are at /vdi/exporter/metrics\n');
  });

  it('is in /sd, unless others reach the exporter at another path', async () => {
    const pathAt = async (externalUrl: string | undefined) => {
      const { body } = await prefixed({ externalUrl }).ask.get('/vdi/exporter/sd').expect(200);
      return body[0].labels.__metrics_path__;
    };
    expect(await pathAt(undefined)).toBe('/vdi/exporter/probe');
    expect(await pathAt('https://example.com/outside')).toBe('/outside/probe');
    expect(await pathAt('https://example.com')).toBe('/probe');
  });

  it('leaves probes exempt from the login, and nothing else', async () => {
    const refusing = async () => ({ status: 401, text: 'no\n' });
    const guard = createGuard({ clock: systemClock, routePrefix: '/vdi/exporter', access: refusing, onRefused() {} });
    const { ask } = prefixed({ guard });
    for (const path of ['/-/healthy', '/-/ready']) await ask.get(`/vdi/exporter${path}`).expect(200);
    for (const path of ['/-/healthy', '/', '/vdi/exporter', '/vdi/exporter/metrics']) await ask.get(path).expect(401);
  });
});

describe('other methods', () => {
  it.each(['post', 'put', 'delete', 'patch', 'options'] as const)(
    '%s is 405 and names those that are allowed',
    async (method) => {
      for (const path of ['/metrics', '/probe?project=prod', '/', '/-/healthy', '/nothing']) {
        const { ask, answered, asked } = serving();
        await ask[method](path).expect(405).expect('Allow', 'GET, HEAD');
        expect(answered).toEqual(['other 405']);
        expect(asked).toEqual([]);
      }
    },
  );
});

describe('every answer', () => {
  it('is counted under its handler', async () => {
    const { ask, answered } = serving();
    for (const path of ['/metrics', '/probe', '/sd', '/', '/-/healthy', '/-/ready', '/config', '/x'])
      await ask.get(path);
    expect(answered).toEqual([
      'metrics 200',
      'probe 400',
      'sd 200',
      'landing 200',
      'healthy 200',
      'ready 200',
      'config 200',
      'other 404',
    ]);
  });
});

describe('/-/reload', () => {
  it('answers POST alone', async () => {
    const { ask, answered } = serving({ reload: async () => {} });
    for (const method of ['get', 'head', 'put', 'delete'] as const)
      await ask[method]('/-/reload').expect(405).expect('Allow', 'POST');
    await ask.post('/-/reload').expect(200, 'Reloaded\n');
    expect(answered.at(-1)).toBe('reload 200');
  });

  it('is forbidden where it is not switched on, and says what would', async () => {
    const { ask } = serving();
    await ask.get('/-/reload').expect(405);
    const { text } = await ask.post('/-/reload').expect(403);
    expect(text).toContain('--web.enable-lifecycle');
  });

  it('says why it failed, and that nothing has changed', async () => {
    const { ask, errors } = serving({
      reload: () => Promise.reject(new Error('config.yml:1:1: a\nconfig.yml:2:1: b')),
    });
    const { text } = await ask.post('/-/reload').expect(500);
    expect(text).toBe('not reloaded; the previous configuration stays in use:\nconfig.yml:1:1: a\nconfig.yml:2:1: b\n');
    expect(errors).toEqual([]);
  });
});

describe('a failure inside', () => {
  it('is logged, and shown without its words', async () => {
    const failing = () => {
      throw new Error('the stack of a secret');
    };
    const { ask, errors, answered } = serving({ pages: () => ({ page: async () => failing() }), config: failing });
    for (const path of ['/metrics', '/config']) {
      const { text } = await ask.get(path).expect(500);
      expect(text).toBe('Internal error; see the log\n');
    }
    expect(errors.map(String)).toEqual(Array(2).fill('Error: the stack of a secret'));
    expect(answered).toEqual(['metrics 500', 'config 500']);
  });
});
