// What the loader says of a text, as lines.

import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problem.ts';

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
