// Headless Chromium, spoken to through its own pipe: it needs no further package and listens nowhere.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** Longest wait for one answer. */
const LIMIT_MS = 60_000;

/** The name of the first one that starts; undefined where none does. */
export const findBrowser = (): string | undefined =>
  NAMES.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

export interface Tab {
  open(url: string, size: { readonly width: number; readonly height: number }): Promise<void>;
  /** The value of an expression, which may be a promise. Rejects with what was thrown. */
  evaluate<T>(expression: string): Promise<T>;
  /** PNG, from the top left corner. */
  picture(size: { readonly width: number; readonly height: number }): Promise<Buffer>;
}

export interface Browser {
  readonly tab: Tab;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly error?: { readonly message: string };
  // Each command has its own result, and who sent it knows which.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly result?: any;
}

export async function startBrowser(name: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--remote-debugging-pipe'];
  const child = spawn(
    name,
    [...flags, '--no-first-run', '--disable-background-networking', `--user-data-dir=${profile}`],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const [, , , commands, answers] = child.stdio;
  if (!(commands && 'write' in commands) || !answers) throw new Error(`${name} has no pipe`);

  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Map<string, () => void>();
  let rest = '';
  answers.on('data', (chunk: Buffer) => {
    const messages = (rest + chunk.toString('latin1')).split('\0');
    rest = messages.pop() ?? '';
    for (const text of messages) {
      const message: Message = JSON.parse(Buffer.from(text, 'latin1').toString());
      if (message.id !== undefined) waiting.get(message.id)?.(message);
      else listeners.get(message.method ?? '')?.();
    }
  });
  let count = 0;
  const send = (method: string, params: object, sessionId?: string) =>
    new Promise<Message['result']>((resolve, reject) => {
      count += 1;
      const timer = setTimeout(() => reject(new Error(`${name} does not answer to ${method}`)), LIMIT_MS);
      const settle = ({ error, result }: Message) => {
        clearTimeout(timer);
        if (error === undefined) resolve(result);
        else reject(new Error(`${name} refuses ${method}: ${error.message}`));
      };
      waiting.set(count, settle);
      void ended.then(() => settle({ error: { message: 'it has ended' } }));
      commands.write(`${JSON.stringify({ id: count, method, params, sessionId })}\0`);
    });

  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const call = (method: string, params: object = {}) => send(method, params, sessionId);
  await call('Page.enable');
  return {
    tab: {
      async open(url, size) {
        await call('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
        const loaded = new Promise<void>((resolve) => listeners.set('Page.loadEventFired', resolve));
        await call('Page.navigate', { url });
        await loaded;
      },
      async evaluate(expression) {
        const asked = { expression, awaitPromise: true, returnByValue: true };
        const { result, exceptionDetails: thrown } = await call('Runtime.evaluate', asked);
        if (thrown) throw new Error(`in the page: ${thrown.exception?.description ?? thrown.text}`);
        return result.value;
      },
      async picture(size) {
        const clip = { x: 0, y: 0, ...size, scale: 1 };
        const { data } = await call('Page.captureScreenshot', { format: 'png', clip, captureBeyondViewport: true });
        return Buffer.from(data, 'base64');
      },
    },
    async close() {
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
