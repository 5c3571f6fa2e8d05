// Stands before the pages: refuses requests that are not allowed or too large.
import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../async/clock.ts';
import { LONGEST_URL } from './limits.ts';
import { type Access, type Refusal, TEXT_REFUSALS } from './web-config/access.ts';

export interface GuardOptions {
  readonly clock: Clock;
  /** The rules of the web configuration; undefined without one. */
  readonly access: Access | undefined;
  /** Seconds. */
  readonly onRefused: (code: number, seconds: number) => void;
}

/** A probe cannot log in, and must not kill a working exporter while somebody edits the file. */
const PROBES = ['/-/healthy', '/-/ready'];

export function createGuard({ clock, access, onRefused }: GuardOptions): RequestHandler {
  return async (request, response, next) => {
    const started = clock.monotonic();
    const refusal =
      refusalBySize(request) ?? (PROBES.includes(request.path) ? undefined : await access?.(request, response));
    if (refusal === undefined) return next();
    response.once('finish', () => onRefused(refusal.status, (clock.monotonic() - started) / 1000));
    refuse(request, response, refusal);
  };
}

/** No page takes a body, so none is read. */
function refusalBySize({ headers, url }: Request): Refusal | undefined {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
  if (hasBody) return { ...TEXT_REFUSALS[413], headers: { Connection: 'close' } };
  if (url.length > LONGEST_URL) return { ...TEXT_REFUSALS[414], headers: { Connection: 'close' } };
  return undefined;
}

function refuse(request: Request, response: Response, { status, words, headers = {} }: Refusal): void {
  const body = Buffer.from(words);
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': body.length,
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
