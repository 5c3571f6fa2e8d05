// What is wrong with a configuration: all of it at once, each problem with its place.
import { formatPath, type NamedFile, type Path, type Place, type Source } from './source.ts';

export interface Problem {
  readonly place: Place;
  /** Empty where the text could not be read as YAML. */
  readonly path: Path;
  /** What was wrong and what is allowed. Never holds a secret. */
  readonly message: string;
}

/** A problem of the value at a path, or of its key. */
export function problemAt({ locate }: Source, where: Path, message: string, of: 'value' | 'key' = 'value'): Problem {
  const { place, keyPlace, path } = locate(where);
  return { place: of === 'key' ? keyPlace : place, path, message };
}

/** A problem of a whole file or variable. */
export const problemOf = (text: string, message: string, order = 0): Problem => ({
  place: { text, order },
  path: [],
  message,
});

/** `file:line:column: path: message` */
export function formatProblem({ place: { text, from }, path, message }: Problem): string {
  const origin = from === undefined ? '' : ` (the alias here stands for what is at ${from})`;
  return [text, ...(path.length === 0 ? [] : [formatPath(path)]), message + origin].join(': ');
}

/** In the order of the file; once each: what came from `defaults` into several projects, and what aliases repeat of their anchor. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const atAnchors = new Set(problems.map(({ place, message }) => `${place.text} ${message}`));
  const sorted = problems
    .filter(({ place: { from }, message }) => from === undefined || !atAnchors.has(`${from} ${message}`))
    .sort((a, b) => a.place.order - b.place.order);
  return [...new Map(sorted.map((problem) => [formatProblem(problem), problem])).values()];
}

/** Nobody mends more at once, and to tell 100,000 takes seconds in which nobody else is answered. */
export const MOST_PROBLEMS = 100;

/** The configuration cannot be used. The message has a line per problem, in the order of the file, but for what is too many. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];
  /** The files that the configuration names all the same. */
  readonly files: readonly NamedFile[];

  constructor(problems: readonly Problem[], files: readonly NamedFile[] = []) {
    const all = sortProblems(problems);
    const first = all.slice(0, MOST_PROBLEMS);
    const more = all.length > MOST_PROBLEMS ? [`and more; these are the first ${MOST_PROBLEMS}`] : [];
    super([...first.map(formatProblem), ...more].join('\n'));
    this.problems = first;
    this.files = files;
  }
}
