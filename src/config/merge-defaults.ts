// Merges `defaults` under every project before anything is checked; a merged value is still told where it was written.
import { MERGED_BY_KEY, TAKEN_WHOLE } from './schema.ts';
import { isMap, type Source } from './source.ts';

const SHARED = [...TAKEN_WHOLE, ...MERGED_BY_KEY];

/** The file with the defaults in its projects. What is not a map stays as it is; the schema reports it. */
export function mergeDefaults({ value, locate }: Source): Source {
  if (!isMap(value) || !isMap(value.defaults) || !Array.isArray(value.projects)) return { value, locate };
  const base = Object.fromEntries(Object.entries(value.defaults).filter(([key]) => SHARED.includes(key)));
  const projects = value.projects.map((project) => (isMap(project) ? merge(base, project, TAKEN_WHOLE) : project));
  return {
    value: { ...value, projects },
    locate(path) {
      const own = locate(path);
      const [top, , key, ...rest] = path;
      if (own.missing === 0 || top !== 'projects' || !SHARED.includes(String(key))) return own;
      const isOwnWhole = TAKEN_WHOLE.includes(String(key)) && own.missing <= rest.length;
      const inherited = locate(['defaults', String(key), ...rest]);
      return inherited.missing < own.missing && !isOwnWhole ? inherited : own;
    },
  };
}

/** Maps key by key, all the way down, but for the keys in `whole`; anything else is replaced. */
function merge(base: unknown, own: unknown, whole: readonly string[] = []): unknown {
  if (!isMap(base) || !isMap(own)) return own;
  const entries = Object.entries(own).map(([key, value]) => [
    key,
    whole.includes(key) || !Object.hasOwn(base, key) ? value : merge(base[key], value),
  ]);
  return { ...base, ...Object.fromEntries(entries) };
}
