// Errors: from the shapes of the cloud's answers to a kind, a code and words that show no secret.
import { describe, expect, it } from 'vitest';
import { CloudError, checkStatus, FAILURE_KINDS, readError, reasonsOf } from '../../src/cloud/errors.ts';
import type { Answer, Operation } from '../../src/cloud/send.ts';
import { ACTIONS } from '../../src/collectors/index.ts';
import { Secret } from '../../src/option-types/secret.ts';
import { outgoing } from '../support/chain.ts';
import { createFakeClock, START } from '../support/fake-clock.ts';
import { fakeSend } from '../support/fake-send.ts';

async function errorOf(answer: Partial<Answer>, operation: Operation = 'list_desktop_pools'): Promise<CloudError> {
  const asksForPool = operation === 'show_desktop_pool';
  const clock = createFakeClock();
  const send = checkStatus(() => clock.now())(fakeSend(clock, [answer]).send);
  const error: unknown = await send({ ...outgoing(clock), operation, action: ACTIONS[operation], asksForPool }).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof CloudError)) throw new Error(`not refused: ${JSON.stringify(error)}`);
  return error;
}

const flat = (error_code: string, error_msg: string, more = {}) => JSON.stringify({ error_code, error_msg, ...more });

describe('the body of an error', () => {
  it.each<[string, string, { code?: string; message?: string }]>([
    [
      'Workspace',
      flat('WKS.0001', 'no such pool', { error_detail: 'x' }),
      { code: 'WKS.0001', message: 'no such pool' },
    ],
    ['the gateway', flat('APIGW.0301', 'no', { request_id: 'r' }), { code: 'APIGW.0301', message: 'no' }],
    [
      'IAM, nested',
      '{"error":{"code":401,"message":"wrong","title":"Unauthorized"}}',
      { code: '401', message: 'wrong' },
    ],
    ['IAM, flat', flat('IAM.0004', 'no'), { code: 'IAM.0004', message: 'no' }],
    ['camel case', '{"errorCode":"X.1","errorMsg":"no"}', { code: 'X.1', message: 'no' }],
    ['code and message', '{"code":"X.2","message":"no"}', { code: 'X.2', message: 'no' }],
    ['an array', '[{"error_code":"X.3","error_msg":"no"}]', { code: 'X.3', message: 'no' }],
    ['error_code before code', '{"code":"1","error_code":"X.4","error_msg":"no"}', { code: 'X.4', message: 'no' }],
    ['a code alone', '{"error_code":"X.5"}', { code: 'X.5' }],
    ['a message alone', '{"error_msg":"no"}', { message: 'no' }],
    ['JSON of another shape', '{"a":{"b":1}}', {}],
    ['JSON that is no object', 'null', {}],
    ['nesting that goes on', `${'{"a":'.repeat(20)}{"code":"X"}${'}'.repeat(20)}`, {}],
    ['nesting without end', `${'['.repeat(100)}{"code":"X"}`, { message: `${'['.repeat(100)}{"code":"X"}` }],
    ['HTML', '<html><body><h1>Bad  Gateway</h1></body></html>', { message: 'Bad  Gateway' }],
    ['plain text', ' unavailable ', { message: 'unavailable' }],
    ['nothing', '', {}],
  ])('of %s is understood', (_, body, expected) => {
    expect(readError(body)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['a field', flat('PAP5.0001', 'forbidden', { encoded_authorization_message: 'SEALED' })],
    ['the only field', '{"encoded_authorization_message":"SEALED"}'],
    ['an object', '{"encoded_authorization_message":{"code":"1","message":"SEALED"}}'],
    ['the message itself', flat('PAP5.0001', 'forbidden, encoded_authorization_message: SEALED')],
    ['the message, as words', flat('PAP5.0001', 'forbidden. Encoded authorization message: SEALED')],
    [
      'a truncated answer',
      flat('PAP5.0001', 'no', { encoded_authorization_message: 'SEALED'.repeat(9) }).slice(0, -12),
    ],
    ['another spelling', '{"encodedAuthorizationMessage":"SEALED'],
    ['HTML', '<p>encoded_authorization_message</p><p>SEALED</p>'],
  ])('never shows the encrypted reason of a rejection: %s', async (_, body) => {
    expect((await errorOf({ status: 403, body })).message).not.toContain('SEALED');
  });

  it('keeps what was said before the encrypted reason', async () => {
    const body = flat('PAP5.0001', 'forbidden by policy 7, encoded_authorization_message: SEALED');
    expect((await errorOf({ status: 403, body })).message).toContain('PAP5.0001: forbidden by policy 7');
  });

  it('is read in no time, however it is made to hurt', () => {
    const started = performance.now();
    readError('<'.repeat(1_000_000));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('the kind of a failure', () => {
  it.each<[number, string, Operation, string]>([
    [400, flat('WKS.0001', 'x'), 'show_desktop_pool', 'gone'],
    [400, flat('WKS.0001', 'x'), 'list_desktop_pools', 'bad_request'],
    [400, flat('WKS.0001', 'x'), 'list_desktop_pools_by_users', 'bad_request'],
    [400, flat('WKS.0002', 'x'), 'show_desktop_pool', 'bad_request'],
    [401, '', 'show_desktop_pool', 'unauthorized'],
    [403, '', 'show_desktop_pool', 'forbidden'],
    [403, flat('APIGW.0301', 'verify aksk signature fail'), 'show_desktop_pool', 'unauthorized'],
    [400, flat('APIGW.0301', 'verify aksk signature fail'), 'list_desktop_pools', 'unauthorized'],
    [403, flat('APIGW.0307', 'token must be updated'), 'list_desktop_pools', 'unauthorized'],
    [500, flat('APIGW.0301', 'x'), 'list_desktop_pools', 'server'],
    [404, '', 'show_desktop_pool', 'not_found'],
    [408, '', 'show_desktop_pool', 'server'],
    [409, '', 'list_desktop_pools_by_users', 'server'],
    [413, '', 'list_desktop_pools', 'bad_request'],
    [429, '', 'list_desktop_pools', 'throttled'],
    [500, '', 'list_desktop_pools', 'server'],
    [503, '', 'list_desktop_pools', 'server'],
    [302, '', 'list_desktop_pools', 'bad_request'],
  ])('of HTTP %d %s to %s is %s', async (status, body, operation, kind) => {
    expect((await errorOf({ status, body }, operation)).kind).toBe(kind);
  });

  it.each([200, 201, 204])('is none for HTTP %d', async (status) => {
    const clock = createFakeClock();
    const send = checkStatus(() => clock.now())(fakeSend(clock, [{ status }]).send);
    expect(await send(outgoing(clock))).toMatchObject({ status });
  });
});

describe('the details', () => {
  it.each([
    ['x-request-id', 'abc'],
    ['x-iam-trace-id', 'def'],
  ])('have the request id of %s', async (header, id) => {
    expect((await errorOf({ status: 500, headers: { [header]: id } })).details).toMatchObject({
      requestId: id,
      status: 500,
    });
  });

  it.each<[number, number | undefined]>([
    [429, 30_000],
    [503, 30_000],
    [413, 30_000],
    [302, 30_000],
    [500, undefined],
    [401, undefined],
    [404, undefined],
  ])('have the Retry-After of HTTP %d as %s ms', async (status, milliseconds) => {
    expect((await errorOf({ status, headers: { 'retry-after': '30' } })).details.retryAfter).toBe(milliseconds);
  });
});

describe('a redirect', () => {
  it.each([
    ['https://login.example.com/portal/x?ticket=secret#y', 'https://login.example.com/portal/x'],
    ['https://user:secret@login.example.com/', 'https://login.example.com/'],
    ['/v2/elsewhere?ticket=secret', 'https://workspace.example.com/v2/elsewhere'],
    ['//other.example.com:8443/', 'https://other.example.com:8443/'],
  ])('to %s says where it points, and none of its secrets', async (location, target) => {
    const { kind, message } = await errorOf({ status: 302, body: '', headers: { location } });
    expect([kind, message]).toEqual([
      'bad_request',
      `list_desktop_pools: HTTP 302; it points to ${target} and is not followed: check the endpoint`,
    ]);
  });

  it.each([undefined, 'http://'])('without an address is told by its status: %s', async (location) => {
    const { message } = await errorOf({ status: 301, body: '', headers: location === undefined ? {} : { location } });
    expect(message).toBe('list_desktop_pools: HTTP 301');
  });

  it('is what a status of another class is not', async () => {
    expect((await errorOf({ status: 500, body: '', headers: { location: '/x' } })).message).not.toContain('points');
  });
});

describe('the words', () => {
  it('say what was asked, the status, the code and what the cloud said', async () => {
    const error = await errorOf({ status: 500, body: flat('WKS.0500', 'internal error') });
    expect(error.message).toBe('list_desktop_pools: HTTP 500 WKS.0500: internal error');
  });

  it.each<[string, number, string]>([
    ['ahead of', -20 * 60_000, '1200 s ahead of the cloud'],
    ['behind', 20 * 60_000, '1200 s behind the cloud'],
  ])('name the clock skew when a signature expired: %s', async (_, cloud, words) => {
    const body = flat('APIGW.0301', 'calc ak sk signature fail:signature expired');
    const headers = { date: new Date(START + cloud).toUTCString() };
    expect((await errorOf({ status: 401, body, headers })).message).toContain(words);
  });

  it.each<[string, Record<string, string>, string]>([
    ['there is no Date header', {}, 'signature expired'],
    ['the Date is none', { date: 'yesterday' }, 'signature expired'],
    ['the clocks agree', { date: new Date(START).toUTCString() }, 'signature expired'],
    ['it was the key', { date: new Date(START + 9e6).toUTCString() }, 'verify aksk signature fail'],
  ])('name no clock skew when %s', async (_, headers, message) => {
    expect((await errorOf({ status: 401, headers, body: flat('APIGW.0301', message) })).message).not.toContain('clock');
  });

  it.each<[number, string, Operation, string]>([
    [403, flat('WKS.0003', 'no'), 'show_desktop_pool', 'workspace:desktopPools:get'],
    [403, flat('WKS.0003', 'no'), 'list_desktop_pools', 'workspace:desktopPools:list'],
    [403, flat('WKS.0003', 'no'), 'list_desktop_pools_by_users', 'grant workspace:desktopPools:listByUsers'],
    [404, flat('APIGW.0101', 'no'), 'list_desktop_pools', 'wrong endpoint or region'],
    [404, flat('APIG.0101', 'no'), 'list_desktop_pools', 'wrong endpoint or region'],
    [401, flat('APIGW.0307', 'no'), 'list_desktop_pools', 'the token is of another region, or ended early'],
    [
      401,
      flat('APIGW.0301', 'x: verify aksk signature fail'),
      'list_desktop_pools',
      'check the access key and the secret',
    ],
    [
      401,
      flat('APIGW.0301', 'x: access key not exist'),
      'list_desktop_pools',
      'check the access key and the secret key',
    ],
  ])('advise after HTTP %d %s to %s: %s', async (status, body, operation, advice) => {
    expect((await errorOf({ status, body }, operation)).message).toContain(advice);
  });

  it.each<[string, number, string]>([
    ['IAM refuses to sign in', 403, flat('IAM.0011', 'no')],
    ['IAM does not know the user', 401, flat('IAM.0101', 'user not exist')],
  ])('advise no permission and no key where %s', async (_, status, body) => {
    expect((await errorOf({ status, body }, 'create_token')).message).toMatch(/: (no|user not exist)$/);
  });

  it('advise what fits temporary keys, of which nobody has written any', async () => {
    const clock = createFakeClock();
    const body = flat('APIGW.0301', 'verify aksk signature fail');
    const request = { ...outgoing(clock), action: 'x', headers: { 'x-security-token': 't' } };
    const sent = checkStatus(() => clock.now())(fakeSend(clock, [{ status: 401, body }]).send)(request);
    await expect(sent).rejects.toThrow(
      /; were the access key, the secret key and the security token issued together\?$/,
    );
  });

  it('hold no known secret, plain or percent-encoded, in message, code or request id', async () => {
    new Secret('hunter2/%secret');
    const said = `you sent hunter2/%secret and ${encodeURIComponent('hunter2/%secret')}`;
    const error = await errorOf({
      status: 401,
      body: flat(said, said),
      headers: { 'x-request-id': said },
    });
    expect(`${error.message} ${error.details.requestId}`).not.toMatch(/hunter2/);
    expect(error.message).toContain('you sent <secret> and <secret>');
  });

  it.each([
    ['JSON', flat('X.1', 'x'.repeat(5000))],
    ['HTML', `<p>${'x'.repeat(5000)}</p>`],
  ])('hold at most 200 characters of the cloud: %s', async (_, body) => {
    expect((await errorOf({ status: 500, body })).message.match(/x+/)?.[0].length).toBeLessThanOrEqual(200);
  });

  it('are one line without control characters', async () => {
    const error = await errorOf({ status: 500, body: flat('X.1', 'a\u001b[31m\r\nb\u202ec') });
    expect(error.message).toBe('list_desktop_pools: HTTP 500 X.1: a [31m b c');
  });
});

describe('a pool is said to be gone', () => {
  const said = async (status: number, code: string | undefined, operation: Operation) =>
    (await errorOf({ status, body: code === undefined ? '' : flat(code, 'x') }, operation)).kind === 'gone';

  it.each<[number, string | undefined, boolean]>([
    [404, 'WKS.0202', true],
    [404, 'WKS.0001', true],
    [400, 'WKS.0001', true],
    [400, 'WKS.0202', false],
    [404, 'APIGW.0101', false],
    [404, undefined, false],
    [404, 'wks.0202', false],
    [403, 'WKS.0001', false],
    [409, 'WKS.0202', false],
    [500, 'WKS.0001', false],
  ])('by HTTP %d %s: %s', async (status, code, isGone) => {
    expect(await said(status, code, 'show_desktop_pool')).toBe(isGone);
    // Only who asks for one pool hears that it is gone: a list that is not there says nothing of its pools.
    expect(await said(status, code, 'list_desktop_pools')).toBe(false);
  });
});

it('failed attempts are counted by these reasons and no others: alerts and dashboards name them', () => {
  expect(reasonsOf(FAILURE_KINDS)).toEqual([
    'timeout',
    'network',
    'tls',
    'unauthorized',
    'forbidden',
    'not_found',
    'throttled',
    'bad_request',
    'server',
    'schema',
    'aborted',
  ]);
});
