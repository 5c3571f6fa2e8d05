// Whatever is in the file, the loader says either yes or where and what is wrong.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { problemsOfText } from './problems.ts';

const located = /^bad\.yml:[1-9]\d*:[1-9]\d*: \S/;
const expectPlaces = async (text: string) => {
  for (const line of await problemsOfText(text)) expect(line).toMatch(located);
};

/** Words that make random texts reach further than random letters do. */
const token = fc.constantFrom(
  ...['projects', 'defaults', 'auth', 'http', 'pools', 'name', 'type', 'token', 'timeout', 'collectors', 'users'],
  ...[': ', ':', '- ', '\n', '\n  ', '\n    ', '{', '}', '[', ']', ',', '"', "'", '&a ', '*a', '!', '|', '>', '#'],
  ...['---', '%', '? ', '\t', '<<', '5s', '1.5', '0', 'true', 'null', '~', '__proto__', '\u0000', '\uD800', '\r'],
);

it('any text', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(token, { maxLength: 60 }).map((words) => words.join('')),
  );
  await fc.assert(fc.asyncProperty(text, expectPlaces), { numRuns: 3000 });
});

const key = fc.constantFrom(
  ...['scrape', 'defaults', 'projects', 'metrics', 'name', 'region', 'project_id', 'endpoint', 'auth', 'http', 'pools'],
  ...[
    'discovery',
    'max_pools',
    'collectors',
    'pool_tags',
    'type',
    'token',
    'token_file',
    'access_key',
    'timeout',
    'id',
  ],
  ...['enabled', 'include', 'users', 'interval', 'allow', 'ca_file', 'proxy_url', 'constructor', 'toString', 'x'],
);

/** A tree in which known keys hold anything. */
const tree = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', maxDepth: 6 },
    fc.constantFrom(null, true, 'yes', 0, 1.5, -1, 1e300, '5s', 'a', '', 'metadata', 'aksk', 'auto'),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  ),
}));
it('any tree', async () => {
  const file = fc.record({
    defaults: tree.value,
    projects: fc.array(tree.value, { maxLength: 3 }),
    metrics: tree.value,
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(tree.value, file), (value) => expectPlaces(stringify(value))),
    { numRuns: 1500 },
  );
});
