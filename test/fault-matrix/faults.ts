// The one table of faults: what comes in place of an answer, and how a read that it hits must fail.
import { onAbort } from '../../src/async/deadline.ts';
import { brokenConnection } from '../../src/cloud/broken-connection.ts';
import { CloudError, type FailureKind } from '../../src/cloud/errors.ts';
import type { Answer, Outgoing } from '../../src/cloud/send.ts';
import type { FakeClock } from '../support/fake-clock.ts';

export interface Fault {
  /** Stands for the answer that was on its way. */
  spoil(request: Outgoing, answer: Answer, clock: FakeClock): Answer | Promise<Answer>;
  /** `none`: the read succeeds. `either`: it may fail, or lose what is wrong in it. */
  readonly fails: FailureKind | 'none' | 'either';
}

/** As the transport would reject. */
const broken = (code: string): Fault['spoil'] =>
  function reject({ operation, url }) {
    const { kind, words } = brokenConnection(Object.assign(new Error(code), { code }));
    throw new CloudError(kind, `${operation}: ${words(url.host)}`);
  };

/** A gateway, or what poses as one, that repeats everything it heard, with the sealed reason of the real service. */
const status =
  (code: number, error: (heard: string) => unknown, headers: Answer['headers'] = {}): Fault['spoil'] =>
  ({ headers: sent, body = '', url }) => {
    const said = error(`${JSON.stringify(sent)} ${body} ${url}`);
    return { status: code, headers, body: typeof said === 'string' ? said : JSON.stringify(said) };
  };
const gateway = (error_code: string) => (heard: string) => ({
  error_code,
  error_msg: `No. ${heard}`,
  encoded_authorization_message: SEALED,
});
export const SEALED = 'U0VBTEVEIFJFQVNPTg';
const iam = (title: string) => (heard: string) => ({ error: { code: 400, title, message: `No. ${heard}` } });
const html = (heard: string) => `<html><body><h1>Bad Gateway</h1>${heard}</body></html>`;

/** A success that holds something else. */
const holds =
  (body: string | ((text: string) => string)): Fault['spoil'] =>
  (_, answer) => ({ ...answer, status: 200, body: typeof body === 'string' ? body : body(answer.body) });
const changed = (change: (value: unknown) => unknown) =>
  holds((text) => JSON.stringify(JSON.parse(text || '{}', (_, value) => change(value))));

const after =
  (milliseconds: number): Fault['spoil'] =>
  ({ deadline: { signal } }, answer, clock) =>
    new Promise((resolve, reject) => {
      onAbort(signal, () => reject(signal.reason));
      if (Number.isFinite(milliseconds)) clock.after(milliseconds, () => resolve(answer));
    });
const httpDate = (clock: FakeClock, milliseconds: number) => new Date(clock.now() + milliseconds).toUTCString();

export const faults: Readonly<Record<string, Fault>> = {
  'a refused connection': { spoil: broken('ECONNREFUSED'), fails: 'network' },
  'an unknown name': { spoil: broken('ENOTFOUND'), fails: 'network' },
  'an expired certificate': { spoil: broken('CERT_HAS_EXPIRED'), fails: 'tls' },
  'a reset': { spoil: broken('ECONNRESET'), fails: 'network' },
  'an answer that ends early': { spoil: broken('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'), fails: 'network' },
  'what is not HTTP': { spoil: broken('HPE_INVALID_CONSTANT'), fails: 'network' },
  'no answer at all': { spoil: after(Number.POSITIVE_INFINITY), fails: 'timeout' },
  'an answer that drips for 20 s': { spoil: after(20_000), fails: 'timeout' },
  'an answer after 2 s': { spoil: after(2000), fails: 'none' },
  'an empty body': { spoil: holds(''), fails: 'schema' },
  null: { spoil: holds('null'), fails: 'schema' },
  'a number': { spoil: holds('42'), fails: 'schema' },
  'a list': { spoil: holds('[]'), fails: 'schema' },
  'JSON that breaks off': { spoil: holds((text) => text.slice(0, -1)), fails: 'schema' },
  'HTML as a success': { spoil: holds(html('')), fails: 'schema' },
  'JSON that is too deep': { spoil: holds(`${'['.repeat(100)}${']'.repeat(100)}`), fails: 'schema' },
  'null in every field': { spoil: changed((value) => (typeof value === 'object' ? value : null)), fails: 'either' },
  'another type in every field': {
    spoil: changed((value) => (typeof value === 'object' ? value : { was: typeof value })),
    fails: 'either',
  },
  'a wrong content type': {
    spoil: (_, answer) => ({ ...answer, headers: { ...answer.headers, 'content-type': 'text/html' } }),
    fails: 'none',
  },
  'a redirect': {
    spoil: (request, answer, clock) =>
      status(302, html, { location: 'https://elsewhere.example/?token=a' })(request, answer, clock),
    fails: 'bad_request',
  },
  '400 of the gateway': { spoil: status(400, gateway('APIGW.0106')), fails: 'bad_request' },
  '400 of IAM': { spoil: status(400, iam('Bad Request')), fails: 'bad_request' },
  '401': { spoil: status(401, gateway('APIGW.0301')), fails: 'unauthorized' },
  '401 because a clock is wrong': {
    spoil: (request, answer, clock) =>
      status(401, () => ({ error_code: 'APIGW.0301', error_msg: 'signature expired' }), {
        date: httpDate(clock, -1_200_000),
      })(request, answer, clock),
    fails: 'unauthorized',
  },
  '401 of IAM': { spoil: status(401, iam('Unauthorized')), fails: 'unauthorized' },
  '403': { spoil: status(403, gateway('WKS.0403')), fails: 'forbidden' },
  '404 of the gateway': { spoil: status(404, gateway('APIGW.0101')), fails: 'not_found' },
  '404 of nobody': { spoil: status(404, html), fails: 'not_found' },
  '408': { spoil: status(408, gateway('APIGW.0201')), fails: 'server' },
  '409': { spoil: status(409, gateway('WKS.00010032')), fails: 'server' },
  '429': { spoil: status(429, gateway('APIGW.0308')), fails: 'throttled' },
  '429 with seconds': { spoil: status(429, gateway('APIGW.0308'), { 'retry-after': '7' }), fails: 'throttled' },
  '429 with a date': {
    spoil: (request, answer, clock) =>
      status(429, gateway('APIGW.0308'), { 'retry-after': httpDate(clock, 7000) })(request, answer, clock),
    fails: 'throttled',
  },
  '500': { spoil: status(500, gateway('APIGW.0601')), fails: 'server' },
  '502 in HTML': { spoil: status(502, html), fails: 'server' },
  '503': { spoil: status(503, gateway('APIGW.0613')), fails: 'server' },
  '504': { spoil: status(504, gateway('APIGW.0201')), fails: 'server' },
};
