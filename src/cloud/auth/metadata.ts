// Signing in with the temporary keys of an ECS agency, from the metadata service of the machine it runs on.
import * as z from 'zod';
import { readClocks } from '../../async/clock.ts';
import type { Deadline } from '../../async/deadline.ts';
import { cleanText } from '../../option-types/clean-text.ts';
import { Secret } from '../../option-types/secret.ts';
import { endpointUrl } from '../../option-types/url.ts';
import { CloudError } from '../errors.ts';
import type { Answer, Outgoing } from '../send.ts';
import { type Edges, KEY_BLOCKS, keyText, readAnswer, type SignIn, temporaryMaterial } from './sign-in.ts';

const OPERATION = 'get_metadata_credential';
const TOKEN_LIFETIME_SECONDS = 21_600;

const options = z.strictObject({
  type: z.literal('metadata').describe('Use the temporary keys of the ECS agency'),
  metadata_endpoint: endpointUrl().prefault('http://169.254.169.254').describe('Address of the metadata service'),
});

const answered = z.object({
  credential: z.object({
    access: keyText(),
    secret: keyText(),
    securitytoken: keyText(),
    expires_at: z.iso.datetime({ offset: true }),
  }),
});

export const metadata: SignIn<typeof options> = {
  type: 'metadata',
  options,
  operation: OPERATION,
  blockFor: KEY_BLOCKS,
  parts: ({ metadata_endpoint }, { host }) => [host, metadata_endpoint],
  async open({ metadata_endpoint }, { projectId }, edges) {
    return {
      secrets: [],
      async load(deadline) {
        const issuedAt = readClocks(edges.clock);
        const answer = await securityKey(metadata_endpoint, edges, deadline);
        const keys = readAnswer(answered, answer)?.credential;
        if (keys === undefined)
          throw edges.unusable(OPERATION, 'holds no temporary keys; is an agency attached to this machine?', answer);
        const { access: accessKey, secret: secretKey, securitytoken: securityToken, expires_at: expiresAt } = keys;
        return temporaryMaterial({ accessKey, secretKey, securityToken, expiresAt }, projectId, answer, issuedAt);
      },
    };
  },
};

/** Asks plainly first; a service that insists on a session token (401) is asked once more with one. */
async function securityKey(endpoint: string, { askDirectly, unusable }: Edges, deadline: Deadline): Promise<Answer> {
  const common = { operation: OPERATION, deadline } as const;
  const read = (headers: Outgoing['headers']) =>
    askDirectly({ ...common, method: 'GET', url: new URL(`${endpoint}/openstack/latest/securitykey`), headers });
  try {
    return await read({});
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind !== 'unauthorized') throw error;
    if (/agency/i.test(error.message))
      throw new CloudError(
        'unauthorized',
        `${error.message}; attach an agency with Workspace read permission to this ECS`,
        error.details,
      );
    const session = await askDirectly({
      ...common,
      method: 'PUT',
      url: new URL(`${endpoint}/meta-data/latest/api/token`),
      headers: { 'x-metadata-token-ttl-seconds': String(TOKEN_LIFETIME_SECONDS) },
    });
    const token = cleanText(session.body, 'key');
    if ('fault' in token) throw unusable(OPERATION, `holds no session token: it ${token.fault.split(';')[0]}`, session);
    return read({ 'x-metadata-token': new Secret(token.text).reveal() });
  }
}
