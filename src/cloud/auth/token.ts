// Signing in with a ready-made token, usually kept fresh in a file.
import * as z from 'zod';
import { secret } from '../../option-types/secret.ts';
import { filePath, oneOf, readSecret } from '../../option-types/secret-file.ts';
import { KEY_BLOCKS, type SignIn, tokenMaterial } from './sign-in.ts';

const fields = z.strictObject({
  type: z.literal('token').describe('Send a ready-made token'),
  token: secret().optional().describe('The token'),
  token_file: filePath().optional().describe('File that holds the token'),
});
const options = oneOf(fields, 'token', 'required');

export const token: SignIn<typeof options> = {
  type: 'token',
  options,
  blockFor: KEY_BLOCKS,
  // With a file without the token in it: a changed file is the same credential, whose block it lifts.
  parts: ({ token: given, token_file }, { host }) => [host, given?.reveal(), token_file],
  async open(given) {
    const value = (await readSecret(given.token, given.token_file)).reveal();
    return { secrets: [value], load: async () => tokenMaterial(value) };
  },
};
