// Regular expressions of the configuration: RE2 as in Prometheus, linear in time whatever the pattern.
import { RE2JS } from 're2js';
import * as z from 'zod';
import { convertText } from './convert-text.ts';
import { messageOf } from './error-code.ts';

export interface Pattern {
  readonly source: string;
  /** Unanchored: true where the expression matches anywhere in the text. */
  matches(text: string): boolean;
}

/** To compile takes time and memory by its length, up to a megabyte for each counted repetition. */
const LONGEST = 1000;
/** How many of them one option may hold. */
const MOST_EXPRESSIONS = 100;

/** Option type: an RE2 expression, compiled when the configuration is loaded. */
export const regex = () =>
  convertText(
    z
      .string()
      .max(LONGEST, `longer than ${LONGEST} characters`)
      .meta({ examples: ['^prod-', '-test$'] }), // Not `format: regex`: editors take that for JavaScript's syntax.
    (source, fail): Pattern => {
      try {
        const compiled = RE2JS.compile(source);
        return { source, matches: (text) => compiled.matcher(text).find() };
      } catch (error) {
        return fail(`not an RE2 expression: ${messageOf(error)}`);
      }
    },
  );

/** Option type: a list of them, empty by default. */
export const regexes = () => z.array(regex()).max(MOST_EXPRESSIONS).prefault([]);
