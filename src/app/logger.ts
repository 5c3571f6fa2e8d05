// Logs as lines on stderr: logfmt as Prometheus users expect it, or JSON.
import { withoutSecrets } from '../option-types/secret.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_FORMATS = ['logfmt', 'json'] as const;

type Fields = Readonly<{ [name: string]: string | number | boolean | undefined }>;

export interface Logger {
  /** Fields that cost something to make are made only if the line is written. */
  debug(message: string, fields?: Fields | (() => Fields)): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** Lines that could not be written so far. */
  lost(): number;
}

export interface LoggerOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly format: (typeof LOG_FORMATS)[number];
  /** Takes whole lines; must not throw. */
  readonly write: (line: string) => void;
  readonly lost?: (() => number) | undefined;
}

/** Every value is text or a number. Known secrets are removed from all texts. */
export function createLogger({ level, format, write, lost = () => 0 }: LoggerOptions): Logger {
  const print = format === 'json' ? json : logfmt;
  const least = LOG_LEVELS.indexOf(level);
  const at =
    (name: (typeof LOG_LEVELS)[number]) =>
    (message: string, fields: Fields | (() => Fields) = {}) => {
      if (LOG_LEVELS.indexOf(name) < least) return;
      const time = new Date().toISOString();
      const given = typeof fields === 'function' ? fields() : fields;
      write(`${print({ time, level: name, msg: withoutSecrets(message) }, redactFields(given))}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), lost };
}

/** Before they are quoted: in a finished line a secret would be escaped, and would not be found. */
const redactFields = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? withoutSecrets(value) : value]),
  );

interface Head {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
}

const json = ({ time, level, msg }: Head, fields: Fields): string => JSON.stringify({ level, time, ...fields, msg });

/** `time=… level=… msg="…" key=value` */
const logfmt = (head: Head, fields: Fields): string =>
  Object.entries({ ...head, ...fields })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quote(String(value))}`]))
    .join(' ');

const quote = (text: string) => (/^[^\s="\\\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text));
