// The completion of the command line: bash itself completes with it, as a reader types.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completion } from '../../src/cli/completion.ts';
import { COMMANDS, flagList, helpText } from '../../src/cli/flags.ts';
import { hasTools, works } from '../support/tools.ts';

const PROGRAM = 'huaweicloud-workspace-exporter';
const names = Object.keys(COMMANDS);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  writeFileSync(join(folder, 'rc'), `PS1='$ '\nbind 'set bell-style none'\n${completion('bash')}`);
  writeFileSync(join(folder, 'one config.yml'), '');
  mkdirSync(join(folder, 'once'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers for the word under the cursor, the last one; `=` is a word, as bash splits. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `compopt() { :; }\n${completion('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _huaweicloud_workspace_exporter; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', PROGRAM, ...words], {
    encoding: 'utf8',
    cwd: folder,
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  it('offers the commands first, then what they take', () => {
    expect(offered('')).toEqual(names);
    expect(offered('c')).toEqual(['check', 'completion']);
    expect(offered('help', '')).toEqual(names);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offered('check', '')).toEqual([]);
  });

  it.each(names)('offers the flags of %s, and no other', (command) => {
    const own = flagList().filter(({ written }) => helpText(command).includes(`  ${written} `));
    const expected = own.map(({ name, shown }) => `--${name}${shown === undefined ? '' : '='}`);
    expect(offered(command, '-')).toEqual(expected);
    if (command === 'serve') expect(offered('-')).toEqual(expected);
  });

  it('offers the values of a flag, written in either way', () => {
    expect(offered('--log.level', '=')).toEqual(['debug', 'info', 'warn', 'error']);
    expect(offered('--log.level', '=', 'w')).toEqual(['warn']);
    expect(offered('check', '--log.format', 'j')).toEqual(['json']);
    expect(offered('--config.file', '=', 'on')).toEqual(expect.arrayContaining(['one config.yml', 'once']));
    expect(offered('--web.max-requests', '=', '')).toEqual([]);
    // And goes on after it.
    expect(offered('--log.level', '=', 'warn', 'dem')).toEqual(['demo']);
  });
});

const hasTerminal = hasTools('the test of a completion as it is typed', {
  bsdutils: works('script', '--version'),
});

it.skipIf(!hasTerminal)('bash completes what is typed, up to a value', () => {
  // After each tab the line goes on; ^A puts `echo` in front of it.
  const typed = [
    `${PROGRAM} che\t--log.l\tde\t`,
    `${PROGRAM} check --config.file=one\t`,
    `${PROGRAM} completion ba\t`,
    `${PROGRAM} --web.enable-l\t`,
  ];
  const keys = typed.map((line) => `${line}\u0001echo typed: \n`).join('');
  const { stdout } = spawnSync('script', ['-qec', `bash --noprofile --rcfile ${join(folder, 'rc')} -i`, '/dev/null'], {
    encoding: 'utf8',
    cwd: folder,
    input: `${keys}exit\n`,
    env: { ...process.env, TERM: 'dumb', HISTFILE: '' },
  });
  const seen = stdout.split(/\r?\n/).filter((line) => line.startsWith('typed: '));
  expect(seen.map((line) => line.trimEnd())).toEqual([
    `typed: ${PROGRAM} check --log.level=debug`,
    `typed: ${PROGRAM} check --config.file=one config.yml`,
    `typed: ${PROGRAM} completion bash`,
    `typed: ${PROGRAM} --web.enable-lifecycle`,
  ]);
});

describe('zsh and fish', () => {
  it.each(['zsh', 'fish'])('%s has every command and flag', (shell) => {
    const script = completion(shell);
    for (const name of names) expect(script).toMatch(new RegExp(`[' ]${name}[: ]`));
    for (const { name } of flagList()) expect(script).toContain(shell === 'zsh' ? `--${name}` : `-l ${name} `);
    expect(script).toContain('debug info warn error');
  });

  it('quote what their shells would read otherwise', () => {
    expect(completion('zsh')).toContain(String.raw`TLS, users and limits\: the web`);
    expect(completion('zsh')).toContain(String.raw`before the scraper'\''s deadline`);
    expect(completion('fish')).toContain(String.raw`before the scraper\'s deadline`);
  });
});
