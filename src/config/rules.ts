// Rules over several options. Checked on the plain values, because zod leaves out a refinement, even one with `when`,
// where a value inside failed for good, as 1.5 does for a whole number: not all problems would be told at once.
import { canonicalId } from '../option-types/pool-id.ts';
import { type Problem, problemAt } from './problem.ts';
import { isMap, type Path, type Source, valueAt } from './source.ts';

/** Problems of a configuration whose defaults are merged. */
export function findBrokenRules(source: Source): readonly Problem[] {
  const projects = listPaths(source, ['projects']);
  return [
    ...findRepeated(
      source,
      projects.map((project) => [...project, 'name']),
    ),
    ...projects.flatMap((project) => {
      const pools = listPaths(source, [...project, 'pools']);
      const ids = pools.map((pool) => (isMap(valueAt(source.value, pool)) ? [...pool, 'id'] : pool));
      return findRepeated(source, ids, canonicalId);
    }),
    ...projects
      .filter((project) => selectsNothing(valueAt(source.value, project)))
      .map((project) => problemAt(source, project, NO_POOLS)),
  ];
}

/** The paths of the items of a list. */
function listPaths({ value }: Source, path: Path): readonly Path[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list.map((_, i) => [...path, i]) : [];
}

/** A problem for each text that is already in the list. */
function findRepeated(source: Source, paths: readonly Path[], keyOf = (text: string) => text): readonly Problem[] {
  const first = new Map<string, Path>();
  return paths.flatMap((path) => {
    const text = valueAt(source.value, path);
    if (typeof text !== 'string') return [];
    const earlier = first.get(keyOf(text));
    if (earlier !== undefined)
      return [problemAt(source, path, `must be unique; the same value is at ${source.locate(earlier).place.text}`)];
    first.set(keyOf(text), path);
    return [];
  });
}

const NO_POOLS = 'no pools are configured; list some under `pools`, or set `discovery: { enabled: true }`';

/** False where one of the options is itself wrong: then nobody knows what was meant. */
function selectsNothing(project: unknown): boolean {
  if (!isMap(project)) return false;
  const { pools = [], discovery = {} } = project;
  const hasNoPools = Array.isArray(pools) && pools.length === 0;
  return hasNoPools && isMap(discovery) && (discovery.enabled ?? false) === false;
}
