// What is wrong with a configuration: all of it at once, each problem with its place.
import { type Path, type Place, pathText } from './node.ts';

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

/** The configuration cannot be used. The message has a line per problem, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const ordered = [...problems].sort((a, b) => a.place.order - b.place.order);
    const seen = new Map(ordered.map((problem) => [problemText(problem), problem]));
    super([...seen.keys()].join('\n'));
    this.problems = [...seen.values()];
  }
}
