// Signing in with an access key: nothing is asked of the cloud, every request is signed.
import * as z from 'zod';
import { secret } from '../../option-types/secret.ts';
import { filePath, oneOf, readSecret } from '../../option-types/secret-file.ts';
import { KEY_BLOCKS, keyMaterial, type SignIn } from './sign-in.ts';

const fields = z.strictObject({
  type: z.literal('aksk').describe('Sign every request with an access key'),
  access_key: secret().optional().describe('Access key (AK)'),
  access_key_file: filePath().optional().describe('File that holds the access key'),
  secret_key: secret().optional().describe('Secret key (SK)'),
  secret_key_file: filePath().optional().describe('File that holds the secret key'),
  security_token: secret().optional().describe('Security token of a temporary access key'),
  security_token_file: filePath().optional().describe('File that holds the security token'),
});
const keys = oneOf(oneOf(fields, 'access_key', 'required'), 'secret_key', 'required');
const options = oneOf(keys, 'security_token', 'optional');

export const aksk: SignIn<typeof options> = {
  type: 'aksk',
  options,
  blockFor: KEY_BLOCKS,
  parts: ({ access_key, access_key_file }, { host }) => [host, access_key?.reveal(), access_key_file],
  async open(given, { host, projectId }) {
    const accessKey = (await readSecret(given.access_key, given.access_key_file)).reveal();
    const secretKey = (await readSecret(given.secret_key, given.secret_key_file)).reveal();
    const isTemporary = given.security_token !== undefined || given.security_token_file !== undefined;
    const token = isTemporary
      ? (await readSecret(given.security_token, given.security_token_file)).reveal()
      : undefined;
    return {
      parts: [host, accessKey],
      secrets: [secretKey, token ?? ''],
      load: async () => keyMaterial({ accessKey, secretKey }, projectId, token),
    };
  },
};
