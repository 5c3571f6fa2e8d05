// Merges `defaults` under every project before anything is checked; a merged value is still told where it was written.
import { MERGED_BY_KEY, TAKEN_WHOLE } from './schema.ts';
import { isMap, type Source } from './source.ts';

const SHARED = [...TAKEN_WHOLE, ...MERGED_BY_KEY];

/** The file with the defaults in its projects. What is no map stays as it is: the schema will say so. */
export function mergeDefaults({ value, locate }: Source): Source {
  if (!isMap(value) || !isMap(value.defaults) || !Array.isArray(value.projects)) return { value, locate };
  const { defaults } = value;
  const projects = value.projects.map((project) => (isMap(project) ? mergeProject(defaults, project) : project));
  return {
    value: { ...value, projects },
    locate(path) {
      const own = locate(path);
      const [top, , key, ...rest] = path;
      if (own.missing === 0 || top !== 'projects' || !SHARED.includes(String(key))) return own;
      const inherited = locate(['defaults', String(key), ...rest]);
      const isOwnWhole = TAKEN_WHOLE.includes(String(key)) && own.missing <= rest.length;
      return inherited.missing < own.missing && !isOwnWhole ? inherited : own;
    },
  };
}

type Values = Readonly<Record<string, unknown>>;

const mergeProject = (defaults: Values, project: Values): Values => ({
  ...Object.fromEntries(SHARED.flatMap((key) => (Object.hasOwn(defaults, key) ? [[key, defaults[key]]] : []))),
  ...project,
  ...Object.fromEntries(
    MERGED_BY_KEY.flatMap((key) => (Object.hasOwn(project, key) ? [[key, overlay(defaults[key], project[key])]] : [])),
  ),
});

/** Maps key by key, all the way down; anything else is replaced. */
function overlay(base: unknown, own: unknown): unknown {
  if (!isMap(base) || !isMap(own)) return own;
  return {
    ...base,
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [key, overlay(base[key], value)])),
  };
}
