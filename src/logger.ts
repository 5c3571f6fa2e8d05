// Logs to stderr: logfmt as Prometheus users expect it, or JSON; pino does the levels and never blocks.
import pino from 'pino';
import { withoutSecrets } from './options/secret.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_FORMATS = ['logfmt', 'json'] as const;

type Fields = Readonly<{ [name: string]: string | number | boolean | undefined }>;

export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

export interface LoggerOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly format: (typeof LOG_FORMATS)[number];
  /** Takes whole lines. */
  readonly write: (line: string) => void;
}

/** Every value is text or a number, and known secrets are taken out of texts, whoever put them in. */
export function createLogger({ level, format, write }: LoggerOptions): Logger {
  const print = (line: string) => write(format === 'json' ? line : `${logfmt(line)}\n`);
  const log = pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: print },
  );
  const at =
    (name: (typeof LOG_LEVELS)[number]) =>
    (message: string, fields: Fields = {}) => {
      if (log.isLevelEnabled(name)) log[name](cleaned(fields), withoutSecrets(message));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Before they are quoted: in a finished line a secret would be escaped, and not be found. */
const cleaned = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? withoutSecrets(value) : value]),
  );

/** `time=… level=… msg="…" key=value` from pino's JSON. */
function logfmt(json: string): string {
  const { time, level, msg, ...fields }: Readonly<{ [name: string]: unknown }> = JSON.parse(json);
  return Object.entries({ time, level, msg, ...fields })
    .map(([name, value]) => `${name}=${quoted(String(value))}`)
    .join(' ');
}

const quoted = (text: string) => (/^[^\s="\\\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text));
