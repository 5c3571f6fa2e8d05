// Everything one can sign in with: the user's password and access key, issued tokens, the temporary keys of the ECS agency.
import { hexOf } from './noise.ts';

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly username: string;
  readonly domain: string;
  readonly password: string;
  /** A token that lives until `revokeTokens` or `expireTokens`, for both projects. */
  readonly token: string;
  /** Of the service account that the pod runs as. */
  readonly podToken: string;
  readonly projectId: string;
  readonly projectId2: string;
}

export interface Token {
  readonly id: string;
  readonly issuedAt: number;
  expiresAt: number;
  isRevoked: boolean;
  /** Undefined: both projects. */
  readonly projectId: string | undefined;
}

export interface SecretKey {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Set for temporary keys, as is `expiresAt`. */
  readonly securityToken?: string;
  readonly expiresAt?: number;
}

export interface Lifetimes {
  /** ms. */
  readonly token: number;
  /** ms. */
  readonly temporaryKey: number;
}

export interface TemporaryKey extends Required<SecretKey> {}

export interface Keyring {
  readonly credentials: Credentials;
  issueToken(projectId?: string): Token;
  token(id: string): Token | undefined;
  /** Kept as they are, and refused as "must be updated" from now on. */
  revokeTokens(): void;
  expireTokens(): void;
  key(accessKey: string): SecretKey | undefined;
  /** The agency's current key; a fresh one when less than half of the life remains. */
  temporaryKey(): TemporaryKey;
  expireTemporaryKeys(): void;
  setPassword(password: string): void;
  setSecretKey(secretKey: string): void;
  setPodToken(podToken: string): void;
  setLifetimes(lifetimes: Partial<Lifetimes>): void;
  /** All there ever were. */
  secrets(): readonly string[];
}

const day = 24 * 3_600_000;

/** `now` gives real epoch ms: sign-in does not follow the simulated working day. */
export function createKeyring(now: () => number): Keyring {
  let lifetimes: Lifetimes = { token: day, temporaryKey: day };
  let serial = 0;
  const tokens = new Map<string, Token>();
  const temporary = new Map<string, TemporaryKey>();
  let current: TemporaryKey | undefined;

  const remember = (id: string, projectId: string | undefined, expiresAt: number): Token => {
    const token = { id, issuedAt: now(), expiresAt, isRevoked: false, projectId };
    tokens.set(id, token);
    return token;
  };
  let credentials: Credentials = {
    accessKey: 'SIMULATEDACCESSKEY01',
    secretKey: hexOf('secret key', 40),
    username: 'exporter',
    domain: 'acme',
    password: 'correct horse battery staple',
    token: `MIIstatic${hexOf('static token', 64)}`,
    podToken: `eyJpod${hexOf('pod token', 64)}`,
    projectId: '0bec5db98280d2d02fd6c00c2de791ce',
    projectId2: '5f0c2b7e9d1a4c368b52e7f0a91d3c64',
  };
  remember(credentials.token, undefined, Number.POSITIVE_INFINITY);
  const words = new Set([credentials.secretKey, credentials.password, credentials.podToken]);

  const rotate = (): TemporaryKey => {
    serial += 1;
    const made = {
      accessKey: `TEMP${hexOf(`temporary access ${serial}`, 16).toUpperCase()}`,
      secretKey: hexOf(`temporary secret ${serial}`, 40),
      securityToken: `gQpj+/${hexOf(`security token ${serial}`, 80)}==`,
      expiresAt: now() + lifetimes.temporaryKey,
    };
    temporary.set(made.accessKey, made);
    current = made;
    return made;
  };

  return {
    get credentials() {
      return credentials;
    },
    issueToken(projectId) {
      serial += 1;
      return remember(`MIIissued${hexOf(`token ${serial}`, 64)}`, projectId, now() + lifetimes.token);
    },
    token: (id) => tokens.get(id),
    revokeTokens() {
      for (const token of tokens.values()) token.isRevoked = true;
    },
    expireTokens() {
      for (const token of tokens.values()) token.expiresAt = Math.min(token.expiresAt, now());
    },
    key: (accessKey) => (accessKey === credentials.accessKey ? credentials : temporary.get(accessKey)),
    temporaryKey() {
      const isFresh = current !== undefined && current.expiresAt - now() > lifetimes.temporaryKey / 2;
      return isFresh && current !== undefined ? current : rotate();
    },
    expireTemporaryKeys() {
      for (const [accessKey, key] of temporary) temporary.set(accessKey, { ...key, expiresAt: now() });
      current = undefined;
    },
    setPassword: (password) => {
      words.add(password);
      credentials = { ...credentials, password };
    },
    setSecretKey: (secretKey) => {
      words.add(secretKey);
      credentials = { ...credentials, secretKey };
    },
    setPodToken: (podToken) => {
      words.add(podToken);
      credentials = { ...credentials, podToken };
    },
    setLifetimes(changed) {
      lifetimes = { ...lifetimes, ...changed };
      current = undefined;
    },
    secrets: () => [
      ...words,
      ...tokens.keys(),
      ...[...temporary.values()].flatMap(({ secretKey, securityToken }) => [secretKey, securityToken]),
    ],
  };
}

/** The time format of IAM and of the metadata service: UTC with six decimals. */
export function microseconds(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}
