// The command line as people use it: what is printed where, and how it ends.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { COMMANDS, FlagError, flagList, parseFlags } from '../../src/cli/flags.ts';
import { run } from '../../src/cli/run.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { validPage } from '../e2e/valid-page.ts';
import { aksk, BRANCH, branchOf, configOf, GPU, mainOf, OFFICE, type WorldOptions } from '../e2e/world.ts';
import { eventually } from '../support/eventually.ts';

interface Run {
  readonly out: () => string;
  readonly err: () => string;
  readonly code: Promise<number>;
  stop(): void;
}

function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const said = { out: '', err: '' };
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const code = run({
    argv,
    env,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    stopped,
    onHangup() {},
  });
  return { out: () => said.out, err: () => said.err, code, stop: () => stop() };
}

/** A command that ends by itself. */
async function ran(argv: readonly string[], env?: Readonly<Record<string, string>>) {
  const { code, out, err } = start(argv, env);
  return { code: await code, out: out(), err: err() };
}

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config.yml');
  writeFileSync(file, text);
  return file;
}

async function startCloud(options: SimulatorOptions = {}): Promise<Simulator> {
  const cloud = await startSimulator(options);
  onTestFinished(cloud.close);
  return cloud;
}

const configured = (cloud: Simulator, options: WorldOptions = {}) =>
  `--config.file=${fileOf(configOf(cloud, options))}`;

describe('--help', () => {
  const flags = [
    ...['--job=REGEX', '--interval=DURATION', '--by=LABEL', '--runbook-url=URL', '--threshold=NAME=VALUE'],
    ...['--format=prometheus|operator|perses', '--out=DIR'],
    ...[
      '--config.file=FILE',
      '--config.check',
      '--api',
      '--explain',
      '--web.listen-address=ADDRESS',
      '--web.telemetry-path=PATH',
    ],
    ...[
      '--web.config.file=FILE',
      '--web.external-url=URL',
      '--web.systemd-socket',
      '--web.route-prefix=PATH',
      '--web.enable-lifecycle',
      '--web.max-requests=N',
      '--web.disable-exporter-metrics',
      '--timeout-offset=DURATION',
    ],
    ...[
      '--speed=N',
      '--scene=morning-rush|outage|locked-key|sold-out',
      '--seed=N',
      '--pools=N',
      '--fault=RULE',
      '--simulator.port=PORT',
    ],
    ...['--log.level=debug|info|warn|error', '--log.format=logfmt|json', '--version', '--help'],
  ];

  it.each([['--help'], ['-h'], ['serve', '--help'], ['demo', '--help']])(
    'lists every command and flag: %s',
    async (...argv) => {
      const { code, out, err } = await ran(argv);
      expect([code, err]).toEqual([0, '']);
      for (const command of Object.keys(COMMANDS)) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
      for (const flag of flags) expect(out.split('\n').some((line) => line.startsWith(`  ${flag} `))).toBe(true);
      expect(out.match(/^ {2}--/gm)).toHaveLength(flags.length);
    },
  );

  it('tells what is used where nothing is given', async () => {
    const { out } = await ran(['--help']);
    expect(out).toMatch(/--web\.listen-address=ADDRESS .*\[:10054\]/);
    expect(out).toMatch(/--web\.max-requests=N .*\[40\]/);
    expect(out).toMatch(/--timeout-offset=DURATION .*\[500ms\]/);
  });
});

describe('help, version and completion', () => {
  it('print what the flags print', async () => {
    expect(await ran(['help'])).toEqual(await ran(['--help']));
    expect(await ran(['version'])).toEqual(await ran(['--version']));
  });

  it('of one command has its flags alone', async () => {
    const { code, out } = await ran(['help', 'check']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: huaweicloud-workspace-exporter check \[FLAGS\]\n\nCheck the configuration/);
    expect(out).toMatch(/^ {2}--api /m);
    expect(out).toMatch(/^ {2}--log\.level=/m);
    expect(out).not.toMatch(/--web\.listen-address|\(serve/);
    expect(await ran(['help', 'check', '--log.level=debug'])).toEqual(await ran(['help', 'check']));
  });

  it('prints the script of the shell', async () => {
    expect((await ran(['completion', 'bash'])).out).toContain('complete -F');
    expect((await ran(['completion', 'zsh'])).out).toMatch(/^#compdef /);
    expect((await ran(['completion', 'fish'])).out).toContain(
      'complete -c huaweicloud-workspace-exporter -l log.level',
    );
  });
});

describe('--version', () => {
  it('names program, version, revision, Node and platform', async () => {
    const { code, out, err } = await ran(['--version']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(
      `huaweicloud-workspace-exporter, version 0.0.0-dev (revision: dev)\n  node version: ${process.version}\n  platform: ${process.platform}/${process.arch}\n`,
    );
  });
});

describe('a command line that cannot be', () => {
  it.each<[string[], RegExp]>([
    [
      ['--web.listen-adress=:1'],
      /unknown flag --web\.listen-adress; did you mean --web\.listen-address\?; --help lists/,
    ],
    [['--config.flie=x.yml'], /did you mean --config\.file\?/],
    [['--nothing'], /unknown flag --nothing; --help lists/],
    [['-x'], /unknown flag -x; --help lists/],
    [['-h=1'], /unknown flag -=; --help lists/],
    [
      ['start'],
      /unknown command start; there are serve, check, metrics, rules, dashboards, simulate, demo, help, version, completion/,
    ],
    [
      ['check', 'config.yml'],
      /unexpected argument config\.yml; files are given with a flag, like --config\.file=config\.yml/,
    ],
    [['config.yml'], /unknown command config\.yml; files are given with a flag, like --config\.file=config\.yml$/m],
    // Advice that would not help is not given.
    [['demo', 'config.yml'], /unexpected argument config\.yml$/m],
    [['serve', '--web.enable-lifecycle', 'true'], /unexpected argument true$/m],
    [['help', 'start'], /help start: expected one of serve, check, metrics/],
    [['help', 'check', 'demo'], /unexpected argument demo$/m],
    [['completion'], /completion needs an argument: expected one of bash, zsh, fish$/m],
    [['completion', 'sh'], /completion sh: expected one of bash, zsh, fish$/m],
    [
      ['completion', 'bash', '--web.max-requests=1'],
      /--web\.max-requests is a flag of serve and demo, not of completion/,
    ],
    [['constructor'], /unknown command constructor/],
    [['--config.file'], /--config\.file needs a value: --config\.file=FILE; --help lists/],
    [['--config.file', '--log.level=info'], /--config\.file needs a value: --config\.file=FILE/],
    [['--config.check=yes'], /--config\.check takes no value/],
    [['--web.listen-address=10054'], /expected an address like :10054/],
    [['--web.listen-address=:99999'], /expected an address/],
    [['--web.telemetry-path=metrics'], /expected a path like \/metrics/],
    [['--web.telemetry-path=/probe'], /taken by another page/],
    [['--web.telemetry-path=/-/metrics'], /taken by another page/],
    [['--web.telemetry-path=/:id'], /expected a path/],
    [['--web.external-url=example.com'], /expected an address like https:/],
    [['--web.external-url=ftp://example.com'], /expected an address/],
    [['--web.route-prefix=workspace'], /expected a path like \/workspace, without .*, or \/ for none/],
    [['--web.route-prefix=/a b'], /expected a path/],
    [['--web.route-prefix=//host'], /expected a path/],
    [['--web.route-prefix=/a/../b'], /expected a path like \/workspace, without \. and \.\., or \/ for none/],
    [['--web.route-prefix=/.'], /expected a path/],
    [['--web.telemetry-path=/a/../metrics'], /expected a path like \/metrics, without \. and \.\./],
    [['--web.telemetry-path=//metrics'], /expected a path/],
    [['--web.external-url=https://host?a=b'], /expected an address like .*, without a user, a query or a fragment/],
    [['--web.external-url=https://host/#'], /expected an address/],
    [['--web.external-url=https://host//path'], /expected an address/],
    [
      ['--web.external-url=https://me:hunter2@host'],
      /--web\.external-url=https:\/\/<secret>@host: expected an address/,
    ],
    [['rules', '--runbook-url=https://host/?ref=main'], /expected an address/],
    [['--config.file=a.yml', '--config.file=b.yml'], /--config\.file is given more than once; keep one$/m],
    [['rules', '--by=cluster', '--by=site', '--by=cluster'], /--by is given more than once for cluster; keep one$/m],
    [
      ['rules', '--threshold=isolated=1', '--threshold=isolated=2'],
      /--threshold is given more than once for isolated; keep one$/m,
    ],
    [['dashboards', '--job=('], /--job=\(: expected an RE2 expression/],
    [['--log.level=a\nb'], /--log\.level=a b: expected one of/],
    [['--web.max-requests=0x10'], /expected a number from 0/],
    [['--timeout-offset=-5s'], /expected a duration/],
    [['--web.max-requests=many'], /expected a number from 0/],
    [['--web.max-requests=-1'], /expected a number from 0/],
    [['--web.max-requests=1.5'], /expected a number from 0/],
    [['--web.max-requests='], /--web\.max-requests is empty; leave it out, or give a number from 0/],
    [['--timeout-offset=1'], /expected a duration like 500ms/],
    [['--log.level=trace'], /expected one of debug, info, warn, error/],
    [['--log.format=xml'], /expected one of logfmt, json/],
    [['demo', '--fault=path=/x'], /: --fault "path=\/x" does nothing: give it a status/],
    [['rules', '--out=~/rules'], /--out=~\/rules: expected the name of a folder \(write \$HOME for ~\)$/m],
    [['--config.file=~'], /--config\.file=~: expected the name of a file \(write \$HOME/],
    [['demo', '--fault=path=~(,status=500'], /path: Invalid regular expression/],
    [['simulate', '--speed=0'], /expected a number from 0\.001/],
    [['demo', '--simulator.port=70000'], /expected a number from 0 to 65535/],
    // Flags that belong to another command.
    [['--api'], /--api is a flag of check, not of serve/],
    [['serve', '--speed=2'], /--speed is a flag of simulate and demo, not of serve/],
    [['simulate', '--web.max-requests=1'], /--web\.max-requests is a flag of serve and demo, not of simulate/],
    [['check', '--web.listen-address=:1'], /not of check/],
    [['metrics', '--fault=status=500'], /not of metrics/],
    [
      ['demo', '--config.file=x.yml'],
      /--config\.file is a flag of serve, check, metrics, rules, and dashboards, not of demo/,
    ],
    [['simulate', '--config.check'], /not of simulate/],
  ])('%j ends with 2 and one clear line', async (argv, words) => {
    const { code, out, err } = await ran(argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(words);
    expect(err).toMatch(/^huaweicloud-workspace-exporter: [^\n]+\n$/);
  });

  it.each(flagList().filter(({ shown }) => shown !== undefined))(
    'says what --$name needs where it is empty',
    async ({ name, of = ['serve'] }) => {
      for (const value of ['', ' ']) {
        const { code, out, err } = await ran([of[0] ?? '', `--${name}=${value}`]);
        expect([code, out]).toEqual([2, '']);
        expect(err).toMatch(
          /^huaweicloud-workspace-exporter: --\S+ is empty; leave it out, or give (a|an|the|one|pairs|NAME=NUMBER)\b.*\n$/,
        );
        expect(err).toContain(`--${name} is empty`);
      }
    },
  );

  it('is not confused by a value with a blank instead of an equals sign', () => {
    const flags = parseFlags(['--web.listen-address', ':1', '--web.listen-address=[::1]:2', '--log.level', 'debug']);
    expect(flags.addresses).toEqual([
      { host: undefined, port: 1 },
      { host: '::1', port: 2 },
    ]);
    expect([flags.command, flags.logLevel]).toEqual(['serve', 'debug']);
  });

  it('may be that of serve with --config.check added', () => {
    expect(parseFlags(['--config.check', '--web.listen-address=:1']).command).toBe('check');
    expect(parseFlags(['--config.check', '--api'])).toMatchObject({ command: 'check', api: true });
    expect(() => parseFlags(['--config.check', '--speed=1'])).toThrow(FlagError);
  });
});

describe('a configuration that cannot be', () => {
  it('is told with all its problems, their places, and 2', async () => {
    const file = fileOf(`projects:
  - name: a
    regoin: ap-southeast-3
    project_id: 123
    auth: { type: aksk, access_key: SOMEACCESSKEY0000001 }
    discovery: { enabled: yes please }
scrape: { min_interval: 10 }
`);
    for (const argv of [['check'], ['--config.check'], ['serve', '--web.listen-address=127.0.0.1:0'], ['metrics']]) {
      const { code, out, err } = await ran([...argv, `--config.file=${file}`]);
      expect([code, out]).toEqual([2, '']);
      for (const place of [':3:5: projects[0].regoin: unknown key; did you mean region?', ':4:', ':5:', ':6:', ':7:'])
        expect(err).toContain(`${file}${place}`);
    }
  });

  it('is told when its file is not there', async () => {
    const { code, err } = await ran(['check', '--config.file=nowhere.yml']);
    expect(code).toBe(2);
    expect(err).toContain('nowhere.yml: cannot be read (ENOENT)');
  });

  it('is waited for aloud when it comes from a pipe without a writer', async () => {
    const pipe = join(dirname(fileOf('')), 'pipe');
    execFileSync('mkfifo', [pipe]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const checked = start(['check', `--config.file=${pipe}`]);
    vi.advanceTimersByTime(4999);
    expect(checked.err()).toBe('');
    vi.advanceTimersByTime(1);
    expect(checked.err()).toContain(
      `level=warn msg="still waiting for the configuration" file=${pipe} hint="a pipe is read until its writer closes it"\n`,
    );
    await writeFile(pipe, 'projects: []');
    expect(await checked.code).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of the web server is told in the same way, by serve, check and demo', async () => {
    const cloud = await startCloud();
    const file = fileOf('tls_server_config: { cert_file: nowhere.pem }\nbasic_auth_users: { a: b }\n');
    const flag = `--web.config.file=${file}`;
    const config = configured(cloud);
    for (const argv of [
      [config, flag],
      ['check', config, flag],
      ['--config.check', config, flag],
      ['demo', flag],
    ]) {
      const { code, out, err } = await ran(argv);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(`${file}:1:1: tls_server_config: missing key or key_file; TLS needs both\n`);
      expect(err).toContain(`${file}:2:24: basic_auth_users.a: not a bcrypt hash`);
    }
    const missing = await ran([config, '--web.config.file=nowhere.yml']);
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('nowhere.yml: cannot be read (ENOENT)')]);
  });

  it('of the environment names all that is missing in one error', async () => {
    const { code, err } = await ran(['check']);
    expect(code).toBe(2);
    expect(err).toContain(
      'HUAWEICLOUD_SDK_AK (or HUAWEICLOUD_SDK_AK_FILE), HUAWEICLOUD_SDK_SK (or HUAWEICLOUD_SDK_SK_FILE), HUAWEICLOUD_SDK_PROJECT_ID, HUAWEICLOUD_REGION',
    );
  });
});

describe('files that a configuration names', () => {
  const keysIn = (its: Simulator, secretKeyFile: string) => ({
    type: 'aksk',
    access_key: its.credentials.accessKey,
    secret_key_file: secretKeyFile,
  });

  it('are told by check with everything else that is wrong, each at its place, and 2', async () => {
    const empty = fileOf('\n');
    const file = fileOf(`projects:
  - name: a
    regoin: ap-southeast-3
    project_id: xx
    auth: { type: aksk, access_key_file: nowhere/ak, secret_key_file: ${empty} }
    discovery: { enabled: true }
`);
    const web = fileOf('tls_server_config: { cert_file: nowhere.pem, key_file: nowhere.key }\n');
    const { code, out, err } = await ran(['check', '--api', `--config.file=${file}`, `--web.config.file=${web}`]);
    expect([code, out]).toEqual([2, '']);
    const starts = [
      `huaweicloud-workspace-exporter: ${file}:2:5: projects[0].region: missing`,
      `${file}:3:5: projects[0].regoin: unknown key`,
      `${file}:4:17: projects[0].project_id: not a project id`,
      `${file}:5:42: projects[0].auth.access_key_file: ${join(dirname(file), 'nowhere/ak')} cannot be read (ENOENT)`,
      `${file}:5:71: projects[0].auth.secret_key_file: ${empty} is empty`,
      `${web}:1:33: tls_server_config.cert_file: ${join(dirname(web), 'nowhere.pem')} cannot be read (ENOENT)`,
      `${web}:1:56: tls_server_config.key_file: `,
    ];
    const lines = err.trimEnd().split('\n');
    expect(lines).toHaveLength(starts.length);
    expect(lines.map((line, i) => line.slice(0, starts[i]?.length))).toEqual(starts);
  });

  it('are told by check where the environment names them', async () => {
    const env = {
      HUAWEICLOUD_SDK_AK: 'SOMEACCESSKEY0000001',
      HUAWEICLOUD_SDK_SK_FILE: '/nowhere/sk',
      HUAWEICLOUD_SDK_PROJECT_ID: '0bec5db98280d2d02fd6c00c2de791ce',
      HUAWEICLOUD_REGION: 'ap-southeast-3',
    };
    const { code, err } = await ran(['check'], env);
    expect([code, err]).toEqual([
      2,
      'huaweicloud-workspace-exporter: HUAWEICLOUD_SDK_SK_FILE: /nowhere/sk cannot be read (ENOENT); check that it exists and is readable\n',
    ]);
  });

  it('may come later: serve names what is missing, and reads as soon as it is there', async () => {
    const cloud = await startCloud();
    const secretKeyFile = join(dirname(fileOf('')), 'sk');
    const projects = (its: Simulator) => [mainOf(its, { auth: keysIn(its, secretKeyFile), pools: [OFFICE] })];
    const exporter = start([configured(cloud, { projects }), '--web.listen-address=127.0.0.1:0']);
    const told =
      'level=error msg="a file named in the configuration cannot be used; it is read again at each collection"';
    await eventually('the error', () => (exporter.err().includes(told) ? true : undefined));
    expect(exporter.err()).toContain(`projects[0].auth.secret_key_file: ${secretKeyFile} cannot be read (ENOENT)`);
    const url = await eventually(
      'the exporter to listen',
      () => /msg=listening url=(\S+?)\/ /.exec(exporter.err())?.[1],
    );
    const up = async () => /desktop_pool_up\{.*\} (\d)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
    expect(await up()).toBe('0');
    expect(cloud.requests).toEqual([]);
    writeFileSync(secretKeyFile, `${cloud.credentials.secretKey}\n`);
    expect(await up()).toBe('1');
    exporter.stop();
    expect(await exporter.code).toBe(0);
  });
});

describe('what a configuration probably does not mean', () => {
  const env = { HUAWEICLOUD_WORKSPACE_POOLIDS: 'x' };
  const ignored = 'HUAWEICLOUD_WORKSPACE_POOLIDS: ignored: the configuration comes from --config.file';

  it('is told by check, and is good all the same', async () => {
    const cloud = await startCloud();
    const projects = (its: Simulator) => [mainOf(its, { pools: ['finance'] })];
    const { code, out } = await ran(['check', configured(cloud, { projects })], env);
    expect(code).toBe(0);
    expect(out).toMatch(/^Warning: \S+config\.yml:1:\d+: projects\[0\]\.pools\[0\]: looks like a name/m);
    expect(out).toContain(`\nWarning: ${ignored}\n`);
  });

  it('is logged by the others', async () => {
    const { err } = await ran(['metrics', configured(await startCloud())], env);
    expect(err).toContain(`level=warn msg="${ignored}"`);
  });
});

describe('check', () => {
  it('says that a good configuration is good, without asking the cloud', async () => {
    const cloud = await startCloud();
    const { code, out, err } = await ran([
      'check',
      configured(cloud, { projects: (its) => [mainOf(its), branchOf(its)] }),
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^The configuration is valid\.\n/);
    expect(out).toMatch(/^main +ap-southeast-3 +aksk +details +2 +120 of 150 +not tried \(--api\)$/m);
    expect(out).toMatch(/^branch +ap-southeast-3 +aksk +list +discovery +300 of 150 +not tried \(--api\)$/m);
    expect(cloud.requests).toEqual([]);
  });

  it('warns of a budget that does not fit', async () => {
    const cloud = await startCloud();
    const { code, out } = await ran(['check', configured(cloud, { http: { requests_per_minute: 10 } })]);
    expect(code).toBe(0);
    expect(out).toContain(
      'Warning: main: up to 120 requests a minute are needed in the worst case, but requests_per_minute allows 10;',
    );
  });

  it('warns of alerts that miss a metric which is left out', async () => {
    const cloud = await startCloud();
    const told = async (metrics: Readonly<Record<string, unknown>>) =>
      (await ran(['check', configured(cloud, { metrics })])).out.match(/^Warning: metrics .*$/gm);
    expect(await told({ deny: ['_tag_info$', '_alert_threshold$'] })).toBeNull();
    expect(await told({ deny: ['pool_found$', 'desktops_isolated$'] })).toEqual([
      'Warning: metrics leaves out what shipped alerts look at, and they may stay silent: WorkspacePoolDesktopsIsolated, WorkspacePoolNotFound (huaweicloud_workspace_desktop_pool_desktops_isolated, huaweicloud_workspace_desktop_pool_found)',
    ]);
    // Through a recorded series, too.
    expect(await told({ deny: ['pool_desktops_used$'] })).toEqual([
      expect.stringMatching(
        /stay silent: WorkspacePoolIdleBelowMinimum, .* and \d+ more \(huaweicloud_workspace_desktop_pool_desktops_used\)$/,
      ),
    ]);
  });

  describe('--api', () => {
    const checked = async (
      options: WorldOptions & { readonly cloud?: SimulatorOptions },
      before?: (cloud: Simulator) => void,
    ) => {
      const cloud = await startCloud(options.cloud);
      before?.(cloud);
      return ran(['check', '--api', configured(cloud, options)]);
    };
    const missingIn = (out: string) => out.split('\nMissing:\n')[1] ?? '';

    it('names the missing permission where something else was read instead', async () => {
      const { code, out } = await checked(
        { projects: (its) => [mainOf(its, { collectors: { pools: { source: 'list' } } })] },
        (cloud) => cloud.fault({ status: 403, match: { path: /desktop-pools$/ } }),
      );
      expect(code).toBe(0);
      expect(out).toMatch(/^Remark: main, pools: listing pools is forbidden.*workspace:desktopPools:list/m);
    });

    it('reads each project once and ends with 0', async () => {
      const cloud = await startCloud();
      const sessions = { collectors: { sessions: { enabled: true } } };
      const { code, out, err } = await ran([
        'check',
        '--api',
        configured(cloud, { projects: (its) => [mainOf(its, sessions), branchOf(its)] }),
      ]);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^main .* details +2 read +240 of 150 +pools:ok sessions:ok$/m);
      expect(out).toMatch(/^branch .* list +4 read +300 of 150 +pools:ok$/m);
      expect(out).not.toContain('Missing');
      expect(cloud.requests).toHaveLength(4);
    });

    it('compares each operation with its permission, asked or not', async () => {
      const { code, out } = await checked(
        {
          projects: (its) => [
            mainOf(its, {
              pools: [OFFICE],
              collectors: { sessions: { enabled: true }, quotas: { enabled: true }, creations: { enabled: true } },
            }),
          ],
        },
        (cloud) => cloud.fault({ status: 403, match: { path: '/statistics' } }),
      );
      expect(code).toBe(1);
      expect(out).toMatch(/^main +show_desktop_pool +200 +workspace:desktopPools:get$/m);
      expect(out).toMatch(/^main +list_desktop_pools +not asked +workspace:desktopPools:list$/m);
      expect(out).toMatch(/^main +list_desktops_statistics +403, missing +workspace:statistics:listDesktopStatus$/m);
      expect(out).toMatch(/^main +show_quotas +200 +workspace:quotas:get$/m);
      expect(out).toMatch(/^main +list_sub_jobs +(not asked|200) +workspace:jobs:listSubJobs$/m);
    });

    it('says how many requests to expect beside the worst case', async () => {
      const { out } = await checked({
        scrape: { min_interval: '10s' },
        projects: (its) => [branchOf(its, { collectors: { quotas: { enabled: true, interval: '60s' } } })],
      });
      // One page of the list where max_pools allows five, and one of the quotas.
      expect(out).toMatch(/^branch: about 7 requests a minute to expect, 31 at worst$/m);
      expect(out).not.toContain('the gateway allows');
    });

    it('asks the gateway once for its limits, and tells them where it does', async () => {
      const limit = { 'x-apig-ratelimit-user': 'remain:87,limit:200,time:1 minute' };
      const cloud = await startCloud({ faults: [{ headers: limit, match: { path: '/desktop-pools' }, times: 1 }] });
      const { code, out } = await ran(['check', '--api', configured(cloud, { projects: (its) => [branchOf(its)] })]);
      expect([code, out]).toEqual([
        0,
        expect.stringMatching(/^branch: the gateway allows 87 more of list_desktop_pools$/m),
      ]);
    });

    it('explains of each pool why it is kept or dropped', async () => {
      const { out } = await ran([
        'check',
        '--explain',
        configured(await startCloud(), {
          projects: (its) => [
            branchOf(its, {
              pools: [BRANCH[1]],
              discovery: {
                enabled: true,
                type: 'DYNAMIC',
                include: ['support$', 'Łódź', 'פיתוח'],
                exclude: ['^night'],
              },
              max_pools: 2,
            }),
          ],
        }),
      ]);
      const lines = out.split('Pools of branch:\n')[1]?.split('\n').slice(0, 4) ?? [];
      expect(lines.map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
        `kept ${BRANCH[3]} "Magazyn Łódź": include Łódź matches`,
        `kept ${BRANCH[1]} "大阪支店 reception": configured by id`,
        `dropped ${BRANCH[2]} "night-shift support": exclude ^night matches`,
        `dropped ${BRANCH[0]} "קבוצת פיתוח": max_pools allows no more`,
      ]);
    });

    it('explains that pools which are configured by id are not listed', async () => {
      const { out } = await ran(['check', '--explain', configured(await startCloud())]);
      expect(out).toContain('Pools of main:\n  its pools were not listed: they are configured by id\n');
    });

    it.each([
      ['they could not be listed, see below', { status: 500 }],
      ['the cloud lists none', { status: 200, body: '{"desktop_pools":[],"total_count":0}' }],
      [
        'dropped  a  "b": the list could not be used, see below',
        { status: 200, body: '{"desktop_pools":[{"id":"a","name":"b"}],"total_count":0}' },
      ],
    ])('explains why no pool is kept: %s', async (words, answer) => {
      const cloud = await startCloud({ faults: [{ ...answer, match: { path: /desktop-pools$/ } }] });
      const { out } = await ran(['check', '--explain', configured(cloud, { projects: (its) => [branchOf(its)] })]);
      expect(out).toContain(`Pools of branch:\n  ${words}\n`);
    });

    it('names the permission that is missing', async () => {
      const { code, out } = await checked({
        cloud: { faults: [{ status: 403, match: { path: '/statistics' } }] },
        projects: (cloud) => [mainOf(cloud, { collectors: { sessions: { enabled: true } } })],
      });
      expect(code).toBe(1);
      expect(out).toMatch(/pools:ok sessions:failed$/m);
      expect(missingIn(out)).toContain('main, sessions: list_desktops_statistics: HTTP 403');
      expect(missingIn(out)).toContain('grant workspace:statistics:listDesktopStatus');
    });

    it('names the pool that the cloud does not know', async () => {
      const { code, out } = await checked({
        projects: (cloud) => [mainOf(cloud, { pools: [OFFICE, 'unknown-pool'] })],
      });
      expect(code).toBe(1);
      expect(out).toMatch(/ 1 read /);
      expect(missingIn(out)).toMatch(/^ {2}main: the cloud does not know pool unknown-pool\n\n/);
    });

    it('says that the project is wrong when no pool is known', async () => {
      const { code, out } = await checked({ projects: (cloud) => [mainOf(cloud, { pools: ['x', 'y'] })] });
      expect(code).toBe(1);
      expect(missingIn(out)).toContain(
        'the cloud knows none of the configured pools; check project_id, region and the pool ids',
      );
    });

    it('names the clock when it is wrong', async () => {
      const { code, out } = await checked({ cloud: { clock: { now: () => Date.now() + 20 * 60_000 } } });
      expect(code).toBe(1);
      expect(missingIn(out)).toMatch(/this clock is 1(199|200|201) s behind the cloud's/);
    });

    it('names a key that the cloud does not take, with the id of the request', async () => {
      const { code, out } = await checked({}, (cloud) => cloud.control.setSecretKey('another'));
      expect(code).toBe(0);
      const wrong = await checked({
        projects: (cloud) => [mainOf(cloud, { auth: { ...aksk(cloud), secret_key: 'wrong' } })],
      });
      expect(wrong.code).toBe(1);
      expect(missingIn(wrong.out)).toMatch(
        /HTTP 401 APIGW\.0301: .*verify aksk signature fail.* \[request [0-9a-f]{32}\]/,
      );
      expect(out).not.toContain('Missing');
    });

    it('names the endpoint that is wrong', async () => {
      const { code, out } = await checked({
        projects: (cloud) => [mainOf(cloud, { endpoint: `${cloud.url}/elsewhere` })],
      });
      expect(code).toBe(1);
      expect(missingIn(out)).toContain('wrong endpoint or region?');
    });
  });
});

describe('metrics', () => {
  it('prints the page and nothing else to standard output', async () => {
    const cloud = await startCloud();
    const { code, out, err } = await ran(['metrics', configured(cloud)]);
    expect(code).toBe(0);
    validPage(out);
    expect(out).toContain('huaweicloud_workspace_desktop_pool_desktops{project="main"');
    expect(out).toContain('huaweicloud_workspace_exporter_build_info{');
    expect(err).toContain('msg="project configured"');
  });

  it('prints what there is, and ends with 1, when a read failed', async () => {
    const cloud = await startCloud({ faults: [{ status: 500, match: { path: OFFICE } }] });
    const { code, out, err } = await ran(['metrics', configured(cloud), '--log.level=warn']);
    expect(code).toBe(1);
    validPage(out);
    expect(out).toMatch(new RegExp(`desktop_pool_up\\{project="main",pool_id="${OFFICE}"\\} 0`));
    expect(out).toMatch(new RegExp(`desktop_pool_up\\{project="main",pool_id="${GPU}"\\} 1`));
    expect(err).toMatch(/level=warn msg="reads failed"/);
  });

  it('takes its configuration from the environment', async () => {
    const { url, credentials } = await startCloud();
    const env = {
      HUAWEICLOUD_SDK_AK: credentials.accessKey,
      HUAWEICLOUD_SDK_SK_FILE: fileOf(`${credentials.secretKey}\n`),
      HUAWEICLOUD_SDK_PROJECT_ID: credentials.projectId,
      HUAWEICLOUD_REGION: 'ap-southeast-3',
      HUAWEICLOUD_WORKSPACE_ENDPOINT: url,
    };
    const all = await ran(['metrics'], env);
    expect(all.code).toBe(0);
    expect(all.out.match(/^huaweicloud_workspace_desktop_pool_up\{project="default",.*\} 1$/gm)).toHaveLength(12);
    const some = await ran(['metrics'], {
      ...env,
      HUAWEICLOUD_WORKSPACE_PROJECT_NAME: 'prod',
      HUAWEICLOUD_WORKSPACE_POOL_IDS: `${OFFICE}, ${GPU}`,
    });
    expect(some.out.match(/^huaweicloud_workspace_desktop_pool_up\{project="prod",.*\} 1$/gm)).toHaveLength(2);
  });
});

it('a mistake of the program is told with its place, for the report', async () => {
  const said: string[] = [];
  const none = () => {};
  const out = () => {
    throw new TypeError('no such thing');
  };
  const code = await run({
    argv: ['help'],
    env: {},
    out,
    err: (text) => said.push(text),
    stopped: new Promise(none),
    onHangup: none,
  });
  expect(code).toBe(1);
  expect(said.join('')).toMatch(
    /^huaweicloud-workspace-exporter: a bug, please report it: TypeError: no such thing\n {4}at /,
  );
});

describe('serve', () => {
  const urlIn = ({ err }: Run) => /msg=listening url=(\S+?)\/ /.exec(err())?.[1];

  it('serves until it is asked to end, and ends with 0', async () => {
    const cloud = await startCloud();
    const exporter = start([configured(cloud), '--web.listen-address=127.0.0.1:0', '--web.telemetry-path=/m']);
    const url = await eventually('the exporter to listen', () => urlIn(exporter));
    expect((await fetch(`${url}/m`)).status).toBe(200);
    exporter.stop();
    expect(await exporter.code).toBe(0);
    expect(exporter.err()).toContain('running scrapes finish first');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('ends with 1 and names the address that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    // Reason: a TCP server that listens has an address of this form.
    const { port } = other.address() as AddressInfo;
    const cloud = await startCloud();
    const { code, err } = await ran([configured(cloud), `--web.listen-address=127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(err).toContain(
      `huaweicloud-workspace-exporter: cannot listen on 127.0.0.1:${port} (EADDRINUSE); is another program using it? --web.listen-address chooses another\n`,
    );
    const demo = await ran(['demo', `--web.listen-address=127.0.0.1:${port}`]);
    expect([demo.code, demo.err.includes(`cannot listen on 127.0.0.1:${port}`)]).toEqual([1, true]);
    const simulator = await ran(['simulate', `--simulator.port=${port}`]);
    expect([simulator.code, simulator.err]).toEqual([
      1,
      `huaweicloud-workspace-exporter: cannot listen on 127.0.0.1:${port} (EADDRINUSE); is another program using it? --simulator.port chooses another\n`,
    ]);
  });

  it.each([
    ['192.0.2.1:10054', '192.0.2.1:10054 (EADDRNOTAVAIL); this machine has no such address; leave it out (:10054) to'],
    ['nobody.invalid:10054', 'nobody.invalid:10054 (E'],
  ])('ends with 1 and says why it cannot listen on %s', async (address, words) => {
    const { code, err } = await ran([configured(await startCloud()), `--web.listen-address=${address}`]);
    expect(code).toBe(1);
    expect(err).toContain(`cannot listen on ${words}`);
    expect(err).not.toContain('is another program');
  });

  it('logs as it is told', async () => {
    const cloud = await startCloud();
    const exporter = start([configured(cloud), '--web.listen-address=127.0.0.1:0', '--log.format=json']);
    await eventually('the exporter to listen', () => (exporter.err().includes('"msg":"listening"') ? true : undefined));
    exporter.stop();
    await exporter.code;
    const lines = exporter
      .err()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ level: 'info', msg: 'starting', version: '0.0.0-dev' });
  });

  it('warns when it starts of a budget that does not fit', async () => {
    const cloud = await startCloud();
    const exporter = start([
      configured(cloud, { http: { requests_per_minute: 10 } }),
      '--web.listen-address=127.0.0.1:0',
    ]);
    await eventually('the exporter to listen', () => urlIn(exporter));
    exporter.stop();
    await exporter.code;
    expect(exporter.err()).toMatch(/level=warn msg="main: up to 120 requests a minute/);
  });
});

describe('simulate', () => {
  it('prints a configuration that works when it is fed back', async () => {
    const simulator = start(['simulate', '--simulator.port=0', '--seed=3']);
    const text = await eventually('its configuration', () => simulator.out() || undefined);
    const { code, out } = await ran(['check', '--api', `--config.file=${fileOf(text)}`]);
    expect(out).not.toMatch(/Warning|Remark/);
    expect(out).toMatch(/^main .* 12 read .* pools:ok$/m);
    expect(out).toMatch(/^branch .* 4 read .* pools:ok$/m);
    expect(code).toBe(0);
    simulator.stop();
    expect(await simulator.code).toBe(0);
  });

  it('fails where it is told to', async () => {
    const simulator = start(['simulate', '--simulator.port=0', '--fault=path=/desktop-pools,status=503', '--pools=4']);
    const text = await eventually('its configuration', () => simulator.out() || undefined);
    const { code, out } = await ran(['check', '--api', `--config.file=${fileOf(text)}`]);
    expect([code, out.includes('HTTP 503')]).toEqual([1, true]);
    simulator.stop();
    await simulator.code;
  });
});

describe('demo', () => {
  it('shows the product without an account, and ends with 0', async () => {
    const demo = start(['demo', '--web.listen-address=127.0.0.1:0']);
    const url = await eventually('its address', () => /Metrics for Prometheus: +(\S+)\/metrics/.exec(demo.out())?.[1]);
    const page = validPage(await (await fetch(`${url}/metrics`)).text());
    expect(page.match(/^huaweicloud_workspace_desktop_pool_up\{.*\} 1$/gm)).toHaveLength(16);
    expect(page).toContain('collector_success{project="branch",collector="users"} 1');
    expect(await (await fetch(url)).text()).toContain('Office Singapore');
    demo.stop();
    expect(await demo.code).toBe(0);
    expect(demo.err()).not.toMatch(/level=(warn|error)/);
  });
});
