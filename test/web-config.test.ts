// The real Prometheus scrapes over TLS: with a password, with a certificate, and by the targets of /sd.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWorld } from './e2e/world.ts';
import { createAuthority, scratch } from './support/certificates.ts';
import { hasPrometheus, type Prometheus, startPrometheus } from './support/prometheus.ts';

const PASSWORD = 'correct horse';
const WAIT = { timeout: 20_000, interval: 100 };

describe.skipIf(!hasPrometheus())('Prometheus', () => {
  const closing: (() => Promise<void> | void)[] = [];
  let prometheus: Prometheus;
  let host: string;
  let log: readonly string[];

  beforeAll(async () => {
    const folder = scratch((end) => closing.unshift(end));
    const authority = createAuthority(folder);
    authority.issue('server', ['IP:127.0.0.1']);
    const client = authority.issue('client', ['DNS:prometheus.example'], { use: 'clientAuth' });
    const other = authority.issue('other', ['DNS:other.example'], { use: 'clientAuth' });
    const file = join(folder, 'web.yml');
    const tls = {
      cert_file: 'server.pem',
      key_file: 'server.key',
      client_ca_file: 'authority.pem',
      client_auth_type: 'RequireAndVerifyClientCert',
      client_allowed_sans: ['prometheus.example'],
    };
    const users = { prometheus: hashSync(PASSWORD, 10) };
    writeFileSync(file, JSON.stringify({ tls_server_config: tls, basic_auth_users: users }));
    const world = await startWorld({ flags: [`--web.config.file=${file}`] });
    closing.unshift(world.close);
    host = new URL(world.url).host;
    log = world.log;

    const basic_auth = { username: 'prometheus', password: PASSWORD };
    const certificates = { ca_file: authority.certFile, cert_file: client.certFile, key_file: client.keyFile };
    const base = { scheme: 'https', static_configs: [{ targets: [host] }], tls_config: certificates };
    prometheus = await startPrometheus({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        { job_name: 'whole', ...base, basic_auth },
        { job_name: 'no-password', ...base },
        {
          job_name: 'wrong-certificate',
          ...base,
          basic_auth,
          tls_config: { ...certificates, cert_file: other.certFile, key_file: other.keyFile },
        },
        { job_name: 'no-certificate', ...base, basic_auth, tls_config: { ca_file: authority.certFile } },
        {
          job_name: 'discovered',
          basic_auth,
          tls_config: certificates,
          http_sd_configs: [
            { url: `https://${host}/sd`, refresh_interval: '1s', basic_auth, tls_config: certificates },
          ],
        },
      ],
    });
    closing.unshift(prometheus.stop);
    await vi.waitFor(async () => expect(await prometheus.query('count_over_time(up[5m]) >= 3')).toHaveLength(5), WAIT);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('is let in with a certificate and a password, at every scrape', async () => {
    const lowest = await prometheus.query('min_over_time(up[5m])');
    expect(Object.fromEntries(lowest.map(({ labels, value }) => [labels.job, value]))).toEqual({
      whole: 1,
      discovered: 1,
      'no-password': 0,
      'wrong-certificate': 0,
      'no-certificate': 0,
    });
  });

  it('says why it is not let in', async () => {
    const errors = Object.fromEntries(
      (await prometheus.targets()).map(({ labels, lastError }) => [labels.job, lastError]),
    );
    expect(errors['no-password']).toBe('server returned HTTP status 401 Unauthorized');
    for (const job of ['wrong-certificate', 'no-certificate'])
      expect(errors[job]).toMatch(/connection reset by peer|EOF|tls:|broken pipe/);
  });

  it('finds the projects by /sd, and asks them over https', async () => {
    const [project] = (await prometheus.targets()).filter(({ labels }) => labels.job === 'discovered');
    expect(project?.labels.instance).toBe(`${host}/main`);
    expect(await prometheus.query('huaweicloud_workspace_desktop_pool_desktops{job="discovered"}')).toHaveLength(2);
  });

  it('leaves no secret and no complaint in the log of the exporter', () => {
    expect(log.filter((line) => /level=(warn|error)/.test(line) || line.includes(PASSWORD))).toEqual([]);
  });
});
