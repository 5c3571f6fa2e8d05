// The processes of a measurement: started, asked what they cost, and ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const children = new Set<ChildProcess>();

export function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** The first line that it prints. */
export async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('its output is not read');
  for await (const line of createInterface(stdout)) return line;
  throw new Error('it ended without a line');
}

export function stop(child: ChildProcess): void {
  child.stdin?.end();
  child.kill('SIGTERM');
}

export function stopAll(): void {
  for (const child of children) stop(child);
}

const statusOf = (pid: number, key: string) =>
  Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1.024e-3;

/** Resident memory in MB. */
export const peakMemory = (pid: number) => statusOf(pid, 'VmHWM');
export const memory = (pid: number) => statusOf(pid, 'VmRSS');

/** Processor time so far, in milliseconds: user and system, by ticks of 10 ms. */
export function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
