// A real Kubernetes API without nodes: etcd and kube-apiserver on the loopback. What it admits, a cluster admits; nothing runs in it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { createAuthority } from './certificates.ts';
import { eventually } from './eventually.ts';
import type { Manifest } from './kubernetes.ts';

export interface Cluster {
  /** A file for KUBECONFIG. */
  readonly kubeconfig: string;
  /** What the API says to a request of its administrator; `text` is JSON. */
  ask(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<{ status: number; text: string }>;
  /** As `kubectl apply --server-side --validate=strict`. Rejects with the API's own words. */
  apply(manifest: Manifest, namespace: string): Promise<void>;
  stop(): Promise<void>;
}

const TOKEN = 'administrator';
const START_MS = 60_000;

/** Starts both, with their files in `folder`. Resolves once the API is ready. */
export async function startCluster(folder: string): Promise<Cluster> {
  const [peers, clients, port] = [await freePort(), await freePort(), await freePort()];
  const { certFile, keyFile } = createAuthority(folder).issue('kube-apiserver', ['IP:127.0.0.1'], { kind: 'rsa' });
  const [tokens, kubeconfig] = [join(folder, 'tokens.csv'), join(folder, 'kubeconfig')];
  const url = `https://127.0.0.1:${port}`;
  writeFileSync(tokens, `${TOKEN},administrator,administrator,"system:masters"\n`);
  writeFileSync(kubeconfig, JSON.stringify(configFor(url)));
  const running: ChildProcess[] = [];
  let log = '';
  const start = (program: string, args: readonly string[]) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk) => {
      log += chunk;
    });
    process.once('exit', () => child.kill('SIGKILL'));
    running.push(child);
  };
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const stop = async () => {
    await dispatcher.close();
    await Promise.all(running.toReversed().map(ended));
  };

  mkdirSync(join(folder, 'etcd'), { mode: 0o700 });
  start('etcd', [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-peer-urls=http://127.0.0.1:${peers}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
    `--initial-cluster=default=http://127.0.0.1:${peers}`,
    `--listen-client-urls=http://127.0.0.1:${clients}`,
    `--advertise-client-urls=http://127.0.0.1:${clients}`,
    '--unsafe-no-fsync',
  ]);
  start('kube-apiserver', [
    `--etcd-servers=http://127.0.0.1:${clients}`,
    `--bind-address=127.0.0.1`,
    // It wants an address that is not the loopback to announce, and announces it to nobody here.
    '--advertise-address=192.0.2.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${certFile}`,
    `--tls-private-key-file=${keyFile}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${keyFile}`,
    `--service-account-signing-key-file=${keyFile}`,
  ]);

  const ask: Cluster['ask'] = async (method, path, body) => {
    const type = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
    const headers = { authorization: `Bearer ${TOKEN}`, ...(body === undefined ? {} : { 'content-type': type }) };
    const { statusCode, body: answer } = await request(url + path, {
      method,
      dispatcher,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: statusCode, text: await answer.text() };
  };
  const unlessEnded = () => {
    if (running.some(({ exitCode }) => exitCode !== null)) throw new Error(`the cluster ended:\n${log}`);
  };
  const isReady = async () => {
    unlessEnded();
    return (await ask('GET', '/readyz').catch(() => undefined))?.status === 200 || undefined;
  };
  try {
    await eventually('kube-apiserver to be ready', isReady, START_MS);
  } catch (error) {
    await stop();
    throw error;
  }

  const plurals = new Map<string, Promise<Resources>>();
  const resourcesOf = async (group: string): Promise<Resources> => JSON.parse((await ask('GET', group)).text);
  return {
    kubeconfig,
    ask,
    stop,
    apply: async (manifest, namespace) => {
      const { apiVersion, kind, metadata } = manifest;
      const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      const known = plurals.get(group) ?? resourcesOf(group);
      plurals.set(group, known);
      const resource = (await known).resources?.find((one) => one.kind === kind && !one.name.includes('/'));
      if (resource === undefined) throw new Error(`the cluster knows no ${apiVersion} ${kind}`);
      const inside = resource.namespaced ? `/namespaces/${metadata.namespace ?? namespace}` : '';
      const path = `${group}${inside}/${resource.name}/${metadata.name}?fieldManager=test&fieldValidation=Strict`;
      const { status, text } = await ask('PATCH', path, manifest);
      if (status >= 300) throw new Error(`${kind} ${metadata.name}: ${text}`);
    },
  };
}

interface Resources {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

const configFor = (server: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'administrator', user: { token: TOKEN } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'administrator' } }],
  'current-context': 'test',
});

/** Programs that print no port they chose have to be given one. */
const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    // Nothing in it is worth a minute of saying goodbye.
    child.kill('SIGKILL');
  });
