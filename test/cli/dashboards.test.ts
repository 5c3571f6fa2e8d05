// The command `dashboards`: what it prints and writes, and what its flags change.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { print } from './print.ts';

const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));
afterAll(() => rmSync(folder, { recursive: true }));

const printed = (...flags: readonly string[]) => print('dashboards', ...flags);

const NAMES = ['capacity-overview', 'one-pool', 'exporter'];
const committed = (name: string) => readFileSync(`grafana/dashboards/${name}.json`, 'utf8');

describe('dashboards', () => {
  it('writes what is committed, file by file', async () => {
    const { code, out } = await printed(`--out=${folder}/new`);
    expect([code, out]).toEqual([0, NAMES.map((name) => `${folder}/new/${name}.json\n`).join('')]);
    expect(readdirSync(`${folder}/new`)).toHaveLength(NAMES.length);
    for (const name of NAMES) expect(readFileSync(`${folder}/new/${name}.json`, 'utf8')).toBe(committed(name));
  });

  it('prints a list of them', async () => {
    const { out } = await printed();
    expect(JSON.parse(out)).toEqual(NAMES.map((name) => JSON.parse(committed(name))));
  });

  it('prints ConfigMaps that the sidecar of Grafana collects', async () => {
    const { out } = await printed('--format=operator');
    const maps = parseAllDocuments(out).map((document) => document.toJS());
    expect(maps).toHaveLength(NAMES.length);
    for (const [index, name] of NAMES.entries()) {
      expect(maps[index]).toMatchObject({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `huaweicloud-workspace-${name}`, labels: { grafana_dashboard: '1' } },
      });
      expect(JSON.parse(maps[index].data[`${name}.json`])).toEqual(JSON.parse(committed(name)));
    }
  });

  it('prints those for Perses, and writes them to files', async () => {
    const { out } = await printed('--format=perses', '--by=cluster');
    const listed = JSON.parse(out);
    expect(listed).toMatchObject(
      NAMES.map(() => ({ kind: 'Dashboard', metadata: { name: expect.stringMatching(/^hcws-/) } })),
    );
    expect(out).toContain('cluster=~\\"$cluster\\"');
    await printed('--format=perses', '--by=cluster', `--out=${folder}/perses`);
    const written = NAMES.map((name) => JSON.parse(readFileSync(`${folder}/perses/${name}.json`, 'utf8')));
    expect(written).toEqual(listed);
  });

  it('fits them: label to keep, interval, job, threshold, address of the runbooks', async () => {
    const { out } = await printed(
      '--by=cluster',
      '--interval=5m',
      '--job=vdi.*',
      '--threshold=utilization_high=0.77',
      '--runbook-url=https://git.example.com/exporter',
    );
    expect(out).toContain('cluster=~\\"$cluster\\"');
    expect(out).toContain('"interval": "5m"');
    expect(out).toContain('job=~\\"vdi.*\\"');
    expect(out).toContain('"value": 0.77');
    expect(out).toContain('https://git.example.com/exporter/docs/runbooks/$');
    for (const text of ['cluster', '"interval": "5m"', 'vdi', '0.77', 'git.example.com'])
      expect(committed('capacity-overview') + committed('exporter')).not.toContain(text);
  });

  it('knows whole seconds alone, as Grafana does', async () => {
    expect((await printed('--interval=1500ms')).out).toContain('"interval": "2s"');
  });
});
