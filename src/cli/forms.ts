// How values of flags are written on the command line, what is expected of them, and what is read from them.
import { rangeOf, type ThresholdName, thresholdList } from '../../prometheus/thresholds.ts';
import { dataSections, ownSections } from '../app/catalog.ts';
import { parseDuration } from '../option-types/duration.ts';
import { regex } from '../option-types/regex.ts';
import { type ListenAddress, parseListenAddress } from '../server/listen-address.ts';

export interface Form<Value> {
  /** As the help names it. */
  readonly shown: string;
  readonly expected: string | ((written: string) => string);
  /** All that it can be. */
  readonly choices?: readonly string[];
  /** Undefined for what is no such value. */
  readonly read: (text: string) => Value | undefined;
  /** What only one of several values may say something about. */
  keyOf?(value: Value): string;
}

/** Behind a = no shell expands ~, and a folder of that name is soon deleted with all of one's own. */
const fileName = (shown: string, kind: string): Form<string> => ({
  shown,
  expected: `the name of a ${kind} (write $HOME for ~)`,
  read: (written) => (/^~(\/|$)/.test(written) ? undefined : written),
});
export const file = fileName('FILE', 'file');
export const folder = fileName('DIR', 'folder');

export function number(min: number, max: number, { shown = 'N', isWhole = true } = {}): Form<number> {
  return {
    shown,
    expected: `a number from ${min} to ${max}`,
    read(written) {
      const value = /^[\d.]+$/.test(written) ? Number(written) : Number.NaN;
      return value >= min && value <= max && (!isWhole || Number.isInteger(value)) ? value : undefined;
    },
  };
}

export const choice = <Choice extends string>(choices: readonly Choice[]): Form<Choice> => ({
  shown: choices.join('|'),
  expected: `one of ${choices.join(', ')}`,
  choices,
  read: (written) => choices.find((one) => one === written),
});

export const duration: Form<number> = {
  shown: 'DURATION',
  expected: 'a duration like 500ms or 2s',
  read: parseDuration,
};

export const address: Form<ListenAddress> = {
  shown: 'ADDRESS',
  expected: 'an address like :10054, 127.0.0.1:10054 or [::1]:10054',
  read: parseListenAddress,
};

/** Clients take . and .. out of an address before they send it. */
const isPath = (written: string) => /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)*\/?$/.test(written);

export const prefix: Form<string> = {
  shown: 'PATH',
  expected: 'a path like /workspace, without . and .., or / for none',
  read: (written) => (isPath(written) ? written.replace(/\/$/, '') : undefined),
};

const TAKEN_PATHS = ['/', '/config', '/probe', '/sd'];
export const path: Form<string> = {
  shown: 'PATH',
  expected: 'a path like /metrics, without . and .., that is not taken by another page',
  read: (written) =>
    isPath(written) && !written.startsWith('/-/') && !TAKEN_PATHS.includes(written) ? written : undefined,
};

export const url: Form<string> = {
  shown: 'URL',
  expected: 'an address like https://host/prefix, without a user, a query or a fragment',
  read(written) {
    const { protocol, username, password, href, pathname } = new URL(URL.canParse(written) ? written : 'none:');
    // In `href` even an empty query leaves its mark.
    const isPlain = /^https?:$/.test(protocol) && username + password === '' && !/[?#]/.test(href);
    return isPlain && !/\/\/+[^/]/.test(pathname) ? href.replace(/\/+$/, '') : undefined;
  },
};

export const rule: Form<string> = {
  shown: 'RULE',
  expected: 'pairs like path=/desktop-pools,status=500',
  read: (written) => written,
};

const LONGEST_INTERVAL_MS = 5 * 60_000;
export const interval: Form<number> = {
  shown: 'DURATION',
  // Prometheus forgets a value after five minutes.
  expected: 'a duration from 1s to 5m',
  read(written) {
    const value = parseDuration(written);
    return value !== undefined && value >= 1000 && value <= LONGEST_INTERVAL_MS ? value : undefined;
  },
};

/** Rules that keep one of these would ask for series that do not exist, and fall silent. */
const isTaken = (label: string): boolean =>
  ['job', 'instance', 'alertname', 'severity', 'category', 'le', '__name__'].includes(label) ||
  [...dataSections, ...ownSections].some(({ metrics }) => metrics.some(({ labels }) => labels.includes(label)));

export const label: Form<string> = {
  shown: 'LABEL',
  expected: 'a label of the target, like cluster, that no series of the exporter has',
  read: (written) => (/^[a-zA-Z_]\w*$/.test(written) && !isTaken(written) ? written : undefined),
  keyOf: (name) => name,
};

function splitThreshold(written: string) {
  const [, name, value = ''] = /^(\w+)=(.*)$/.exec(written) ?? [];
  return { known: thresholdList.find((one) => one.name === name), value };
}

export const threshold: Form<readonly [ThresholdName, number]> = {
  shown: 'NAME=VALUE',
  expected(written) {
    const { known } = splitThreshold(written);
    return known === undefined
      ? `NAME=NUMBER with one of the names ${thresholdList.map(({ name }) => name).join(', ')}`
      : `${known.name}=NUMBER, ${rangeOf(known).says}`;
  },
  read(written) {
    const { known, value } = splitThreshold(written);
    if (known === undefined) return undefined;
    const { least, most, isWhole } = rangeOf(known);
    const read = number(least, most, { isWhole }).read(value);
    return read === undefined ? undefined : [known.name, read];
  },
  keyOf: ([name]) => name,
};

export const expression: Form<string> = {
  shown: 'REGEX',
  expected: 'an RE2 expression like exporters/.*',
  read: (written) => regex().safeParse(written).data?.source,
};
