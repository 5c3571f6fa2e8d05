// Sends an answer: with the headers of all answers, compressed for clients that accept it, and piece by piece.
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { acceptsGzip } from '../metrics/negotiate.ts';
import { gzip } from './gzip.ts';

export const TEXT = 'text/plain; charset=utf-8';
/** Below this, compressing costs more than it saves. */
const MIN_GZIP_BYTES = 1024;
const PIECE_BYTES = 64 * 1024;

/** Resolves when everything is handed over, or the client has gone. */
export async function send(
  response: Response,
  status: number,
  type: string,
  ...parts: readonly (string | Buffer)[]
): Promise<void> {
  const { headers, method } = response.req;
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Vary', 'Accept, Accept-Encoding');
  let body: readonly Buffer[] = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  if (sizeOf(body) >= MIN_GZIP_BYTES && acceptsGzip(headers['accept-encoding'])) {
    body = await gzip(body);
    response.setHeader('Content-Encoding', 'gzip');
  }
  response.setHeader('Content-Length', sizeOf(body));
  // Fails only if the client has gone.
  await pipeline(pieces(method === 'HEAD' ? [] : body), response).catch(() => {});
}

/** So a client that reads slowly is seen to make progress, and one that does not read holds a piece beside the page that all share. */
function* pieces(parts: readonly Buffer[]): Generator<Buffer> {
  for (const part of parts)
    for (let at = 0; at < part.length; at += PIECE_BYTES) yield part.subarray(at, at + PIECE_BYTES);
}

const sizeOf = (parts: readonly Buffer[]) => parts.reduce((sum, { length }) => sum + length, 0);
