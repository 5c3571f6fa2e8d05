// What CCE runs beside pods: temporary keys of the agency of a service account, for whoever shows the token of that account.
import { type Keyring, microseconds } from './keyring.ts';
import { type CloudRequest, header, json, type Reply } from './reply.ts';

export function podCredential(request: CloudRequest, keyring: Keyring): Reply {
  if (header(request.headers, 'authorization') !== keyring.credentials.podToken)
    return json(401, { error_code: 'CCE.01401', error_msg: 'The token of the service account is invalid.' });
  const key = keyring.temporaryKey();
  return json(200, {
    assumedAgency: { urn: 'iam::agency:exporter', id: 'agency' },
    audience: 'pod-identity',
    credentials: {
      accessKeyId: key.accessKey,
      secretAccessKey: key.secretKey,
      securityToken: key.securityToken,
      expiration: microseconds(key.expiresAt),
    },
    podIdentityAssociationId: 'association',
    subject: { namespace: 'monitoring', serviceAccount: 'exporter' },
  });
}
