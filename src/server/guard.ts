// Stands before the pages: refuses requests that are not allowed or too large.
import type { Request, RequestHandler } from 'express';
import type { Clock } from '../async/clock.ts';
import { MAX_URL_LENGTH } from './limits.ts';
import { send, TEXT } from './send.ts';
import { type Access, REFUSALS, type Refusal } from './web-config/access.ts';

export interface GuardOptions {
  readonly clock: Clock;
  /** Before every path; empty for none. */
  readonly routePrefix: string;
  /** The rules of the web configuration; undefined without one. */
  readonly access: Access | undefined;
  /** Seconds. */
  readonly onRefused: (code: number, seconds: number) => void;
}

/** A probe cannot log in, and must not kill a working exporter while somebody edits the file. */
const PROBES = ['/-/healthy', '/-/ready'];

export function createGuard({ clock, routePrefix, access, onRefused }: GuardOptions): RequestHandler {
  const exempt = PROBES.map((path) => routePrefix + path);
  return async (request, response, next) => {
    const started = clock.monotonic();
    const refusal =
      checkSize(request) ?? (exempt.includes(request.path) ? undefined : await access?.(request, response));
    if (refusal === undefined) return next();
    const { status, text, headers = {} } = refusal;
    response.once('finish', () => onRefused(status, (clock.monotonic() - started) / 1000));
    return send(response.set(headers), status, TEXT, text);
  };
}

/** No page takes a body, so none is read, and its connection cannot be used again. */
function checkSize({ headers, url }: Request): Refusal | undefined {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
  if (hasBody) return { ...REFUSALS[413], headers: { Connection: 'close' } };
  return url.length > MAX_URL_LENGTH ? { ...REFUSALS[414], headers: { Connection: 'close' } } : undefined;
}
