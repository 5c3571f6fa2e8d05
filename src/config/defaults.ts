// Merges `defaults` under every project as raw trees, before anything is checked, so that each value keeps its place.
import { type ConfigNode, entryOf, type MapNode } from './node.ts';
import { MERGED_BY_KEY, TAKEN_WHOLE } from './schema.ts';

/** The file with the defaults in its projects. What is no map stays as it is: the schema will say so. */
export function withDefaults(root: ConfigNode): ConfigNode {
  const defaults = entryOf(root, 'defaults');
  const projects = entryOf(root, 'projects');
  if (root.kind !== 'map' || defaults?.kind !== 'map' || projects?.kind !== 'list') return root;
  const items = projects.items.map((item) => (item.kind === 'map' ? under(item, defaults) : item));
  return { ...root, entries: new Map([...root.entries, ['projects', { ...projects, items }]]) };
}

function under(project: MapNode, defaults: MapNode): MapNode {
  const entries = new Map(project.entries);
  for (const key of [...TAKEN_WHOLE, ...MERGED_BY_KEY]) {
    const base = defaults.entries.get(key);
    const own = entries.get(key);
    if (base === undefined) continue;
    entries.set(key, own === undefined ? base : TAKEN_WHOLE.includes(key) ? own : overlaid(base, own));
  }
  return { ...project, entries };
}

/** Maps key by key, all the way down; anything else is replaced. */
function overlaid(base: ConfigNode, own: ConfigNode): ConfigNode {
  if (base.kind !== 'map' || own.kind !== 'map') return own;
  const entries = new Map(base.entries);
  for (const [key, child] of own.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? child : overlaid(below, child));
  }
  return { ...own, entries };
}
