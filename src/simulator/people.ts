// The people of the simulated company, with the personal data that the real API sends along: an exporter must never pass it on.
import { cast, type ProjectKey } from './cast.ts';
import type { PoolState } from './estate.ts';
import { hexOf, keyOf, mix, unit } from './noise.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  /** Ids of the pools this person may use. */
  readonly pools: readonly string[];
}

const names = [
  'anna.larsen',
  '张伟',
  'Иван Петров',
  'فاطمة الزهراء',
  'יעל כהן',
  'José "Pepe" Núñez',
  '田中 花子',
  "o'brien",
];

function hire(project: ProjectKey, count: number): readonly Person[] {
  const ids = cast.filter((pool) => pool.project === project).map((pool) => pool.id);
  return Array.from({ length: count }, (_, index) => {
    const id = hexOf(`person ${project} ${index}`, 32);
    const key = keyOf(id);
    const home = ids[index % ids.length];
    return {
      id,
      name: `${names[index % names.length]}-${index}`,
      email: `person${index}@${project}.acme.example`,
      phone: `+65 8${String(mix(1, key, 0) % 10_000_000).padStart(7, '0')}`,
      pools: ids.filter((pool) => pool === home || unit(1, key, keyOf(pool)) < 0.1),
    };
  });
}

const staff: Record<ProjectKey, readonly Person[]> = { main: hire('main', 64), branch: hire('branch', 12) };

export function peopleOf(project: ProjectKey): readonly Person[] {
  return staff[project];
}

/** Ids of those who hold a desktop of a pool: always the same ones first, never more than the pool has assigned. */
export function holdersOf(project: ProjectKey, state: PoolState): ReadonlySet<string> {
  const entitled = peopleOf(project).filter((person) => person.pools.includes(state.id));
  const share = Math.min(state.used / Math.max(state.profile.people, 1), 0.8);
  return new Set(
    entitled.slice(0, Math.min(state.used, Math.round(entitled.length * share))).map((person) => person.id),
  );
}

export function personDocument(person: Person, withDesktops: boolean) {
  return {
    id: person.id,
    sid: `S-1-5-21-${keyOf(person.id)}`,
    user_name: person.name,
    user_email: person.email,
    user_phone: person.phone,
    ...(withDesktops ? { total_desktops: person.pools.length } : {}),
    active_type: 'USER_ACTIVATE',
    locked: false,
    disabled: false,
    account_expired: false,
    group_names: ['staff'],
    description: `Desk of ${person.name}`,
  };
}
