// Runs a command that prints and ends, and returns what it wrote.
import { run } from '../../src/cli/run.ts';

export async function print(...argv: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await run({
    argv,
    env: {},
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stopped: new Promise(() => {}),
    onHangup: () => {},
  });
  return { code, out, err };
}
