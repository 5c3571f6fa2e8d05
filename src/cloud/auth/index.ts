// The list of ways to sign in: a further one is a file and an entry here.
import { z } from 'zod';
import { aksk } from './aksk.ts';
import { metadata } from './metadata.ts';
import { password } from './password.ts';
import type { Edges, Identity, Place, SignIn } from './sign-in.ts';
import { token } from './token.ts';

const ways = [aksk, password, token, metadata] as const;

const [first, ...others] = ways;
export const authOptions = z.discriminatedUnion('type', [first.options, ...others.map((way) => way.options)]);
export type AuthOptions = z.infer<typeof authOptions>;

/** Resolves who signs in with these options; rejects when a secret file cannot be read. */
export function identify(options: AuthOptions, place: Place, edges: Edges): Promise<Identity> {
  const way: SignIn | undefined = ways.find(({ type }) => type === options.type);
  if (way === undefined) throw new Error(`no way to sign in is called ${options.type}`);
  return way.open(options, place, edges);
}
