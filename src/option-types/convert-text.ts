// How option types turn text into values, and refuse what is none.
import * as z from 'zod';

class Refusal extends Error {}

/** Option type: what `read` makes of the text. The messages of `fail`, which ends `read`, are shown: they must not repeat a secret. */
export const convertText = <Value>(
  schema: z.ZodString,
  read: (text: string, fail: (message: string) => never) => Value,
) =>
  schema.transform((text, { issues }): Value => {
    try {
      return read(text, (message) => {
        throw new Refusal(message);
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      issues.push({ code: 'custom', message: error.message, input: undefined });
      return z.NEVER;
    }
  });
