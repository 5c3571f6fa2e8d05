// Merges `defaults` under every project before anything is checked. Problems of a merged value still name the place where it was written.
import { MERGED_BY_KEY, TAKEN_WHOLE } from './schema.ts';
import { isMap, type Source } from './source.ts';

const SHARED = [...TAKEN_WHOLE, ...MERGED_BY_KEY];

/** The file with the defaults in its projects. Whatever is not a map stays as it is: the schema refuses it. */
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

function mergeProject(defaults: Values, project: Values): Values {
  const isUsed = (key: string) =>
    Object.hasOwn(defaults, key) && !(TAKEN_WHOLE.includes(key) && Object.hasOwn(project, key));
  return overlay(Object.fromEntries(SHARED.filter(isUsed).map((key) => [key, defaults[key]])), project);
}

/** Maps key by key, all the way down; anything else is replaced. */
function overlay(base: Values, own: Values): Values {
  const replaced = Object.entries(own).map(([key, value]) => {
    const below = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, isMap(below) && isMap(value) ? overlay(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(replaced) };
}
