// The built program as a process of its own, and what it says.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

export interface Exporter {
  readonly child: ChildProcess;
  readonly url: string;
  /** Code or signal, once it has ended. */
  readonly ended: Promise<string>;
}

/** `onLine` hears every line of its log; the whole lies in `folder` as exporter.log. */
export async function startExporter(folder: string, config: string, onLine: (line: string) => void): Promise<Exporter> {
  const args = [
    'serve',
    `--config.file=${config}`,
    '--web.listen-address=127.0.0.1:0',
    '--web.enable-lifecycle',
    '--log.format=json',
    '--log.level=debug',
    '--timeout-offset=200ms',
  ];
  const { PATH } = process.env;
  const child = spawn(process.env.NODE_UNDER_TEST ?? process.execPath, ['dist/main.js', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: PATH === undefined ? {} : { PATH },
  });
  const file = createWriteStream(join(folder, 'exporter.log'));
  const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(String(code ?? signal))));
  const url = await new Promise<string>((resolve, reject) => {
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      file.write(chunk);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, address] = /"url":"(http:[^"]*?)\/?"/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
        onLine(line);
      }
    });
    ended.then((how) => reject(new Error(`the program ended with ${how} before it listened: ${rest}`)));
  });
  return { child, url: url.replace(/\/metrics$/, ''), ended };
}

/** Faults of the program itself, whatever else a line says. */
const faults =
  /\b(TypeError|RangeError|ReferenceError|AssertionError)\b|unhandled|uncaught|MaxListeners|DeprecationWarning/i;

export function judgeLine(line: string): string | undefined {
  try {
    JSON.parse(line);
  } catch {
    return `the log has a line that is no JSON: ${line.slice(0, 200)}`;
  }
  return faults.test(line) ? `the log tells of a fault of the program: ${line.slice(0, 300)}` : undefined;
}
