// Rules over several options. Checked on the tree, because zod leaves out a refinement, even one with `when`,
// where a value inside failed for good, as 1.5 does for a whole number: not all problems would be told at once.
import { canonicalId } from '../option-types/pool-id.ts';
import { type ConfigNode, entryOf, readScalar } from './node.ts';
import { type Problem, problemAt } from './problem.ts';

/** Problems of a tree whose defaults are merged. */
export function findBrokenRules(root: ConfigNode): readonly Problem[] {
  const projects = itemsOf(root, 'projects');
  return [
    ...repeated(projects.map((project) => entryOf(project, 'name'))),
    ...projects.flatMap((project) =>
      repeated(
        itemsOf(project, 'pools').map((pool) => entryOf(pool, 'id') ?? pool),
        canonicalId,
      ),
    ),
    ...projects.filter(asksForNothing).map(noPools),
  ];
}

const itemsOf = (node: ConfigNode, key: string): readonly ConfigNode[] => {
  const list = entryOf(node, key);
  return list?.kind === 'list' ? list.items : [];
};

/** A problem for each text that is already in the list. */
function repeated(
  nodes: readonly (ConfigNode | undefined)[],
  keyOf: (text: string) => string = (text) => text,
): readonly Problem[] {
  const first = new Map<string, ConfigNode>();
  return nodes.flatMap((node) => {
    const text = readScalar(node);
    if (node === undefined || typeof text !== 'string') return [];
    const key = keyOf(text);
    const earlier = first.get(key);
    if (earlier !== undefined) return [problemAt(node, `must be unique; the same value is at ${earlier.place.text}`)];
    first.set(key, node);
    return [];
  });
}

/** Silent where one of the options is itself wrong: then nobody knows what was meant. */
function asksForNothing(project: ConfigNode): boolean {
  const pools = entryOf(project, 'pools');
  const discovery = entryOf(project, 'discovery');
  const enabled = entryOf(discovery, 'enabled');
  const hasNoPools = pools === undefined || (pools.kind === 'list' && pools.items.length === 0);
  const isOff = enabled === undefined || readScalar(enabled) === false;
  return project.kind === 'map' && hasNoPools && isOff && (discovery === undefined || discovery.kind === 'map');
}

const noPools = ({ keyPlace, path }: ConfigNode): Problem => ({
  place: keyPlace,
  path,
  message: 'no pools are configured; list some under `pools`, or set `discovery: { enabled: true }`',
});
