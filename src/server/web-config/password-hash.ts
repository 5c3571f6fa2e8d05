// Checks the password hashes of the file: bcrypt, as htpasswd writes it.
import * as z from 'zod';
import { Secret } from '../../option-types/secret.ts';

/** `$2y$`, the cost, 22 characters of salt and 31 of hash. */
const HASH = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const CHEAPEST = 4;
/** One comparison at this cost takes seconds, and each further step doubles it. */
const DEAREST = 16;

const costIn = (hash: string) => Number(HASH.exec(hash)?.[1]);

export const costOf = (hash: Secret): number => costIn(hash.reveal());

/** A hash without a known password: with it, an unknown user takes as long to refuse as a known one. */
export const dummyHash = (cost: number): Secret =>
  new Secret(`$2b$${String(cost).padStart(2, '0')}$${'exporterexporterexport'}${'nobodyhasapasswordforthishash..'}`);

/** Option type: text in, `Secret` out. Its messages never repeat the text, which may be a password. */
export const passwordHash = () =>
  z.string().transform((text, context) => {
    const fail = (message: string) => {
      context.issues.push({ code: 'custom', message, input: undefined });
      return z.NEVER;
    };
    if (!HASH.test(text)) return fail('not a bcrypt hash; make one with htpasswd -nB USER');
    const cost = costIn(text);
    if (cost < CHEAPEST || cost > DEAREST)
      return fail(`a bcrypt hash of cost ${cost}; from ${CHEAPEST} to ${DEAREST} is accepted, 10 is usual`);
    return new Secret(text);
  });
