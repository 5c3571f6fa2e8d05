// Checks rules over several options of the web configuration, those of the exporter-toolkit, on the tree (see rules.ts).

import { parseDuration } from '../option-types/duration.ts';
import { TLS_SWITCHES } from '../server/web-config/options.ts';
import { isOlder, VERSION_NAMES, type Version } from '../server/web-config/tls-names.ts';
import { type ConfigNode, entryOf } from './node.ts';
import type { Problem } from './problem.ts';

export function brokenWebRules(root: ConfigNode): readonly Problem[] {
  const tls = entryOf(root, 'tls_server_config');
  const limit = entryOf(root, 'rate_limit');
  return [...(tls?.kind === 'map' ? tlsProblems(tls) : []), ...(limit?.kind === 'map' ? limitProblems(limit) : [])];
}

function tlsProblems(tls: ConfigNode): readonly Problem[] {
  const problems: Problem[] = [];
  const at = (key: string) => entryOf(tls, key);
  const tell = (node: ConfigNode | undefined, message: string) => {
    const { keyPlace: place, path } = node ?? tls;
    problems.push({ place, path, message });
  };
  for (const name of ['cert', 'key', 'client_ca'])
    if (at(name) && at(`${name}_file`)) tell(at(`${name}_file`), `${name} is set as well; keep only one of them`);
  if (TLS_SWITCHES.some((key) => at(key)))
    for (const name of ['cert', 'key'])
      if (!at(name) && !at(`${name}_file`)) tell(undefined, `missing ${name} or ${name}_file; TLS needs both`);
  const type = textOf(at('client_auth_type'));
  const ca = at('client_ca') ?? at('client_ca_file');
  if (ca && (type === undefined || type === 'NoClientCert'))
    tell(ca, 'set without a client_auth_type that requests certificates, such as RequireAndVerifyClientCert');
  if (at('client_allowed_sans') && !/^Require(Any|AndVerify)?ClientCert$/.test(type ?? ''))
    tell(at('client_allowed_sans'), 'needs client_auth_type RequireAndVerifyClientCert (or RequireAnyClientCert)');
  const [min, max] = [versionOf(at('min_version'), 'TLS12'), versionOf(at('max_version'), 'TLS13')];
  if (min !== undefined && max !== undefined && isOlder(max, min))
    tell(at('max_version') ?? at('min_version'), `min_version ${min} is above max_version ${max}`);
  return problems;
}

function limitProblems(limit: ConfigNode): readonly Problem[] {
  const [interval, burst] = [entryOf(limit, 'interval'), entryOf(limit, 'burst')];
  const isOn = (parseDuration(textOf(interval) ?? '0') ?? 0) > 0;
  const isZero = burst === undefined || (burst.kind === 'scalar' && burst.value === 0);
  if (!isOn || !isZero) return [];
  const { keyPlace: place, path } = burst ?? limit;
  return [
    { place, path, message: 'burst must be at least 1 when interval is set; otherwise every request is refused' },
  ];
}

const textOf = (node: ConfigNode | undefined) =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

/** Undefined for any other text, which is a problem of its own. */
const versionOf = (node: ConfigNode | undefined, preset: Version): Version | undefined =>
  node === undefined ? preset : VERSION_NAMES.find((name) => name === textOf(node));
