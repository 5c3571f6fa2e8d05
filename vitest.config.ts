import { delimiter, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Where a report in JSON is wanted beside the printed one: `.ci/run` counts from it. */
const report = process.env.TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/tools/built/**'],
    // What test/tools/build brings goes before what the machine has.
    env: { PATH: `${resolve('test/tools/built')}${delimiter}${process.env.PATH}` },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report === undefined ? {} : { outputFile: { json: report } }),
  },
});
