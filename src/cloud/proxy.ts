// Which proxy requests go through: that of the configuration, or what HTTPS_PROXY and NO_PROXY say, read as Go's programs and curl read them.
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { type ProxyAddress, parseProxy } from '../option-types/url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ChosenProxy {
  readonly address: ProxyAddress;
  /** Where it is configured, as a person would look for it. */
  readonly setting: string;
}

const SETTINGS: Readonly<Record<string, string>> = { 'https:': 'HTTPS_PROXY', 'http:': 'HTTP_PROXY' };

/**
 * The proxy for an address; undefined where it is asked directly. Throws an error that names the variable where it holds no
 * address of a proxy: what should go through one must not go past it.
 */
export function proxyOf(url: URL, env: Environment): ChosenProxy | undefined {
  const setting = SETTINGS[url.protocol] ?? '';
  const written = readVariable(setting, env);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (written === undefined || isLocal(host)) return undefined;
  const isExempt = matcherOf(readVariable('NO_PROXY', env) ?? '');
  if (isExempt(host, portOf(url))) return undefined;
  const address = parseProxy(written);
  if (address === undefined) throw new Error(`${setting} ${NO_ADDRESS}`);
  return { address, setting };
}

export const portOf = ({ protocol, port }: URL) => port || (protocol === 'https:' ? '443' : '80');

const NO_ADDRESS = 'is not the address of an HTTP proxy; write one like http://host:3128';

/** The variables that hold no address of a proxy, and why. Pure. */
export const unusableProxies = (env: Environment): readonly { readonly name: string; readonly message: string }[] =>
  Object.values(SETTINGS).flatMap((name) => {
    const written = readVariable(name, env);
    return written === undefined || parseProxy(written) !== undefined ? [] : [{ name, message: NO_ADDRESS }];
  });

/** An empty variable is none, so that the other spelling counts. Lower case goes first, as in curl. */
function readVariable(name: string, env: Environment): string | undefined {
  const texts = [env[name.toLowerCase()], env[name]].map((text) => text?.trim() ?? '');
  return texts.find((text) => text !== '');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** This machine is never behind a proxy: `demo` and `simulate` live there. */
const isLocal = (host: string) => host === 'localhost' || isIn(LOOPBACK, host);

const isIn = (list: BlockList, host: string) => isIP(host) !== 0 && list.check(host, familyOf(host));
const familyOf = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');

type Matcher = (host: string, port: string) => boolean;

function matcherOf(noProxy: string): Matcher {
  const matchers = noProxy
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .map(entryMatcher);
  return (host, port) => matchers.some((matches) => matches(host, port));
}

/** `*`, a network, or a host with or without a port. A name stands for its subdomains, too; with a dot or `*.` before it for them alone. */
function entryMatcher(entry: string): Matcher {
  if (entry === '*') return () => true;
  const network = networkOf(entry);
  if (network !== undefined) return (host) => isIn(network, host);
  const [, named = entry, port] = (isIP(entry) === 0 && /^(.+):(\d+)$/.exec(entry)) || [];
  const isPort = (asked: string) => port === undefined || port === asked;
  const bare = named.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) {
    const address = new BlockList();
    address.addAddress(bare, familyOf(bare));
    return (host, asked) => isIn(address, host) && isPort(asked);
  }
  const suffix = bare.replace(/^\*(?=\.)/, '');
  const isWhole = !suffix.startsWith('.');
  // What has a slash is neither network nor name, and would lose what is behind it.
  const name = suffix.includes('/') ? '' : domainToASCII(isWhole ? suffix : suffix.slice(1));
  return (host, asked) => name !== '' && isPort(asked) && (host.endsWith(`.${name}`) || (isWhole && host === name));
}

function networkOf(entry: string): BlockList | undefined {
  const [, ip = '', bits] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(entry) ?? [];
  if (isIP(ip) === 0 || Number(bits) > (isIP(ip) === 6 ? 128 : 32)) return undefined;
  const network = new BlockList();
  network.addSubnet(ip, Number(bits), familyOf(ip));
  return network;
}
