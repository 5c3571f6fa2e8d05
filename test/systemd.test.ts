// The systemd unit: systemd itself takes it and finds it confined, the exporter takes its command line, and its files meet.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseFlags } from '../src/cli/flags.ts';
import { run } from '../src/cli/run.ts';
import { collectors } from '../src/collectors/index.ts';
import { loadConfig } from '../src/config/load.ts';
import { hasTools, works } from './support/tools.ts';

const NAME = 'huaweicloud-workspace-exporter';
const FILE = `deploy/systemd/${NAME}.service`;
const unit = readFileSync(FILE, 'utf8');
const example = readFileSync('deploy/systemd/config.example.yml', 'utf8');
const settings = (name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
const words = (name: string) => settings(name).flatMap((value) => value.split(' '));

describe('the unit', () => {
  it('starts the exporter with flags that it knows', () => {
    const [node, main, ...flags] = words('ExecStart');
    expect([node, main]).toEqual(['/usr/bin/node', `/opt/${NAME}/dist/main.js`]);
    expect(parseFlags(flags)).toMatchObject({ command: 'serve', configFile: `/etc/${NAME}/config.yml` });
  });

  it('does not start again what ended because of its configuration', async () => {
    const never = new Promise<never>(() => undefined);
    const code = await run({
      argv: ['--config.file=missing.yml'],
      env: {},
      out() {},
      err() {},
      stopped: never,
      onHangup() {},
    });
    expect([settings('Restart'), settings('RestartPreventExitStatus')]).toEqual([['on-failure'], [String(code)]]);
  });

  it('reloads by the signal that the exporter takes', () => {
    expect(settings('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
  });

  it('lets V8 compile', () => {
    expect(settings('MemoryDenyWriteExecute')).toEqual([]);
  });
});

describe('the example of a configuration', () => {
  it('is one that the exporter takes', async () => {
    await expect(loadConfig(example, 'config.yml', collectors)).resolves.toHaveProperty('projects');
  });

  it('names the credentials that the unit loads, where systemd puts them', () => {
    const named = [...example.matchAll(/_file: (.*)$/gm)].map(([, path]) => path);
    const loaded = settings('LoadCredential').map((value) => value.split(':')[0]);
    expect(named).toEqual(loaded.map((name) => `/run/credentials/${NAME}.service/${name}`));
  });
});

const hasSystemd = hasTools('tests of the systemd unit', { systemd: works('systemd-analyze', '--version') });

describe.skipIf(!hasSystemd)('systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What it says of a unit; the programs in it need not be here. */
  function verify(text: string, name = basename(FILE)): string {
    const path = join(folder, name);
    writeFileSync(path, text.replace(/^(Exec\w+)=\S+/gm, '$1=/bin/true'));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    // It warns of what it does not know, and ends with 0 all the same.
    return status === 0 && stdout + stderr === '' ? '' : `exit ${status}\n${stdout}${stderr}`;
  }

  it('has nothing to say against the unit', () => {
    expect(verify(unit)).toBe('');
  });

  it('has nothing to say against the socket, and the drop-in of the guide that takes it', () => {
    const dropIn = /```ini\n(\[Unit\]\n[^`]*)```/.exec(readFileSync('docs/systemd.md', 'utf8'))?.[1] ?? '';
    const [, flags = ''] = /dist\/main\.js (.*)/.exec(dropIn) ?? [];
    expect(parseFlags(flags.split(' '))).toMatchObject({ systemdSocket: true, configFile: `/etc/${NAME}/config.yml` });
    verify(unit);
    expect(verify(readFileSync(`deploy/systemd/${NAME}.socket`, 'utf8'), `${NAME}.socket`)).toBe('');
    expect(verify(unit + dropIn)).toBe('');
  });

  it.each([
    ['a misspelt setting', 'ProtectHome=', 'ProtectHomes='],
    ['a value that is none', 'RestartSec=5', 'RestartSec=soon'],
    ['a group of system calls that is none', '@system-service', '@system-services'],
    ['a section that is none', '[Service]', '[Services]'],
  ])('would tell of %s', (_, from, to) => {
    expect(unit).toContain(from);
    expect(verify(unit.replace(from, to))).not.toBe('');
  });

  /** 0 (confined) to 100, above which it fails; of a unit that does not run. */
  function exposure(path: string, threshold: number) {
    const args = ['security', '--offline=true', '--no-pager', `--threshold=${threshold}`, path];
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    return { status, says: stdout.trim().split('\n').at(-1) };
  }

  it('finds it confined', () => {
    const { status, says } = exposure(FILE, 15);
    console.info(says);
    expect(status, says).toBe(0);
  });

  it('would not, without what confines it', () => {
    const path = join(folder, 'open.service');
    writeFileSync(path, unit.replace(/^(Protect|Private|Restrict\w+=|SystemCall|Capability).*$/gm, ''));
    expect(exposure(path, 15).status).not.toBe(0);
  });
});
