// Reads the file of `--web.config.file`: checks all of it at start, and reads it anew for every request and connection.
import { dirname, resolve } from 'node:path';
import { singleFlight } from '../async/single-flight.ts';
import { files } from '../option-types/regular-file.ts';
import { isTlsOn, type WebFile, type WebOptions, type WebState, webOptions } from '../server/web-config/options.ts';
import { readTlsMaterial } from '../server/web-config/tls-material.ts';
import { refusedSettings } from '../server/web-config/tls-settings.ts';
import { type ConfigNode, entryOf } from './node.ts';
import { parseTree } from './parse-tree.ts';
import { ConfigError, type Problem } from './problem.ts';
import { textOf } from './text-of.ts';
import { brokenWebRules } from './web-rules.ts';
import { parseYaml } from './yaml.ts';

/** Maps whose keys are names. */
const NAMED = ['basic_auth_users'];

/** Rejects with a `ConfigError` that lists all problems, those of the certificates included. */
export async function openWebFile(path: string): Promise<WebFile> {
  let text = textOf(path, await files.read(path, 'configuration'));
  const { root, options } = parsed(text, path);
  await checkMaterial(root, options);
  /** Of `text`. */
  let state: WebState = { options, problem: undefined };
  return {
    // Shared, so that slow storage gets one read at a time, not one per request.
    read: singleFlight(async () => {
      try {
        const read = await files.read(path, 'configuration');
        // The file may be fine: dead storage, its own or another's, must not end the pages as well.
        if ('why' in read && read.isSilent) return { ...state, silence: `${path}: cannot be read ${read.why}` };
        const now = textOf(path, read);
        if (now !== text) {
          text = now;
          state = next(now, state.options);
        }
        return state;
      } catch (error) {
        return { options: state.options, problem: wordsOf(error) };
      }
    }),
  };

  function next(now: string, lastGood: WebOptions): WebState {
    try {
      return { options: parsed(now, path).options, problem: undefined };
    } catch (error) {
      return { options: lastGood, problem: wordsOf(error) };
    }
  }
}

const wordsOf = (error: unknown) =>
  error instanceof ConfigError ? error.message : 'cannot be checked; this is a bug of the exporter';

/** Throws a `ConfigError`. `file` is the name in problems; relative paths count from its folder. */
export function parsed(text: string, file: string): { readonly root: ConfigNode; readonly options: WebOptions } {
  const { root, problems } = parseYaml(text, file, 'at least `{}`');
  if (root === undefined) throw new ConfigError(problems);
  const { config: options, problems: more } = parseTree(root, webOptions, dirname(resolve(file)), NAMED);
  const all = [...problems, ...more, ...brokenWebRules(root)];
  if (options === undefined || all.length > 0) throw new ConfigError(all);
  return { root, options };
}

async function checkMaterial(root: ConfigNode, { tls_server_config: tls }: WebOptions): Promise<void> {
  if (!isTlsOn(tls)) return;
  const read = await readTlsMaterial(tls);
  const problems = 'problems' in read ? read.problems : refusedSettings(tls, read.material);
  if (problems.length === 0) return;
  const section = entryOf(root, 'tls_server_config') ?? root;
  throw new ConfigError(
    problems.map(({ key, message }): Problem => {
      const { place, path } = (key && entryOf(section, key)) || section;
      return { place, path, message };
    }),
  );
}
