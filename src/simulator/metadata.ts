// The ECS metadata service of the machine the exporter is thought to run on: temporary keys of its agency.
import { type Keyring, microseconds } from './keyring.ts';
import { hexOf } from './noise.ts';
import { apiError, type CloudRequest, header, json, type Reply } from './reply.ts';

/**
 * - `optional`: a metadata token may be fetched and is not needed
 * - `required`: without a metadata token the key is refused
 * - `unsupported`: there are no metadata tokens, the PUT is 404
 * - `noAgency`: nobody gave the machine an agency
 */
export type MetadataMode = 'optional' | 'required' | 'unsupported' | 'noAgency';

export interface Metadata {
  /** PUT /meta-data/latest/api/token */
  token(request: CloudRequest): Reply;
  /** GET /openstack/latest/securitykey */
  securityKey(request: CloudRequest): Reply;
  setMode(mode: MetadataMode): void;
}

/** `now` gives real epoch ms. */
export function createMetadata(keyring: Keyring, now: () => number): Metadata {
  let mode: MetadataMode = 'optional';
  const tokens = new Map<string, number>();
  return {
    token(request) {
      if (mode === 'unsupported') return plain(404, '404 Not Found');
      const seconds = Number(header(request.headers, 'x-metadata-token-ttl-seconds'));
      if (!(seconds >= 1 && seconds <= 21_600)) return plain(400, '400 Bad Request');
      const token = hexOf(`metadata token ${tokens.size}`, 56);
      tokens.set(token, now() + seconds * 1000);
      return plain(200, token);
    },
    securityKey(request) {
      const token = header(request.headers, 'x-metadata-token') ?? '';
      if (mode === 'required' && !((tokens.get(token) ?? 0) > now())) return plain(401, '401 Unauthorized');
      if (mode === 'noAgency') {
        return apiError(401, 'ECS.0001', 'Agency not found. Please configure Cloud Service Agency first.');
      }
      const key = keyring.temporaryKey();
      const credential = {
        access: key.accessKey,
        secret: key.secretKey,
        securitytoken: key.securityToken,
        expires_at: microseconds(key.expiresAt),
      };
      return json(200, { credential });
    },
    setMode(next) {
      mode = next;
    },
  };
}

function plain(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
