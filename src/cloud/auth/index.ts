// The list of ways to sign in: a further one is a file and an entry here.
import * as z from 'zod';
import { aksk } from './aksk.ts';
import { metadata } from './metadata.ts';
import { password } from './password.ts';
import type { Edges, Identity, Place, SignIn } from './sign-in.ts';
import { token } from './token.ts';

const ways = [aksk, password, token, metadata] as const;

const [first, ...others] = ways;
export const authOptions = z.discriminatedUnion('type', [first.options, ...others.map((way) => way.options)]);
export type AuthOptions = z.infer<typeof authOptions>;

/** What signing in may ask of the cloud. */
export const SIGN_IN_OPERATIONS: readonly string[] = ways.flatMap((way: SignIn) => way.operation ?? []);

const wayOf = (type: string): SignIn | undefined => ways.find((way) => way.type === type);

/** The operation that signing in this way asks; undefined where nothing is asked. */
export const signInOperation = ({ type }: AuthOptions) => wayOf(type)?.operation;

/** Resolves who signs in with these options; rejects when a secret file cannot be read. */
export function identify(options: AuthOptions, place: Place, edges: Edges): Promise<Identity> {
  const way = wayOf(options.type);
  if (way === undefined) throw new Error(`no way to sign in is called ${options.type}`);
  return way.open(options, place, edges);
}
