// What is wrong with a configuration: all of it at once, each problem with its place.
import { type NamedFile, type Path, type Place, pathText } from './node.ts';

export interface Problem {
  readonly place: Place;
  /** Empty where the text could not be read as a tree. */
  readonly path: Path;
  /** What was wrong and what is allowed. Never holds a secret. */
  readonly message: string;
}

/** `file:line:column: path: message` */
export const problemText = ({ place, path, message }: Problem): string =>
  [place.text, ...(path.length === 0 ? [] : [pathText(path)]), message].join(': ');

/** In the order of the file; what came from `defaults` into several projects is there once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const ordered = [...problems].sort((a, b) => a.place.order - b.place.order);
  return [...new Map(ordered.map((problem) => [problemText(problem), problem])).values()];
}

/** The configuration cannot be used. The message has a line per problem, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];
  /** What it names in spite of them. */
  readonly files: readonly NamedFile[];

  constructor(problems: readonly Problem[], files: readonly NamedFile[] = []) {
    const ordered = inOrder(problems);
    super(ordered.map(problemText).join('\n'));
    this.problems = ordered;
    this.files = files;
  }
}
