// Reads the file of `--web.config.file`: checks all of it at start, and reads it anew for every request and connection.
import { dirname, resolve } from 'node:path';
import { singleFlight } from '../async/single-flight.ts';
import { files } from '../option-types/regular-file.ts';
import { isTlsOn, type WebFile, type WebOptions, type WebState, webOptions } from '../server/web-config/options.ts';
import { readTlsMaterial } from '../server/web-config/tls-material.ts';
import { refusedSettings } from '../server/web-config/tls-settings.ts';
import { requireText } from './load.ts';
import { parseTree } from './parse-tree.ts';
import { ConfigError, problemAt } from './problem.ts';
import type { Source } from './source.ts';
import { findBrokenWebRules } from './web-rules.ts';
import { parseYaml } from './yaml.ts';

/** Maps whose keys are names. */
const NAMED = ['basic_auth_users'];

/** Rejects with a `ConfigError` that lists all problems, those of the certificates included. */
export async function openWebFile(path: string): Promise<WebFile> {
  let text = requireText(path, await files.read(path, 'configuration'));
  const { source, options } = parseWebConfig(text, path);
  await checkMaterial(source, options);
  /** Of `text`. */
  let state: WebState = { options, problem: undefined };
  return {
    // Shared, so that slow storage gets one read at a time, not one per request.
    read: singleFlight(async () => {
      const read = await files.read(path, 'configuration');
      if ('text' in read) {
        if (read.text !== text) state = parseAgain(read.text, state.options);
        text = read.text;
        return state;
      }
      const problem = `${path}: cannot be read ${read.why}`;
      // The file may be fine: dead storage, its own or another's, must not end the pages as well.
      return read.isSilent ? { ...state, silence: problem } : { options: state.options, problem };
    }),
  };

  function parseAgain(now: string, lastGood: WebOptions): WebState {
    try {
      return { options: parseWebConfig(now, path).options, problem: undefined };
    } catch (error) {
      const problem = error instanceof ConfigError ? error.message : 'cannot be checked; this is a bug of the exporter';
      return { options: lastGood, problem };
    }
  }
}

/** Throws a `ConfigError`. `file` is the name in problems; relative paths count from its folder. */
export function parseWebConfig(text: string, file: string): { readonly source: Source; readonly options: WebOptions } {
  const { source, problems } = parseYaml(text, file, 'at least `{}`');
  if (source === undefined) throw new ConfigError(problems);
  const { config: options, problems: more } = parseTree(source, webOptions, dirname(resolve(file)), NAMED);
  const all = [...problems, ...more, ...findBrokenWebRules(source)];
  if (options === undefined || all.length > 0) throw new ConfigError(all);
  return { source, options };
}

async function checkMaterial(source: Source, { tls_server_config: tls }: WebOptions): Promise<void> {
  if (!isTlsOn(tls)) return;
  const read = await readTlsMaterial(tls);
  const problems = 'problems' in read ? read.problems : refusedSettings(tls, read.material);
  if (problems.length === 0) return;
  throw new ConfigError(
    problems.map(({ key, message }) => problemAt(source, ['tls_server_config', key ?? []].flat(), message)),
  );
}
