// What the loader says of a text, as lines.

import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problem.ts';
import { collectors } from './collectors.ts';

/** Empty if the text is a usable configuration. Anything but a `ConfigError` is a crash, and thrown on. */
export async function problemsOfText(text: string): Promise<readonly string[]> {
  try {
    await loadConfig(text, 'bad.yml', collectors);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}
