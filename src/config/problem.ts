// What is wrong with a configuration: all of it at once, each problem with its place.
import { formatPath, type NamedFile, type Path, type Place, type Source } from './source.ts';

export interface Problem {
  readonly place: Place;
  /** Empty where the text could not be read as a tree. */
  readonly path: Path;
  /** What was wrong and what is allowed. Never holds a secret. */
  readonly message: string;
}

export interface Parsed {
  /** Absent where no values could be read. */
  readonly source?: Source;
  readonly problems: readonly Problem[];
}

/** A problem of the value at a path, or of its key. */
export function problemAt(source: Source, where: Path, message: string, of: 'value' | 'key' = 'value'): Problem {
  const { place, keyPlace, path } = source.locate(where);
  return { place: of === 'key' ? keyPlace : place, path, message };
}

/** `file:line:column: path: message` */
export const formatProblem = ({ place, path, message }: Problem): string =>
  [place.text, ...(path.length === 0 ? [] : [formatPath(path)]), message].join(': ');

/** In the order of the file; what came from `defaults` into several projects is there once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const ordered = [...problems].sort((a, b) => a.place.order - b.place.order);
  return [...new Map(ordered.map((problem) => [formatProblem(problem), problem])).values()];
}

/** The configuration cannot be used. The message has a line per problem, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];
  /** The files that the configuration names nevertheless. */
  readonly files: readonly NamedFile[];

  constructor(problems: readonly Problem[], files: readonly NamedFile[] = []) {
    const sorted = sortProblems(problems);
    super(sorted.map(formatProblem).join('\n'));
    this.problems = sorted;
    this.files = files;
  }
}
