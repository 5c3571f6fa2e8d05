// The file of `--web.config.file`: checked as a whole at start, and read again at every request and connection.
import { dirname, resolve } from 'node:path';
import { singleFlight } from '../async/single-flight.ts';
import { files } from '../option-types/regular-file.ts';
import { isTlsOn, type WebFile, type WebOptions, type WebState, webOptions } from '../server/web-config/options.ts';
import { readTlsMaterial } from '../server/web-config/tls-material.ts';
import { refusedSettings } from '../server/web-config/tls-settings.ts';
import { checked } from './checked.ts';
import { type ConfigNode, entryOf } from './node.ts';
import { ConfigError, type Problem } from './problem.ts';
import { textOf } from './text-of.ts';
import { brokenWebRules } from './web-rules.ts';
import { parseYaml } from './yaml.ts';

/** Maps whose keys are names. */
const NAMED = ['basic_auth_users'];

/** Rejects with a `ConfigError` that names all problems, those of the certificates included. */
export async function openWebFile(path: string): Promise<WebFile> {
  let text = textOf(path, await files.read(path, 'configuration'));
  const { root, options } = parseWebOptions(text, path);
  await checkMaterial(root, options);
  /** What `text` says. */
  let state: WebState = { options, problem: undefined };
  return {
    // One read at a time, not one per request, if storage is slow.
    read: singleFlight(async () => {
      try {
        const read = await files.read(path, 'configuration');
        // Nothing is known about the file, and dead storage must not take the pages down as well.
        if ('why' in read && read.isSilent) return { ...state, silence: `${path}: cannot be read ${read.why}` };
        const now = textOf(path, read);
        if (now !== text) {
          text = now;
          state = parseAgain(now, state.options);
        }
        return state;
      } catch (error) {
        return { options: state.options, problem: messageOf(error) };
      }
    }),
  };

  function parseAgain(now: string, lastGood: WebOptions): WebState {
    try {
      return { options: parseWebOptions(now, path).options, problem: undefined };
    } catch (error) {
      return { options: lastGood, problem: messageOf(error) };
    }
  }
}

const messageOf = (error: unknown) =>
  error instanceof ConfigError ? error.message : 'cannot be checked; this is a bug of the exporter';

/** Throws a `ConfigError`. `file` is the name in problems; paths are relative to its folder. */
export function parseWebOptions(
  text: string,
  file: string,
): { readonly root: ConfigNode; readonly options: WebOptions } {
  const { root, problems } = parseYaml(text, file, 'at least `{}`');
  if (root === undefined) throw new ConfigError(problems);
  const { config: options, problems: more } = checked(root, webOptions, dirname(resolve(file)), NAMED);
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
