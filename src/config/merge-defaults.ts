// Merges `defaults` under every project as raw trees, before anything is checked, so that each value keeps its place.
import { type ConfigNode, entryOf, type MapNode } from './node.ts';
import { MERGED_BY_KEY, TAKEN_WHOLE } from './schema.ts';

/** The file with the defaults in its projects. What is not a map stays as it is; the schema reports it. */
export function mergeDefaults(root: ConfigNode): ConfigNode {
  const defaults = entryOf(root, 'defaults');
  const projects = entryOf(root, 'projects');
  if (root.kind !== 'map' || defaults?.kind !== 'map' || projects?.kind !== 'list') return root;
  const shared = [...defaults.entries].filter(([key]) => [...TAKEN_WHOLE, ...MERGED_BY_KEY].includes(key));
  const base: MapNode = { ...defaults, entries: new Map(shared) };
  const items = projects.items.map((item) => (item.kind === 'map' ? merge(base, item, TAKEN_WHOLE) : item));
  return { ...root, entries: new Map([...root.entries, ['projects', { ...projects, items }]]) };
}

/** Maps key by key, all the way down, but for the keys in `whole`; anything else is replaced. */
function merge(base: ConfigNode, own: ConfigNode, whole: readonly string[] = []): ConfigNode {
  if (base.kind !== 'map' || own.kind !== 'map') return own;
  const entries = new Map(base.entries);
  for (const [key, child] of own.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined || whole.includes(key) ? child : merge(below, child));
  }
  return { ...own, entries };
}
