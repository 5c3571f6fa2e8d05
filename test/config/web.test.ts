// The web configuration: broken files and every word that is said about them, its defaults, and how it is read anew.
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../src/config/problem.ts';
import { unwrap } from '../../src/config/shape.ts';
import { openWebFile, parseWebConfig } from '../../src/config/web.ts';
import { files } from '../../src/option-types/regular-file.ts';
import { webOptions } from '../../src/server/web-config/options.ts';
import { createAuthority, scratch } from '../support/certificates.ts';

const HASH = `$2b$10$${'aB3./'.repeat(11).slice(0, 53)}`;

/** Lines, without the name of the file. */
function problemsOf(text: string): readonly string[] {
  try {
    parseWebConfig(text, 'web.yml');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((line) => line.replace(/^web\.yml:/, ''));
  }
}

const PAIR = 'cert_file: c\n  key_file: k';
const SUITES =
  'TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA';

describe('a broken file is refused with all its problems, each with its place:', () => {
  it.each<[string, string, readonly string[]]>([
    ['empty', '', ['1:1: the file is empty; it needs at least `{}`']],
    [
      'not YAML',
      'a: [',
      [
        '1:5: not valid YAML: wrong indentation (the keys of a map start in the same column), or an unclosed bracket before it',
      ],
    ],
    ['a list', '- a', ['1:1: expected a map, got a list']],
    [
      'unknown keys, nearly right',
      'tls_server_confg: {}\nbasic_auth_user: {}\nhttp_server_config: { http3: true }\nrate_limit: { inteval: 1s }\nx: 1',
      [
        '1:1: tls_server_confg: unknown key; did you mean tls_server_config? allowed: tls_server_config, http_server_config, basic_auth_users, rate_limit',
        '2:1: basic_auth_user: unknown key; did you mean basic_auth_users? allowed: tls_server_config, http_server_config, basic_auth_users, rate_limit',
        '3:23: http_server_config.http3: unknown key; did you mean http2? allowed: http2, headers',
        '4:15: rate_limit.inteval: unknown key; did you mean interval? allowed: interval, burst',
        '5:1: x: unknown key; allowed: tls_server_config, http_server_config, basic_auth_users, rate_limit',
      ],
    ],
    [
      'a duplicate',
      `basic_auth_users:\n  a: ${HASH}\n  a: ${HASH}`,
      ['3:3: basic_auth_users.a: duplicate key; first used at web.yml:2:3'],
    ],
    [
      'users without a hash',
      `basic_auth_users:\n  alice: hunter2\n  bob: 12345\n  carol: "$2b$20${HASH.slice(6)}"\n  dave:`,
      [
        '2:10: basic_auth_users.alice: not a bcrypt hash; make one with htpasswd -nB USER',
        '3:8: basic_auth_users.bob: expected text, got a number; quote it',
        '4:10: basic_auth_users.carol: a bcrypt hash of cost 20; from 4 to 16 is accepted, 10 is usual',
        '5:3: basic_auth_users.dave: expected text, got nothing; remove it, or write what belongs to it',
      ],
    ],
    [
      'values that nobody knows',
      `tls_server_config:\n  ${PAIR}\n  min_version: TLSv1.2\n  max_version: 1.3\n  client_auth_type: RequireAndVerify\n  curve_preferences: [P256]\n  prefer_server_cipher_suites: "true"`,
      [
        '4:16: tls_server_config.min_version: expected one of TLS10, TLS11, TLS12, TLS13',
        '5:16: tls_server_config.max_version: expected one of TLS10, TLS11, TLS12, TLS13, got a number',
        '6:21: tls_server_config.client_auth_type: expected one of NoClientCert, RequestClientCert, RequireAnyClientCert, RequireClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert; did you mean RequireAndVerifyClientCert?',
        '7:23: tls_server_config.curve_preferences[0]: expected one of CurveP256, CurveP384, CurveP521, X25519',
        '8:32: tls_server_config.prefer_server_cipher_suites: expected true or false, got the text "true"; remove the quotes',
      ],
    ],
    [
      'a cipher suite that Go does not deem secure',
      `tls_server_config:\n  ${PAIR}\n  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]`,
      [`4:19: tls_server_config.cipher_suites[0]: expected one of ${SUITES}`],
    ],
    [
      'headers that cannot be',
      'http_server_config:\n  headers:\n    X-Frame-Options: ALLOW\n    X-Content-Type-Options: sniff\n    Server: me\n    Content-Security-Policy: "a\\r\\nSet-Cookie: b"\n    x-xss-protection: "0"',
      [
        '3:22: http_server_config.headers.X-Frame-Options: expected one of deny, sameorigin',
        '4:29: http_server_config.headers.X-Content-Type-Options: expected one of nosniff; did you mean nosniff?',
        '5:5: http_server_config.headers.Server: unknown key; allowed: Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security',
        '6:30: http_server_config.headers.Content-Security-Policy: not valid in a header: write one line without control characters',
        '7:5: http_server_config.headers.x-xss-protection: unknown key; did you mean X-XSS-Protection? allowed: Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security',
      ],
    ],
    [
      'half of TLS',
      'tls_server_config:\n  key_file: k',
      ['1:1: tls_server_config: missing cert or cert_file; TLS needs both'],
    ],
    [
      'TLS that is only meant',
      'tls_server_config:\n  client_auth_type: NoClientCert',
      [
        '1:1: tls_server_config: missing cert or cert_file; TLS needs both',
        '1:1: tls_server_config: missing key or key_file; TLS needs both',
      ],
    ],
    [
      'a text and a file at once',
      'tls_server_config:\n  cert: c\n  cert_file: c\n  key: k\n  key_file: k\n  client_ca: a\n  client_ca_file: a\n  client_auth_type: RequireAndVerifyClientCert',
      [
        '3:3: tls_server_config.cert_file: cert is set as well; keep only one of them',
        '5:3: tls_server_config.key_file: key is set as well; keep only one of them',
        '7:3: tls_server_config.client_ca_file: client_ca is set as well; keep only one of them',
      ],
    ],
    [
      'a client CA that nobody is asked for',
      `tls_server_config:\n  ${PAIR}\n  client_ca_file: a`,
      [
        '4:3: tls_server_config.client_ca_file: set without a client_auth_type that requests certificates, such as RequireAndVerifyClientCert',
      ],
    ],
    [
      'a client CA and NoClientCert',
      `tls_server_config:\n  ${PAIR}\n  client_ca: a\n  client_auth_type: NoClientCert`,
      [
        '4:3: tls_server_config.client_ca: set without a client_auth_type that requests certificates, such as RequireAndVerifyClientCert',
      ],
    ],
    [
      'names where a certificate may be missing',
      `tls_server_config:\n  ${PAIR}\n  client_ca_file: a\n  client_auth_type: VerifyClientCertIfGiven\n  client_allowed_sans: [a]`,
      [
        '6:3: tls_server_config.client_allowed_sans: needs client_auth_type RequireAndVerifyClientCert (or RequireAnyClientCert)',
      ],
    ],
    [
      'no names at all',
      `tls_server_config:\n  ${PAIR}\n  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: []`,
      ['5:3: tls_server_config.client_allowed_sans: empty'],
    ],
    [
      'versions the wrong way round',
      `tls_server_config:\n  ${PAIR}\n  max_version: TLS11`,
      ['4:3: tls_server_config.max_version: min_version TLS12 is above max_version TLS11'],
    ],
    [
      'empty texts',
      'tls_server_config:\n  cert_file: ""\n  key: ""',
      ['2:14: tls_server_config.cert_file: empty', '3:8: tls_server_config.key: empty'],
    ],
    [
      'a limit that lets nothing through',
      'rate_limit: { interval: 1s }',
      ['1:1: rate_limit: burst must be at least 1 when interval is set; otherwise every request is refused'],
    ],
    [
      'a limit without units',
      'rate_limit: { interval: 10, burst: -1 }',
      [
        '1:25: rate_limit.interval: expected a duration with its unit, like 500ms, 30s, 5m or 1h30m',
        '1:36: rate_limit.burst: too small; at least 0',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });
});

describe('a problem never repeats a secret:', () => {
  it.each([
    'basic_auth_users: { a: hunter2 }',
    'basic_auth_users: { a:hunter2 }',
    'basic_auth_users: { a: [hunter2] }',
    'basic_auth_users: hunter2',
    'basic_auth_users: { a: *hunter2 }',
    'tls_server_config: { key: [hunter2] }',
    'tls_server_config: { key: { hunter2: } }',
    'tls_server_config: { kee: hunter2 }',
  ])('%s', (text) => {
    const told = problemsOf(text);
    expect(told.length).toBeGreaterThan(0);
    expect(told.join()).not.toContain('hunter2');
  });
});

describe('a usable file', () => {
  it('has the defaults of the exporter-toolkit', () => {
    expect(parseWebConfig('{}', 'web.yml').options).toEqual({
      tls_server_config: {
        min_version: 'TLS12',
        max_version: 'TLS13',
        cipher_suites: [],
        prefer_server_cipher_suites: true,
        curve_preferences: [],
      },
      http_server_config: { http2: true, headers: {} },
      basic_auth_users: new Map(),
      rate_limit: { interval: 0, burst: 0 },
    });
  });

  it('counts relative paths from its folder, and takes a user for no path', () => {
    const { options } = parseWebConfig(
      `tls_server_config:\n  ${PAIR}\nbasic_auth_users: { svc_file: ${HASH}, constructor: ${HASH}, "ü@b": ${HASH} }`,
      '/etc/exporter/web.yml',
    );
    expect(options.tls_server_config).toMatchObject({ cert_file: '/etc/exporter/c', key_file: '/etc/exporter/k' });
    expect([...options.basic_auth_users.keys()]).toEqual(['svc_file', 'constructor', 'ü@b']);
    expect(JSON.stringify([...options.basic_auth_users])).not.toContain('$2b$');
  });
});

describe('certificates at start', () => {
  async function startProblems(tls: string, files: Readonly<Record<string, string | Buffer>> = {}) {
    const folder = scratch(onTestFinished);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'web.yml'), `tls_server_config:\n${tls}`);
    const error: unknown = await openWebFile(join(folder, 'web.yml')).then(
      () => undefined,
      (reason) => reason,
    );
    if (!(error instanceof ConfigError)) throw error ?? new Error('it is usable');
    return error.message.replaceAll(`${folder}/`, '').split('\n');
  }
  const authority = () => createAuthority(scratch(onTestFinished));

  it('that are not there are all told', async () => {
    expect(
      await startProblems('  cert_file: c\n  key_file: k\n  client_ca_file: a\n  client_auth_type: RequestClientCert'),
    ).toEqual([
      'web.yml:2:14: tls_server_config.cert_file: c cannot be read (ENOENT); check that it exists and is readable',
      'web.yml:3:13: tls_server_config.key_file: k cannot be read (ENOENT); check that it exists and is readable',
      'web.yml:4:19: tls_server_config.client_ca_file: a cannot be read (ENOENT); check that it exists and is readable',
    ]);
  });

  it('that are something else are all told, without being repeated', async () => {
    expect(
      await startProblems(
        '  cert_file: c\n  key: hunter2\n  client_ca: hunter2\n  client_auth_type: RequestClientCert',
        {
          c: 'hunter2',
        },
      ),
    ).toEqual([
      'web.yml:2:14: tls_server_config.cert_file: c contains no certificate in PEM format',
      'web.yml:3:8: tls_server_config.key: holds no private key in PEM form',
      'web.yml:4:14: tls_server_config.client_ca: contains no certificate in PEM format',
    ]);
  });

  describe.each<[string, (certificate: string) => string | Buffer, string]>([
    ['empty', () => '', 'is empty'],
    ['blank', () => '\n \n', 'is empty'],
    ['in DER form', (pem) => new X509Certificate(pem).raw, 'contains no certificate in PEM format'],
    ['a key', () => authority().key, 'contains no certificate in PEM format'],
    [
      'whole, with a broken one behind',
      (pem) => pem + pem.replace('MII', '!!!'),
      'contains a broken certificate (number 2); each must be complete and in PEM format',
    ],
    [
      'whole, with half of one behind',
      (pem) => pem + pem.slice(0, 90),
      'contains a broken certificate (number 2); each must be complete and in PEM format',
    ],
  ])('of certificates that are %s', (_, spoil, problem) => {
    it('are told at start, whoever they are for', async () => {
      const { cert, key } = authority();
      const tls = '  cert_file: c\n  key_file: k\n  client_ca_file: a\n  client_auth_type: RequireAndVerifyClientCert';
      const good = { c: cert, k: key, a: cert };
      expect(await startProblems(tls, { ...good, c: spoil(cert) })).toEqual([
        `web.yml:2:14: tls_server_config.cert_file: c ${problem}`,
      ]);
      expect(await startProblems(tls, { ...good, a: spoil(cert) })).toEqual([
        `web.yml:4:19: tls_server_config.client_ca_file: a ${problem}`,
      ]);
    });
  });

  it('of a key that is empty or a certificate is told', async () => {
    const { cert } = authority();
    const told = (k: string) => startProblems('  cert_file: c\n  key_file: k', { c: cert, k });
    expect([await told(''), await told(cert)]).toEqual([
      ['web.yml:3:13: tls_server_config.key_file: k is empty'],
      ['web.yml:3:13: tls_server_config.key_file: k holds no private key in PEM form'],
    ]);
    const locked = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n-----END ENCRYPTED PRIVATE KEY-----\n';
    expect(await told(locked)).toEqual([
      'web.yml:3:13: tls_server_config.key_file: k holds a private key with a passphrase; write one without',
    ]);
  });

  it('of authorities must hold a root, which Node needs to let anybody in', async () => {
    const root = authority();
    const tls = `  cert_file: c\n  key_file: k\n  client_ca_file: a\n  client_auth_type: RequireAndVerifyClientCert`;
    expect(await startProblems(tls, { c: root.cert, k: root.key, a: root.delegate('issuing').cert })).toEqual([
      'web.yml:4:19: tls_server_config.client_ca_file: a holds no root: add the certificate of the authority that signed the others',
    ]);
  });

  it('whose key is another one are told', async () => {
    const [one, two] = [authority(), authority()];
    expect(await startProblems('  cert_file: c\n  key_file: k', { c: one.cert, k: two.key })).toEqual([
      'web.yml:3:13: tls_server_config.key_file: k is not the key of the certificate in cert_file; were the two written at the same time?',
    ]);
  });
});

describe('a file that changes', () => {
  it('stays as it was while its storage does not answer, and says so', async () => {
    const path = join(scratch(onTestFinished), 'web.yml');
    writeFileSync(path, `basic_auth_users: { alice: ${HASH} }`);
    const file = await openWebFile(path);
    const whole = await file.read();
    const dead = vi.spyOn(files, 'read').mockResolvedValue({ why: '(no answer within 5 s); …', isSilent: true });
    onTestFinished(() => dead.mockRestore());
    expect(await file.read()).toEqual({ ...whole, silence: `${path}: cannot be read (no answer within 5 s); …` });
    dead.mockRestore();
    expect(await file.read()).toEqual(whole);
  });

  it('is read anew, and keeps its last good options while it is broken or gone', async () => {
    const folder = scratch(onTestFinished);
    const path = join(folder, 'web.yml');
    const users = (...names: readonly string[]) =>
      writeFileSync(path, `basic_auth_users: { ${names.map((name) => `${name}: ${HASH}`).join(', ')} }`);
    users('alice');
    const file = await openWebFile(path);
    const seen = async () => {
      const { options, problem } = await file.read();
      return [[...options.basic_auth_users.keys()], problem?.replaceAll(path, 'web.yml')];
    };
    expect(await seen()).toEqual([['alice'], undefined]);
    users('alice', 'bob');
    expect(await seen()).toEqual([['alice', 'bob'], undefined]);
    writeFileSync(path, '');
    expect(await seen()).toEqual([['alice', 'bob'], 'web.yml:1:1: the file is empty; it needs at least `{}`']);
    expect(await seen()).toEqual([['alice', 'bob'], 'web.yml:1:1: the file is empty; it needs at least `{}`']);
    users('bob');
    expect(await seen()).toEqual([['bob'], undefined]);
    renameSync(path, `${path}.old`);
    const missing = 'web.yml: cannot be read (ENOENT); check that it exists and is readable';
    expect(await seen()).toEqual([['bob'], missing]);
    renameSync(`${path}.old`, path);
    expect(await seen()).toEqual([['bob'], undefined]);
    rmSync(path);
    mkdirSync(path);
    expect((await seen())[1]).toContain('EISDIR');
  });

  it('is parsed once as long as its text is the same', async () => {
    const path = join(scratch(onTestFinished), 'web.yml');
    writeFileSync(path, '{}');
    const file = await openWebFile(path);
    const { options } = await file.read();
    writeFileSync(path, '{}');
    expect((await file.read()).options).toBe(options);
  });
});

describe('docs/web-config.md', () => {
  const text = readFileSync('docs/web-config.md', 'utf8');

  it('has an example that is valid', () => {
    const [example = ''] = /(?<=^```yaml\n)tls_server_config:[^`]*/m.exec(text) ?? [];
    expect(problemsOf(example)).toEqual([]);
    expect(example).toContain('basic_auth_users');
  });

  it('has every key, and every name that a key may have', () => {
    const keysOf = (schema: unknown): string[] => {
      const own = unwrap(schema);
      if (own instanceof z.ZodArray) return keysOf(own.element);
      if (own instanceof z.ZodEnum) return own.options.map(String).filter((name) => !name.startsWith('TLS_'));
      if (!(own instanceof z.ZodObject)) return [];
      return Object.entries(own.shape).flatMap(([key, child]) => [key, ...keysOf(child)]);
    };
    const keys = keysOf(webOptions);
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
  });
});
