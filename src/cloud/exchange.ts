// One request over a dispatcher and its whole answer, with limits. `dispatch` with a handler of our own: `request` of undici makes a
// stream of each body, for twice the processor time of the whole exchange.
import { onAbort } from '../async/deadline.ts';
import { redact } from '../option-types/secret.ts';
import { CloudError, isSuccess } from './errors.ts';
import type { Answer, Outgoing } from './send.ts';
import type { Dispatcher } from './undici.ts';

const MIB = 1024 * 1024;
/** Of a pool, a token, quotas: all of them are a few KiB. */
const MOST_BYTES = MIB;
/** Of a refusal, which says in a sentence what is wrong. What is beyond is not read; the status says enough. */
const MOST_BYTES_OF_REFUSAL = 64 * 1024;

/** Rejects with a `CloudError` of kind schema, with the reason of the signal as soon as it fires, or with undici's own error. */
export const exchange = async (outgoing: Outgoing, dispatcher: Dispatcher): Promise<Answer> =>
  answerOf(outgoing, await receive(outgoing, dispatcher));

interface Received extends Pick<Answer, 'status' | 'headers'> {
  readonly chunks: readonly Buffer[];
}

function receive(outgoing: Outgoing, dispatcher: Dispatcher): Promise<Received> {
  const { url, method, headers, body = null, deadline } = outgoing;
  return new Promise((resolve, reject) => {
    let head: Pick<Answer, 'status' | 'headers'> = { status: 0, headers: {} };
    let size = 0;
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;
    let leave = () => {};
    const end = (error?: Error) => {
      if (isOver) return;
      isOver = true;
      leave();
      // A refusal is one by its status line, whatever becomes of its body: what is not counted as one locks accounts.
      if (error !== undefined && (head.status === 0 || isSuccess(head.status))) reject(error);
      else resolve({ ...head, chunks });
    };
    /** What is under way is broken off; what still waits for a connection is not sent. */
    const giveUp = (error: Error) => {
      end(error);
      controller?.abort(error);
    };
    leave = onAbort(deadline.signal, () => giveUp(deadline.signal.reason));
    if (isOver) return;
    dispatcher.dispatch(
      { origin: url.origin, path: `${url.pathname}${url.search}`, method, headers, body },
      {
        onRequestStart(started) {
          controller = started;
          if (isOver) started.abort(deadline.signal.reason);
        },
        onResponseStart(_, code, heads) {
          // Not hints ahead of the answer.
          if (code >= 200) head = { status: code, headers: flat(heads) };
        },
        onResponseData(_, chunk) {
          size += chunk.length;
          chunks.push(chunk);
          if (size > mostBytesOf(outgoing, head.status)) giveUp(tooLong(outgoing, head.status));
        },
        onResponseEnd: () => end(),
        onResponseError: (_, error) => end(error),
      },
    );
  });
}

const mostBytesOf = ({ mostBytes = MOST_BYTES }: Outgoing, status: number) =>
  isSuccess(status) ? mostBytes : MOST_BYTES_OF_REFUSAL;

function flat(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Answer['headers'] {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ');
  return joined;
}

const decoder = new TextDecoder();

/** Throws where a 2xx is compressed: nobody asked for that. */
function answerOf(outgoing: Outgoing, { status, headers, chunks }: Received): Answer {
  const encoding = headers['content-encoding'] || 'identity';
  if (encoding !== 'identity') {
    if (!isSuccess(status)) return { status, headers, body: '' };
    const words = `${outgoing.operation}: the answer of ${outgoing.url.host} is compressed (${redact(encoding)})`;
    throw new CloudError('schema', `${words}, which was not asked for; is a proxy in between?`, { status });
  }
  const [first = Buffer.alloc(0)] = chunks;
  const bytes = chunks.length > 1 ? Buffer.concat(chunks) : first;
  return { status, headers, body: decoder.decode(bytes.subarray(0, mostBytesOf(outgoing, status))) };
}

const tooLong = ({ operation, url, mostBytes = MOST_BYTES }: Outgoing, status: number) =>
  new CloudError(
    'schema',
    `${operation}: the answer of ${url.host} is longer than ${mostBytes / MIB} MiB, the most that is read of one`,
    { status },
  );
