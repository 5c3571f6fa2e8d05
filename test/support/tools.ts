// Programs that are not npm packages: whether they are here, and what happens where they are not.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where test/tools/build links what it built. The suite has it first on its PATH. */
export const BUILT = 'test/tools/built';

export const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Whether everything is here that test/tools/build brings; see `hasTools`. */
export const isBuilt = (tests: string, ...names: string[]) =>
  hasTools(
    tests,
    Object.fromEntries(names.map((name) => [name, existsSync(`${BUILT}/${name}`)])),
    'run test/tools/build',
  );

/**
 * Whether all of them are here. Where one is not, a line says so, and with REQUIRE_TOOLS=1 it is an error:
 * a run that has to prove something must not pass by skipping it.
 */
export function hasTools(
  tests: string,
  isHere: Readonly<Record<string, boolean>>,
  remedy = 'install the Debian packages of these names',
): boolean {
  const missing = Object.keys(isHere).filter((name) => !isHere[name]);
  if (missing.length === 0) return true;
  const words = `${tests} need ${missing.join(', ')}: ${remedy}`;
  if (process.env.REQUIRE_TOOLS === '1') throw new Error(words);
  console.warn(`SKIPPED: ${words}`);
  return false;
}
