// Rows about credentials: what is blocked or held, and how long what the cloud issued still lives.
import { type Family, familiesOf, rowsOf } from '../metrics/metric.ts';
import type { CredentialState, Project } from './project.ts';

const credential = rowsOf<CredentialState>('project');

export const credentialRows = credential.group({
  exporter_auth_blocked: credential.gauge(
    '1 while nothing is sent because the cloud refused the credential.',
    ({ blocked }) => blocked !== undefined,
  ),
  exporter_api_throttled_until_timestamp_seconds: credential.gauge(
    'When requests go on after the cloud asked for a pause; absent when it did not.',
    ({ heldUntil }) => (heldUntil === undefined ? undefined : heldUntil / 1000),
  ),
  exporter_credential_expiry_timestamp_seconds: credential.gauges(
    'When the token or the temporary keys end; absent where the cloud does not say.',
    ['kind'],
    ({ issued }) => (issued === undefined ? [] : [[issued.until / 1000, issued.kind] as const]),
  ),
});

export const credentialFamilies = (projects: readonly Project[]): Family[] =>
  familiesOf(
    credentialRows,
    projects.map(({ name, credential: state }) => [[name], state()]),
  );
