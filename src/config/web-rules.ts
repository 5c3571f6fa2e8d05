// Checks rules over several options of the web configuration: those of the exporter-toolkit, on the plain values (see rules.ts).
import { parseDuration } from '../option-types/duration.ts';
import { TLS_SWITCHES } from '../server/web-config/options.ts';
import { isOlder, VERSION_NAMES, type Version } from '../server/web-config/tls-names.ts';
import { type Problem, problemAt } from './problem.ts';
import { isMap, type Source, valueAt } from './source.ts';

export const findBrokenWebRules = (source: Source): readonly Problem[] => [...checkTls(source), ...checkLimit(source)];

function checkTls(source: Source): readonly Problem[] {
  const tls = valueAt(source.value, ['tls_server_config']);
  if (!isMap(tls)) return [];
  const problems: Problem[] = [];
  const has = (key: string) => tls[key] !== undefined;
  const report = (key: string | undefined, message: string) =>
    problems.push(problemAt(source, ['tls_server_config', key ?? []].flat(), message, 'key'));
  for (const name of ['cert', 'key', 'client_ca'])
    if (has(name) && has(`${name}_file`)) report(`${name}_file`, `${name} is set as well; keep only one of them`);
  if (TLS_SWITCHES.some(has))
    for (const name of ['cert', 'key'])
      if (!has(name) && !has(`${name}_file`)) report(undefined, `missing ${name} or ${name}_file; TLS needs both`);
  const type = typeof tls.client_auth_type === 'string' ? tls.client_auth_type : 'NoClientCert';
  const ca = ['client_ca', 'client_ca_file'].find(has);
  if (ca !== undefined && type === 'NoClientCert')
    report(ca, 'set without a client_auth_type that requests certificates, such as RequireAndVerifyClientCert');
  if (has('client_allowed_sans') && !/^Require(Any|AndVerify)?ClientCert$/.test(type))
    report('client_allowed_sans', 'needs client_auth_type RequireAndVerifyClientCert (or RequireAnyClientCert)');
  const [min, max] = [versionOf(tls.min_version, 'TLS12'), versionOf(tls.max_version, 'TLS13')];
  if (min !== undefined && max !== undefined && isOlder(max, min))
    report(has('max_version') ? 'max_version' : 'min_version', `min_version ${min} is above max_version ${max}`);
  return problems;
}

function checkLimit(source: Source): readonly Problem[] {
  const limit = valueAt(source.value, ['rate_limit']);
  if (!isMap(limit)) return [];
  const { interval, burst = 0 } = limit;
  const isOn = typeof interval === 'string' && (parseDuration(interval) ?? 0) > 0;
  if (!isOn || burst !== 0) return [];
  const path = ['rate_limit', ...(limit.burst === undefined ? [] : ['burst'])];
  return [
    problemAt(source, path, 'burst must be at least 1 when interval is set; otherwise every request is refused', 'key'),
  ];
}

/** Undefined for any other text, which is a problem of its own. */
const versionOf = (written: unknown, preset: Version): Version | undefined =>
  written === undefined ? preset : VERSION_NAMES.find((name) => name === written);
