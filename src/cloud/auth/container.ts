// Signing in with the temporary keys of a pod's identity in CCE: what the cluster tells the pod where to ask, and with which token.
import { BlockList, isIP } from 'node:net';
import * as z from 'zod';
import { readClocks } from '../../async/clock.ts';
import { messageOf } from '../../option-types/error-code.ts';
import { secret } from '../../option-types/secret.ts';
import { filePath, oneOf, readSecret } from '../../option-types/secret-file.ts';
import { NotSent } from '../errors.ts';
import { KEY_BLOCKS, keyText, readAnswer, type SignIn, temporaryMaterial } from './sign-in.ts';

const OPERATION = 'get_container_credential';
/** The names of the official SDKs; the cluster sets both. */
const URI = 'HC_CONTAINER_CREDENTIALS_FULL_URI';
const TOKEN_FILE = 'HC_CONTAINER_AUTHORIZATION_TOKEN_FILE';

const UNTRUSTED =
  'not an https address, nor one of this machine (loopback or link-local), so the token would travel in the clear';
const HINT = 'is an agency associated with this service account?';

const fields = z.strictObject({
  type: z.literal('container').describe('Use the temporary keys of the pod’s identity in CCE'),
  credentials_uri: z
    .string()
    .refine(isTrusted, UNTRUSTED)
    .optional()
    .describe(`Address that gives the keys: https, loopback or link-local; else from ${URI}`),
  authorization_token: secret().optional().describe('Token of the service account'),
  authorization_token_file: filePath()
    .optional()
    .describe(`File that holds it, read again at each renewal; else from ${TOKEN_FILE}`),
});
const options = oneOf(fields, 'authorization_token', 'optional');

/** The options, else the variables. */
const resolve = (given: z.infer<typeof options>) => ({
  uri: given.credentials_uri ?? process.env[URI],
  tokenFile: given.authorization_token_file ?? process.env[TOKEN_FILE],
});

/** Whoever receives the token can ask for the keys. */
function isTrusted(uri: string): boolean {
  const nearby = new BlockList();
  nearby.addSubnet('127.0.0.0', 8);
  nearby.addSubnet('169.254.0.0', 16);
  nearby.addAddress('::1', 'ipv6');
  nearby.addSubnet('fe80::', 10, 'ipv6');
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') return false;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isNear = host === 'localhost' || (isIP(host) > 0 && nearby.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'));
  return url.protocol === 'https:' || (url.protocol === 'http:' && isNear);
}

const answered = z.object({
  credentials: z.object({
    accessKeyId: keyText(),
    secretAccessKey: keyText(),
    securityToken: keyText(),
    expiration: z.iso.datetime({ offset: true }),
  }),
});

export const container: SignIn<typeof options> = {
  type: 'container',
  options,
  operation: OPERATION,
  blockFor: KEY_BLOCKS,
  parts(given, { host }) {
    const { uri, tokenFile } = resolve(given);
    return [host, uri, given.authorization_token?.reveal(), tokenFile];
  },
  async open(given, { projectId }, { clock, askDirectly, unusable }) {
    const { authorization_token: inline } = given;
    const { uri, tokenFile } = resolve(given);
    if (uri === undefined) throw unset(URI);
    if (inline === undefined && tokenFile === undefined) throw unset(TOKEN_FILE);
    if (!isTrusted(uri)) throw new Error(`${URI} is ${UNTRUSTED}`);
    return {
      // Not the one in the file: the cluster changes it every hour, and keys that it gave live on.
      secrets: [inline?.reveal() ?? ''],
      async load(deadline) {
        const token = await readSecret(inline, tokenFile).catch((error: unknown) => {
          throw new NotSent('secret', messageOf(error));
        });
        const issuedAt = readClocks(clock);
        const headers = { 'content-type': 'application/json', authorization: token.reveal() };
        const url = new URL(uri);
        const answer = await askDirectly({ operation: OPERATION, method: 'POST', url, headers, body: '{}', deadline });
        const keys = readAnswer(answered, answer)?.credentials;
        if (keys === undefined) throw unusable(OPERATION, `holds no temporary keys; ${HINT}`, answer);
        const { accessKeyId: accessKey, secretAccessKey: secretKey, securityToken, expiration: expiresAt } = keys;
        return temporaryMaterial({ accessKey, secretKey, securityToken, expiresAt }, projectId, answer, issuedAt);
      },
    };
  },
};

const unset = (name: string) =>
  new Error(`${name} is not set: CCE sets it in pods whose service account has an identity (docs/kubernetes.md)`);
