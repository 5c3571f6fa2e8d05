// No secret and nobody's personal data, on no page and in no line of the log.
import { peopleOf } from '../../../src/simulator/people.ts';
import type { Complaint } from '../check.ts';

/** The sealed reason of a denial, as the simulated gateway sends it. */
const sealed = 'U0VBTEVE';
const people = (['main', 'branch'] as const).flatMap((project) => peopleOf(project));
const personal = people.flatMap(({ name, email, phone }) => [name, email, phone]);
const ids = people.map(({ id }) => id);

/** `secrets` gives those of now; `withIds`: the ids of users are asked for here. */
export function secretsCheck(secrets: () => readonly string[]) {
  return (text: string, withIds: boolean): readonly Complaint[] =>
    [...secrets(), sealed, ...personal, ...(withIds ? [] : ids)]
      .filter((word) => text.includes(word) || text.includes(JSON.stringify(word).slice(1, -1)))
      .map((word) => ({ what: `shows what nobody may see: ${word.slice(0, 12)}…`, about: word }));
}
