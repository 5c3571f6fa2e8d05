// The list of ways to sign in: a further one is a file and an entry here.
import * as z from 'zod';
import { aksk } from './aksk.ts';
import { container } from './container.ts';
import { metadata } from './metadata.ts';
import { password } from './password.ts';
import { type Edges, fingerprint, type Identity, type Parts, type Place, type SignIn } from './sign-in.ts';
import { token } from './token.ts';

const ways = [aksk, password, token, metadata, container] as const;

const [first, ...others] = ways;
export const authOptions = z.discriminatedUnion('type', [first.options, ...others.map((way) => way.options)]);
export type AuthOptions = z.infer<typeof authOptions>;

export const SIGN_IN_TYPES: readonly string[] = ways.map(({ type }) => type);

/** What signing in may ask of the cloud. */
export const SIGN_IN_OPERATIONS: readonly string[] = ways.flatMap((way: SignIn) => way.operation ?? []);

function wayOf({ type }: AuthOptions): SignIn {
  const way = ways.find((one) => one.type === type);
  if (way === undefined) throw new Error(`no way to sign in is called ${type}`);
  return way;
}

/** The operation that signing in this way asks; undefined where nothing is asked. */
export const signInOperation = (options: AuthOptions) => wayOf(options).operation;

const keyOf = (type: string, parts: Parts) => `${type} ${fingerprint(...parts.map((part) => part ?? ''))}`;

/** The same for projects that share a credential and its budget, as far as the configuration tells without its files. */
export const credentialKey = (options: AuthOptions, place: Place): string =>
  keyOf(options.type, wayOf(options).parts(options, place));

/** Resolves who signs in with these options; rejects when a secret file cannot be read. */
export async function identify(options: AuthOptions, place: Place, edges: Edges): Promise<Identity> {
  const { type, operation, blockFor, ...way } = wayOf(options);
  const { secrets, load, parts = way.parts(options, place) } = await way.open(options, place, edges);
  return {
    key: keyOf(type, parts),
    configured: fingerprint(...secrets),
    scope: place.projectId,
    blockFor,
    asksTheCloud: operation !== undefined,
    load,
  };
}
