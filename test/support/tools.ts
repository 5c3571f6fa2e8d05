// Programs that are not npm packages: whether they are here, and what happens where they are not.
import { spawnSync } from 'node:child_process';

export const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/**
 * Whether all of Debian's packages are here. Where one is not, a line says which, and with REQUIRE_TOOLS=1 it is an error:
 * a run that has to prove something must not pass by skipping it.
 */
export function hasTools(tests: string, isHere: Readonly<Record<string, boolean>>): boolean {
  const missing = Object.keys(isHere).filter((name) => !isHere[name]);
  if (missing.length === 0) return true;
  const words = `${tests} need more than is here: apt-get install ${missing.join(' ')}`;
  if (process.env.REQUIRE_TOOLS === '1') throw new Error(words);
  console.warn(`SKIPPED: ${words}`);
  return false;
}
