// Signing in as an IAM user: a token for the project, obtained with a password and renewed ahead of its end.
import * as z from 'zod';
import { readClocks } from '../../async/clock.ts';
import { lineOfText } from '../../option-types/clean-text.ts';
import { Secret, secret } from '../../option-types/secret.ts';
import { filePath, oneOf, readSecret } from '../../option-types/secret-file.ts';
import { cloudTimeOf, PASSWORD_BLOCKS, readAnswer, type SignIn, tokenMaterial } from './sign-in.ts';

const fields = z.strictObject({
  type: z.literal('password').describe('Obtain tokens as an IAM user'),
  username: lineOfText().describe('Name of the IAM user'),
  domain: lineOfText().describe('Name of the account that the user belongs to'),
  password: secret('password').optional().describe('Password of the IAM user'),
  password_file: filePath().optional().describe('File that holds the password'),
});
const options = oneOf(fields, 'password', 'required');

const answered = z.object({ token: z.object({ expires_at: z.iso.datetime({ offset: true }) }) });

export const password: SignIn<typeof options> = {
  type: 'password',
  options,
  operation: 'create_token',
  blockFor: PASSWORD_BLOCKS,
  // Without the Workspace host: a wrong password locks the user, wherever its tokens would be used.
  parts: ({ username, domain }, { iamEndpoint }) => [iamEndpoint, domain, username],
  async open(given, { projectId, iamEndpoint }, { clock, ask, unusable }) {
    const secretWord = (await readSecret(given.password, given.password_file, 'password')).reveal();
    const user = { name: given.username, password: secretWord, domain: { name: given.domain } };
    return {
      secrets: [secretWord],
      async load(deadline) {
        const issuedAt = readClocks(clock);
        const answer = await ask({
          operation: 'create_token',
          method: 'POST',
          // Without the service catalogue the answer is a few hundred bytes instead of many thousand.
          url: new URL(`${iamEndpoint}/v3/auth/tokens?nocatalog=true`),
          headers: { 'content-type': 'application/json;charset=UTF-8', accept: 'application/json' },
          body: JSON.stringify({
            auth: { identity: { methods: ['password'], password: { user } }, scope: { project: { id: projectId } } },
          }),
          deadline,
        });
        const issued = answer.headers['x-subject-token'];
        if (issued === undefined || issued === '')
          throw unusable('create_token', 'has no X-Subject-Token header; is iam_endpoint right?', answer);
        const cloudTime = cloudTimeOf(answer, issuedAt.wall);
        const end = readAnswer(answered, answer)?.token.expires_at;
        const lasts = end === undefined ? USUAL_LIFE_MS : Math.max(Date.parse(end) - cloudTime, SHORTEST_LIFE_MS);
        return tokenMaterial(new Secret(issued).reveal(), { kind: 'token', until: cloudTime + lasts, issuedAt, lasts });
      },
    };
  },
};

/** Of a token just issued, whatever the clocks say: a new one must not be asked for with every request. */
const SHORTEST_LIFE_MS = 10 * 60_000;
/** Tokens live 24 hours; where the answer does not say when they end, twelve are counted on. */
const USUAL_LIFE_MS = 12 * 3_600_000;
