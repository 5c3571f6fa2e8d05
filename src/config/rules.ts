// Rules over several options. Checked on the plain values, because zod leaves out a refinement, even one with `when`,
// where a value inside failed for good, as 1.5 does for a whole number: not all problems would be told at once.
import { canonicalId } from '../option-types/pool-id.ts';
import { type Problem, problemAt } from './problem.ts';
import { isMap, type Path, type Source, valueAt } from './source.ts';

/** Problems of a configuration whose defaults are merged. */
export function checkRules(source: Source): readonly Problem[] {
  const itemsAt = (...path: Path): readonly unknown[] => {
    const list = valueAt(source.value, path);
    return Array.isArray(list) ? list : [];
  };
  const projects = itemsAt('projects');
  const ids = projects.map((_, i) =>
    itemsAt('projects', i, 'pools').map((pool, k) => ['projects', i, 'pools', k, ...(isMap(pool) ? ['id'] : [])]),
  );
  return [
    ...checkUnique(
      source,
      projects.map((_, i) => ['projects', i, 'name']),
    ),
    ...ids.flatMap((paths) => checkUnique(source, paths, canonicalId)),
    ...projects.flatMap((project, i) =>
      selectsNothing(project) ? [problemAt(source, ['projects', i], NO_POOLS)] : [],
    ),
  ];
}

/** A problem for each text that stands earlier in the list, too. */
function checkUnique(source: Source, paths: readonly Path[], keyOf = (text: string) => text): readonly Problem[] {
  const first = new Map<string, Path>();
  return paths.flatMap((path) => {
    const text = valueAt(source.value, path);
    if (typeof text !== 'string') return [];
    const earlier = first.get(keyOf(text));
    first.set(keyOf(text), earlier ?? path);
    if (earlier === undefined) return [];
    return [problemAt(source, path, `must be unique; also used at ${source.locate(earlier).place.text}`)];
  });
}

const NO_POOLS = 'no pools are selected; list some under `pools`, or write `discovery: { enabled: true }`';

/** False where one of the options is wrong in itself: then it is not known what was meant. */
function selectsNothing(project: unknown): boolean {
  if (!isMap(project)) return false;
  const { pools = [], discovery = {} } = project;
  const hasNoPools = Array.isArray(pools) && pools.length === 0;
  return hasNoPools && isMap(discovery) && (discovery.enabled === undefined || discovery.enabled === false);
}
