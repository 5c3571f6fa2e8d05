// The simulator's verifier against the public test vectors (huaweicloud-sdk-python-v3, huaweicloud-sdk-go-v3, Huawei's help pages).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CloudRequest } from '../../src/simulator/reply.ts';
import {
  canonicalRequest,
  isSignedWith,
  parseAuthorization,
  parseSdkDate,
  sha256,
  signatureOf,
} from '../../src/simulator/signature.ts';

interface Vector {
  readonly name: string;
  readonly request: CloudRequest;
  readonly signed: readonly string[];
  readonly secretKey?: string;
  readonly canonicalHash?: string;
  readonly signature: string;
}

const python = { host: 'service.endpoint.myhuaweicloud.com', 'x-sdk-date': '20200608T023900Z' };
const go = { 'x-sdk-date': '20060102T150405Z' };
const project = '0bec5db98280d2d02fd6c00c2de791ce';
const own = {
  host: 'workspace.ap-southeast-3.myhuaweicloud.com',
  'x-project-id': project,
  'x-sdk-date': '20260102T030405Z',
};

const vectors: readonly Vector[] = [
  {
    name: 'V1, a GET with a query',
    request: { method: 'GET', url: '/resources?size=1', headers: python },
    signed: ['host', 'x-sdk-date'],
    canonicalHash: 'de94dd1e1ccdb730b403ce35d7e14f7c7b04337f6def1c3a3a2ba936852b133f',
    signature: 'cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842',
  },
  {
    name: 'V2, a POST with a body',
    request: { method: 'POST', url: '/resources?size=1', headers: python, body: '{"name":"test","id":1}' },
    signed: ['host', 'x-sdk-date'],
    signature: '436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f',
  },
  {
    name: 'V3, the date alone signed',
    request: { method: 'GET', url: '/path?limit=1', headers: go },
    signed: ['x-sdk-date'],
    signature: '5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624',
  },
  {
    name: 'V4, a body that ends with a line feed',
    request: { method: 'POST', url: '/path?key=value', headers: go, body: '{"Name":"test","Id":1}\n' },
    signed: ['x-sdk-date'],
    signature: 'cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59',
  },
  {
    name: 'V5, the content type signed',
    request: {
      method: 'GET',
      url: '/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
      headers: {
        host: 'service.region.example.com',
        'content-type': 'application/json',
        'x-sdk-date': '20191115T033655Z',
      },
    },
    signed: ['content-type', 'host', 'x-sdk-date'],
    secretKey: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc',
    canonicalHash: 'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a',
    signature: '7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
  },
  {
    name: 'V6, repeated keys sent in another order',
    request: {
      method: 'GET',
      url: `/v2/${project}/desktop-pools/statistics/by-users?user_ids=user-b&user_ids=user-a&offset=0&limit=10`,
      headers: own,
    },
    signed: ['host', 'x-project-id', 'x-sdk-date'],
    canonicalHash: 'a4e79616545f126e392060c60387a07673e72320b11dd42eade5904c7f351cff',
    signature: '2349212be2b61f7a7e9f0684ef49a7448bfc6db21500647b7d048ff46f92526e',
  },
  {
    name: 'V7, a security token and characters that want escaping',
    request: {
      method: 'GET',
      url: `/v2/${project}/desktop-pools?name=a%20b*~(%C3%A9)&limit=1000&offset=0`,
      headers: { ...own, 'x-security-token': 'tok+en/==' },
    },
    signed: ['host', 'x-project-id', 'x-sdk-date', 'x-security-token'],
    canonicalHash: '54f8490291698cd1776396e35e0f6093dfd443ea5282a5a2c576a7010627926f',
    signature: '803aee2a30090c3e1f0feada4a0202b99d5614c12b53ad74a082c4f6126cafb7',
  },
];

describe('the signature verifier', () => {
  test.each(vectors)('computes $name', ({ request, signed, secretKey = 'SecretKey', canonicalHash, signature }) => {
    if (canonicalHash !== undefined) expect(sha256(canonicalRequest(request, signed))).toBe(canonicalHash);
    expect(signatureOf(request, signed, secretKey)).toBe(signature);
  });

  test.each(vectors)(
    'refuses $name with any one digit changed',
    ({ request, signed, secretKey = 'SecretKey', signature }) => {
      const accepts = (text: string) =>
        isSignedWith(request, { accessKey: 'AccessKey', signedHeaders: signed, signature: text }, secretKey);
      expect(accepts(signature)).toBe(true);
      for (let index = 0; index < signature.length; index += 1) {
        const other = signature[index] === '0' ? '1' : '0';
        expect(accepts(signature.slice(0, index) + other + signature.slice(index + 1))).toBe(false);
      }
    },
  );

  test('encodes a query as the vendor’s signer tests do', () => {
    const test = encodeURIComponent('一 (&=?!#%.*)');
    const url = `/?limit=1&enable=true&test=${test}&path=/tmp/123&multi=3&multi=1&multi=2`;
    expect(canonicalRequest({ method: 'GET', url, headers: {} }, []).split('\n')[2]).toBe(
      'enable=true&limit=1&multi=1&multi=2&multi=3&path=%2Ftmp%2F123&test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29',
    );
  });

  test('sees every change of method, path, query, signed header and body', () => {
    const text = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'abcXYZ019-_') });
    const parts = fc.record({ method: fc.constantFrom('GET', 'PUT'), path: text, query: text, date: text, body: text });
    const sign = (part: { method: string; path: string; query: string; date: string; body: string }) =>
      signatureOf(
        {
          method: part.method,
          url: `/${part.path}?q=${part.query}`,
          headers: { 'x-sdk-date': part.date },
          body: part.body,
        },
        ['x-sdk-date'],
        'secret',
      );
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const isSame = JSON.stringify(left) === JSON.stringify(right);
        expect(sign(left) === sign(right)).toBe(isSame);
      }),
    );
  });

  test('refuses a request line with a broken escape instead of failing', () => {
    const authorization = { accessKey: 'A', signedHeaders: ['x-sdk-date'], signature: '0'.repeat(64) };
    expect(isSignedWith({ method: 'GET', url: '/v2/%zz', headers: {} }, authorization, 'secret')).toBe(false);
  });

  test('reads an Authorization header', () => {
    const signature = 'a'.repeat(64);
    const text = `SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=${signature}`;
    expect(parseAuthorization(text)).toEqual({ accessKey: 'AK', signedHeaders: ['host', 'x-sdk-date'], signature });
  });

  test.each(['', 'Bearer x', 'SDK-HMAC-SHA256 Access=AK', 'SDK-HMAC-SHA256 Access=AK, SignedHeaders=a, Signature=XYZ'])(
    'does not read %j as one',
    (text) => expect(parseAuthorization(text)).toBeUndefined(),
  );

  test('reads X-Sdk-Date and nothing like it', () => {
    expect(parseSdkDate('20260102T030405Z')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(parseSdkDate('2026-01-02T03:04:05Z')).toBeNaN();
    expect(parseSdkDate('20261302T030405Z')).toBeNaN();
  });
});
