// Whether each `ca_file` can be used, before anything runs on a configuration: without its authorities nothing would be read.
import { readAuthorities } from '../cloud/authorities.ts';
import { withDefaults } from './defaults.ts';
import { type ConfigNode, nearestNode } from './node.ts';
import type { Problem } from './problem.ts';
import type { Config } from './schema.ts';

/** `written` is the tree that the configuration was made from. */
export async function authorityProblems({ projects }: Config, written: ConfigNode): Promise<readonly Problem[]> {
  const root = withDefaults(written);
  const found = projects.map(async ({ http: { ca_file: file } }, index): Promise<readonly Problem[]> => {
    if (file === undefined) return [];
    const read = await readAuthorities(file);
    if ('certificates' in read) return [];
    const { place, path } = nearestNode(root, ['projects', index, 'http', 'ca_file']).node;
    return [{ place, path, message: read.why }];
  });
  return (await Promise.all(found)).flat();
}
