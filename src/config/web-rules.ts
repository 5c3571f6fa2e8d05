// Rules over several options of the web configuration: those of the exporter-toolkit, checked on the plain values (see rules.ts).
import { parseDuration } from '../option-types/duration.ts';
import { TLS_SWITCHES } from '../server/web-config/options.ts';
import { isOlder, VERSION_NAMES, type Version } from '../server/web-config/tls-names.ts';
import { type Problem, problemAt } from './problem.ts';
import { isMap, type Source, valueAt } from './source.ts';

export const checkWebRules = (source: Source): readonly Problem[] => [...checkTls(source), ...checkLimit(source)];

function checkTls(source: Source): readonly Problem[] {
  const tls = valueAt(source.value, ['tls_server_config']);
  if (!isMap(tls)) return [];
  const problems: Problem[] = [];
  const has = (key: string) => tls[key] !== undefined;
  const tell = (key: string | undefined, message: string) =>
    problems.push(problemAt(source, ['tls_server_config', ...(key === undefined ? [] : [key])], message, 'key'));
  for (const name of ['cert', 'key', 'client_ca'])
    if (has(name) && has(`${name}_file`)) tell(`${name}_file`, `${name} is set as well; keep one of the two`);
  if (TLS_SWITCHES.some(has))
    for (const name of ['cert', 'key'])
      if (!has(name) && !has(`${name}_file`)) tell(undefined, `missing ${name} or ${name}_file; TLS needs both`);
  const type = String(tls.client_auth_type ?? 'NoClientCert');
  const ca = ['client_ca', 'client_ca_file'].find(has);
  if (ca !== undefined && type === 'NoClientCert')
    tell(ca, 'needs a client_auth_type that requests certificates, like RequireAndVerifyClientCert');
  if (has('client_allowed_sans') && !/^Require(Any|AndVerify)?ClientCert$/.test(type))
    tell('client_allowed_sans', 'needs client_auth_type RequireAndVerifyClientCert (or RequireAnyClientCert)');
  const [min, max] = [versionOf(tls.min_version, 'TLS12'), versionOf(tls.max_version, 'TLS13')];
  if (min !== undefined && max !== undefined && isOlder(max, min))
    tell(has('max_version') ? 'max_version' : 'min_version', `min_version ${min} is above max_version ${max}`);
  return problems;
}

function checkLimit(source: Source): readonly Problem[] {
  const limit = valueAt(source.value, ['rate_limit']);
  if (!isMap(limit)) return [];
  const { interval, burst = 0 } = limit;
  const isOn = typeof interval === 'string' && (parseDuration(interval) ?? 0) > 0;
  if (!isOn || burst !== 0) return [];
  const message = 'burst must be at least 1 where interval is set; else every request is refused';
  return [problemAt(source, ['rate_limit', ...(limit.burst === undefined ? [] : ['burst'])], message, 'key')];
}

/** Undefined where something else is written: the schema tells that. */
const versionOf = (written: unknown, preset: Version): Version | undefined =>
  written === undefined ? preset : VERSION_NAMES.find((name) => name === written);
