// The signature, stage by stage, against published vectors (V1–V5 of the vendor's SDKs and guide, V6–V7 computed apart).
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  authorization,
  canonicalQuery,
  canonicalRequest,
  encode,
  sdkDate,
  signatureOf,
  stringToSign,
} from '../../../src/cloud/auth/signature.ts';
import { isSignedWith, parseAuthorization } from '../../../src/simulator/signature.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const KEYS = { accessKey: 'AccessKey', secretKey: 'SecretKey' };
const PROJECT = '0bec5db98280d2d02fd6c00c2de791ce';
const HOST = 'service.endpoint.myhuaweicloud.com';

interface Vector {
  readonly id: string;
  readonly method?: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly keys?: { readonly accessKey: string; readonly secretKey: string };
  readonly query: string;
  /** Where the source tells it. */
  readonly canonicalHash?: string;
  readonly signed: string;
  readonly signature: string;
}

const local = {
  host: 'workspace.ap-southeast-3.myhuaweicloud.com',
  'x-sdk-date': '20260102T030405Z',
  'x-project-id': PROJECT,
};

const vectors: readonly Vector[] = [
  {
    id: 'V1',
    url: `https://${HOST}/resources?size=1`,
    headers: { host: HOST, 'x-sdk-date': '20200608T023900Z' },
    query: 'size=1',
    canonicalHash: 'de94dd1e1ccdb730b403ce35d7e14f7c7b04337f6def1c3a3a2ba936852b133f',
    signed: 'host;x-sdk-date',
    signature: 'cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842',
  },
  {
    id: 'V2',
    method: 'POST',
    url: `https://${HOST}/resources?size=1`,
    headers: { host: HOST, 'x-sdk-date': '20200608T023900Z' },
    body: '{"name":"test","id":1}',
    query: 'size=1',
    signed: 'host;x-sdk-date',
    signature: '436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f',
  },
  {
    id: 'V3',
    url: 'https://any.example.com/path?limit=1',
    headers: { 'x-sdk-date': '20060102T150405Z' },
    query: 'limit=1',
    signed: 'x-sdk-date',
    signature: '5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624',
  },
  {
    id: 'V4',
    method: 'POST',
    url: 'https://any.example.com/path?key=value',
    headers: { 'x-sdk-date': '20060102T150405Z' },
    body: '{"Name":"test","Id":1}\n',
    query: 'key=value',
    signed: 'x-sdk-date',
    signature: 'cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59',
  },
  {
    id: 'V5',
    url: 'https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
    headers: {
      'content-type': 'application/json',
      host: 'service.region.example.com',
      'x-sdk-date': '20191115T033655Z',
    },
    keys: { accessKey: 'QTWAOYTTINDUT2QVKYUC', secretKey: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' },
    query: 'limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
    canonicalHash: 'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a',
    signed: 'content-type;host;x-sdk-date',
    signature: '7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
  },
  {
    id: 'V6',
    url: `https://${local.host}/v2/${PROJECT}/desktop-pools/statistics/by-users?user_ids=user-b&user_ids=user-a&offset=0&limit=10`,
    headers: local,
    query: 'limit=10&offset=0&user_ids=user-a&user_ids=user-b',
    canonicalHash: 'a4e79616545f126e392060c60387a07673e72320b11dd42eade5904c7f351cff',
    signed: 'host;x-project-id;x-sdk-date',
    signature: '2349212be2b61f7a7e9f0684ef49a7448bfc6db21500647b7d048ff46f92526e',
  },
  {
    id: 'V7',
    url: `https://${local.host}/v2/${PROJECT}/desktop-pools?name=${encode('a b*~(é)')}&limit=1000&offset=0`,
    headers: { ...local, 'x-security-token': 'tok+en/==' },
    query: 'limit=1000&name=a%20b%2A~%28%C3%A9%29&offset=0',
    canonicalHash: '54f8490291698cd1776396e35e0f6093dfd443ea5282a5a2c576a7010627926f',
    signed: 'host;x-project-id;x-sdk-date;x-security-token',
    signature: '803aee2a30090c3e1f0feada4a0202b99d5614c12b53ad74a082c4f6126cafb7',
  },
];

describe.each(vectors)('vector $id', ({ method = 'GET', url, headers, body, keys = KEYS, ...expected }) => {
  const request = { method, url: new URL(url), headers, body };
  const canonical = canonicalRequest(request);

  it('has the canonical query', () => {
    expect(canonicalQuery(request.url)).toBe(expected.query);
    expect(canonical.split('\n')[2]).toBe(expected.query);
  });

  if (expected.canonicalHash !== undefined)
    it('has the hash of the canonical request', () => {
      expect(sha256(canonical)).toBe(expected.canonicalHash);
    });

  it('has the signature', () => {
    const text = stringToSign(headers['x-sdk-date'] ?? '', canonical);
    expect(signatureOf(keys.secretKey, text)).toBe(expected.signature);
  });

  it('has the Authorization header', () => {
    expect(authorization(request, keys)).toBe(
      `SDK-HMAC-SHA256 Access=${keys.accessKey}, SignedHeaders=${expected.signed}, Signature=${expected.signature}`,
    );
  });
});

describe('the canonical request', () => {
  const request = (path: string, body?: string) => ({
    method: 'GET',
    url: new URL(`https://h.example.com${path}`),
    headers: { 'x-sdk-date': '20260102T030405Z' },
    body,
  });
  const path = (text: string) => canonicalRequest(request(text)).split('\n')[1];

  it.each([
    ['/v2/p', '/v2/p/'],
    ['/v2/p/', '/v2/p/'],
    ['/', '/'],
    ['/a%20b/c', '/a%20b/c/'],
    ["/a!'()*~", '/a%21%27%28%29%2A~/'],
    ['/%C3%A9/一', '/%C3%A9/%E4%B8%80/'],
    ['/a%2Fb', '/a%2Fb/'],
  ])('has the path %s as %s', (sent, signed) => {
    expect(path(sent)).toBe(signed);
  });

  it('leaves the slash out of the request itself', () => {
    const { url } = request('/v2/p');
    authorization({ ...request('/v2/p'), url }, KEYS);
    expect(url.pathname).toBe('/v2/p');
  });

  it('ends in the hash of the body, of no body as of an empty one', () => {
    const last = (body?: string) => canonicalRequest(request('/', body)).split('\n').at(-1);
    expect(last()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(last('{"name":"test","id":1}')).toBe('8ed555081b9961769014bc1182c629bb0fe68d7b01c1fc1caab4dc791f377e8c');
  });

  it('has lower-case header names, trimmed values, sorted, and an empty line after them', () => {
    const headers = { 'X-Sdk-Date': '20260102T030405Z', Host: ' h.example.com ' };
    expect(
      canonicalRequest({ ...request('/'), headers })
        .split('\n')
        .slice(3, 7),
    ).toEqual(['host:h.example.com', 'x-sdk-date:20260102T030405Z', '', 'host;x-sdk-date']);
  });
});

describe('the canonical query', () => {
  const query = (pairs: readonly (readonly [string, string])[]) =>
    canonicalQuery(
      new URL(`https://h.example.com/?${pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}`),
    );

  it('is the one of the test of the vendor’s Go and Python SDKs', () => {
    expect(
      query([
        ['limit', '1'],
        ['enable', 'true'],
        ['test', '一 (&=?!#%.*)'],
        ['path', '/tmp/123'],
        ['multi', '2'],
        ['multi', '3'],
        ['multi', '1'],
      ]),
    ).toBe(
      'enable=true&limit=1&multi=1&multi=2&multi=3&path=%2Ftmp%2F123&test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29',
    );
  });

  it.each<[string, [string, string][], string]>([
    ['no parameter', [], ''],
    ['a parameter without a value', [['a', '']], 'a='],
    [
      'values that sort by their characters, not by their encoding',
      [
        ['a', 'é'],
        ['a', 'z'],
      ],
      'a=z&a=%C3%A9',
    ],
    [
      'names that sort by their characters, not by their encoding',
      [
        ['é', '1'],
        ['~', '2'],
      ],
      '~=2&%C3%A9=1',
    ],
    [
      'characters beyond the basic plane, which sort last',
      [
        ['a', '😀'],
        ['a', '\uffee'],
      ],
      'a=%EF%BF%AE&a=%F0%9F%98%80',
    ],
  ])('is right for %s', (_, pairs, expected) => {
    expect(query(pairs)).toBe(expected);
  });

  it('reads a plus as a space', () => {
    expect(canonicalQuery(new URL('https://h.example.com/?a=b+c'))).toBe('a=b%20c');
  });
});

it.each([
  ["!'()*", '%21%27%28%29%2A'],
  ['AZaz09-_.~', 'AZaz09-_.~'],
  [' +/&=?#%', '%20%2B%2F%26%3D%3F%23%25'],
  ['é一😀', '%C3%A9%E4%B8%80%F0%9F%98%80'],
])('encodes %s as %s', (text, encoded) => {
  expect(encode(text)).toBe(encoded);
});

it.each([
  [Date.UTC(2026, 0, 2, 3, 4, 5), '20260102T030405Z'],
  [Date.UTC(2026, 11, 31, 23, 59, 59, 999), '20261231T235959Z'],
])('writes the date %d as %s', (now, text) => {
  expect(sdkDate(now)).toBe(text);
});

it('is accepted by a verifier written apart, whatever path, query and body are', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  // A URL swallows segments of dots: they are no ids.
  const segment = text.filter((one) => one !== '' && !/^\.+$/.test(one));
  const pairs = fc.array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom('a', 'user_ids'),
        text.filter((one) => one !== ''),
      ),
      text,
    ),
  );
  fc.assert(
    fc.property(fc.array(segment), pairs, fc.option(text), text, (path, query, body, secretKey) => {
      const target = `/${path.map(encode).join('/')}?${query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}`;
      const headers = { host: 'h.example.com', 'x-sdk-date': '20260102T030405Z', 'x-project-id': PROJECT };
      const request = {
        method: 'POST',
        url: new URL(`https://h.example.com${target}`),
        headers,
        body: body ?? undefined,
      };
      const parsed = parseAuthorization(authorization(request, { accessKey: 'AccessKey', secretKey }));
      if (parsed === undefined) throw new Error('no Authorization header');
      const wire = { method: 'POST', url: `${request.url.pathname}${request.url.search}`, headers, body: body ?? '' };
      expect(isSignedWith(wire, parsed, secretKey)).toBe(true);
      expect(isSignedWith({ ...wire, url: `${wire.url}&x=1` }, parsed, secretKey)).toBe(false);
    }),
    { numRuns: 300 },
  );
});
