// What is wrong with a configuration: all of it at once, each problem with its place.
import { type NamedFile, type Path, type Place, pathText } from './node.ts';

export interface Problem {
  readonly place: Place;
  /** Empty where the text could not be read as a tree. */
  readonly path: Path;
  /** What was wrong and what is allowed. Never holds a secret. */
  readonly message: string;
}

export const problemAt = ({ place, path }: Pick<Problem, 'place' | 'path'>, message: string): Problem => ({
  place,
  path,
  message,
});

/** `file:line:column: path: message` */
export const problemText = ({ place, path, message }: Problem): string =>
  [place.text, ...(path.length === 0 ? [] : [pathText(path)]), message].join(': ');

/** In the order of the file; what came from `defaults` into several projects is there once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const ordered = [...problems].sort((a, b) => a.place.order - b.place.order);
  return [...new Map(ordered.map((problem) => [problemText(problem), problem])).values()];
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
    const all = inOrder(problems);
    const ordered = all.slice(0, MOST_PROBLEMS);
    const more = all.length > MOST_PROBLEMS ? [`and more; these are the first ${MOST_PROBLEMS}`] : [];
    super([...ordered.map(problemText), ...more].join('\n'));
    this.problems = ordered;
    this.files = files;
  }
}
