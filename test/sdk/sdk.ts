// The vendor's SDK for Python: asked what its models know, to sign, and to be a client.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { BUILT, isBuilt } from '../support/tools.ts';

/** Whether it is here; see `hasTools`. */
export const hasSdk = () => isBuilt("tests with the vendor's SDK", 'python');

/** What an operation is called there, and how it is asked. */
export interface Call {
  readonly name: string;
  readonly with: Readonly<Record<string, unknown>>;
}

export interface Field {
  /** In the JSON: `users[].desktop_pools[].is_attached`. */
  readonly path: string;
  /** `int`, `list[str]`, or the name of a model. */
  readonly type: string;
  /** What the SDK says of it, in Chinese. */
  readonly words: string;
}

interface Signable {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Keys {
  readonly access_key: string;
  readonly secret_key: string;
}

interface Questions {
  /** Fields of the answers to these operations. */
  fields: [question: readonly string[], answer: Readonly<Record<string, readonly Field[]>>];
  /** Sends requests; tells the JSON that came and what the models kept of it. */
  ask: [
    question: Keys & { endpoint: string; project_id: string; calls: readonly Call[] },
    answer: readonly { readonly sent: unknown; readonly read: unknown }[],
  ];
  /** Values of the `Authorization` header. */
  sign: [question: Keys & { requests: readonly Signable[] }, answer: readonly string[]];
}

export async function askSdk<Name extends keyof Questions>(
  name: Name,
  question: Questions[Name][0],
): Promise<Questions[Name][1]> {
  const child = spawn(`${BUILT}/python/bin/python`, ['test/sdk/sdk.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ [name]: question }));
  // Its form is written in sdk.py; without an answer this rejects, and Python has said why.
  return JSON.parse(await text(child.stdout))[name];
}
