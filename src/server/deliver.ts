// Hands an answer to its connection piece by piece: a client that reads slowly is seen to make progress, and one that does not
// read holds no more than a piece in memory beside the page that all share.
import type { ServerResponse } from 'node:http';

const PIECE_BYTES = 64 * 1024;

/** Ends the response. Resolves when everything is handed over, or the client has gone. */
export async function deliver(response: ServerResponse, parts: readonly Buffer[]): Promise<void> {
  for (const part of parts)
    for (let at = 0; at < part.length; at += PIECE_BYTES) {
      if (response.destroyed) return;
      if (!response.write(part.subarray(at, at + PIECE_BYTES))) await drained(response);
    }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
