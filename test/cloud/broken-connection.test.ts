// What errors of sockets and undici are told as.
import { describe, expect, it } from 'vitest';
import { brokenConnection } from '../../src/cloud/broken-connection.ts';

const withCode = (code: string, cause?: unknown) => Object.assign(new Error('words', { cause }), { code });
const told = (error: unknown) => {
  const { kind, words } = brokenConnection(error);
  return [kind, words('host')];
};

describe('a failure', () => {
  it.each([
    ['ECONNREFUSED', 'network', 'cannot reach host'],
    ['EHOSTUNREACH', 'network', 'cannot reach host'],
    ['EAI_AGAIN', 'network', 'cannot reach host'],
    ['ECONNRESET', 'network', 'lost the connection to host'],
    ['EPIPE', 'network', 'lost the connection to host'],
    ['UND_ERR_SOCKET', 'network', 'lost the connection to host'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'network', 'an incomplete answer from host'],
    ['HPE_INVALID_CONSTANT', 'network', 'something that is not HTTP came from host'],
    [
      'UND_ERR_HEADERS_OVERFLOW',
      'schema',
      'an answer with headers of more than 64 KiB, the most that is read, from host',
    ],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'no connection in time to host'],
    ['ERR_SOCKET_CONNECTION_TIMEOUT', 'timeout', 'no connection in time to host'],
    ['ETIMEDOUT', 'timeout', 'no connection in time to host'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', 'no answer in time from host'],
    ['UND_ERR_DESTROYED', 'aborted', 'given up, and closed the connection to host'],
    ['UND_ERR_INVALID_ARG', 'network', 'cannot make a request to host'],
    ['CERT_HAS_EXPIRED', 'tls', 'no trusted TLS connection to host'],
    ['UND_ERR_PRX_TLS', 'tls', 'no trusted TLS connection to host'],
  ])('with the code %s is of the kind %s: %s', (code, kind, words) => {
    expect(told(withCode(code))).toEqual([kind, `${words} (${code})`]);
  });

  it('is told by its innermost code, or by its words', () => {
    expect(brokenConnection(withCode('UND_ERR', withCode('EPIPE'))).code).toBe('EPIPE');
    expect(told(new TypeError('odd'))).toEqual(['network', 'cannot reach host (odd)']);
    expect(told('text')).toEqual(['network', 'cannot reach host (unknown error)']);
  });

  it('of several addresses is told by one that says something of the host', () => {
    const of = (...codes: string[]) => brokenConnection(new AggregateError(codes.map((code) => withCode(code)))).code;
    expect(of('ENETUNREACH', 'ECONNREFUSED')).toBe('ECONNREFUSED');
    expect(of('ECONNREFUSED', 'ENETUNREACH')).toBe('ECONNREFUSED');
    expect(of('ENETUNREACH', 'EHOSTUNREACH')).toBe('ENETUNREACH');
  });
});
