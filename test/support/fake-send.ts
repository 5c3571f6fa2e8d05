// The cloud as a script: what it answers to which request, when, and a record of what was sent.
import type { Clock } from '../../src/async/clock.ts';
import { onAbort } from '../../src/async/deadline.ts';
import type { Answer, Outgoing, Send } from '../../src/cloud/send.ts';

/** A status (2xx: `{}`, else the gateway's error), an answer in parts, an error to reject with, or no answer until the signal fires. */
export type Scripted = number | Partial<Answer> | Error | 'hang';

export interface Sent {
  readonly at: number;
  readonly request: Outgoing;
}

export interface FakeSend {
  readonly send: Send;
  readonly sent: readonly Sent[];
}

const CODES: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ['APIGW.0301', 'Incorrect IAM authentication information: verify aksk signature fail'],
  403: ['WKS.0003', 'You are not authorized to perform this action.'],
  404: ['WKS.0202', 'The resource does not exist.'],
  429: ['APIGW.0308', 'The throttling threshold has been reached'],
};

export function answerOf(scripted: number | Partial<Answer>): Answer {
  if (typeof scripted !== 'number') return { status: 200, headers: {}, body: '{}', ...scripted };
  const [error_code, error_msg] = CODES[scripted] ?? ['APIGW.0201', 'Backend unavailable'];
  const body = scripted < 300 ? '{}' : JSON.stringify({ error_code, error_msg });
  return { status: scripted, headers: {}, body };
}

/**
 * A `Send` that answers by the script: a list (its last entry goes on for ever) or a function of the request and its
 * number from 0. Answers come `delay` milliseconds later by the clock.
 */
export function fakeSend(
  clock: Clock,
  script: readonly Scripted[] | ((request: Outgoing, index: number) => Scripted),
  delay = 0,
): FakeSend {
  const sent: Sent[] = [];
  const next = (request: Outgoing, index: number) =>
    typeof script === 'function' ? script(request, index) : (script[Math.min(index, script.length - 1)] ?? 200);
  const send: Send = (request) =>
    new Promise((resolve, reject) => {
      const { signal } = request.deadline;
      if (signal.aborted) return reject(signal.reason);
      sent.push({ at: clock.now(), request });
      const scripted = next(request, sent.length - 1);
      onAbort(signal, () => reject(signal.reason));
      if (scripted === 'hang') return;
      const settle = () => (scripted instanceof Error ? reject(scripted) : resolve(answerOf(scripted)));
      if (delay === 0) settle();
      else clock.after(delay, settle);
    });
  return { send, sent };
}
