// The linters of the trade are content with what surrounds the code: image, scripts, YAML, workflows.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUILT, isBuilt } from './support/tools.ts';

const PYTHON = `${BUILT}/python/bin`;
const files = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n');
const scripts = files.filter((path) => /^#!.*\b(?:ba)?sh\n/.test(readFileSync(path, 'utf8').slice(0, 100)));
const yaml = files.filter((path) => /\.ya?ml$/.test(path));

/** What each is called with. None asks the network for anything. */
const linters: Readonly<Record<string, readonly string[]>> = {
  hadolint: ['Dockerfile'],
  shellcheck: scripts,
  yamllint: ['--strict', ...yaml],
  // With the scripts inside, which it hands to shellcheck.
  actionlint: [`-shellcheck=${PYTHON}/shellcheck`],
  zizmor: ['--offline', '--quiet', '--persona=pedantic', '.github'],
};
const fileOf = (linter: string) => (linter === 'actionlint' ? linter : `python/bin/${linter}`);

describe.skipIf(!isBuilt('linters', ...Object.keys(linters).map(fileOf)))('the linters', () => {
  it.each(Object.entries(linters))('%s finds nothing', (linter, args) => {
    const { status, stdout, stderr } = spawnSync(`${BUILT}/${fileOf(linter)}`, args, { encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
  });

  it('have scripts and YAML to look at', () => {
    expect(scripts).toEqual(expect.arrayContaining(['.ci/run', 'test/tools/build']));
    expect(yaml.length).toBeGreaterThan(30);
  });
});
