// Memory and handles of the process stay flat: the last third of a run compared with the first.
import type { SeenPage } from './check.ts';

const MIB = 2 ** 20;

/** How much more is no leak: a factor, and what a garbage collector may be late with. */
const allowed = {
  process_resident_memory_bytes: { factor: 1.5, extra: 40 * MIB },
  nodejs_heap_size_used_bytes: { factor: 1.5, extra: 20 * MIB },
  process_open_fds: { factor: 1.5, extra: 10 },
} as const;
type Name = keyof typeof allowed;
const names = Object.keys(allowed).filter((name): name is Name => Object.hasOwn(allowed, name));

export interface Resources {
  note(page: Pick<SeenPage, 'samples'>): void;
  /** Medians of the first and the last third, after a tenth for warming up; undefined where too little was seen. */
  medians(name: Name): readonly [first: number, last: number] | undefined;
  complaints(): readonly string[];
}

export function createResources(): Resources {
  const seen = new Map<Name, number[]>(names.map((name) => [name, []]));
  const medians = (name: Name) => {
    const values = seen.get(name) ?? [];
    const warm = values.slice(Math.floor(values.length / 10));
    const third = Math.floor(warm.length / 3);
    return third < 3 ? undefined : ([median(warm.slice(0, third)), median(warm.slice(-third))] as const);
  };
  return {
    note({ samples }) {
      for (const name of names) {
        const value = samples.find((sample) => sample.name === name)?.value;
        if (value !== undefined) seen.get(name)?.push(value);
      }
    },
    medians,
    complaints: () =>
      names.flatMap((name) => {
        const [first, last] = medians(name) ?? [0, 0];
        const { factor, extra } = allowed[name];
        return last > first * factor + extra ? [`${name} grew from ${first} to ${last}`] : [];
      }),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
