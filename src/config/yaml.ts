// Reads YAML: the `yaml` package's own document keeps the positions, and is asked for them when there is something to tell.
import {
  type Alias,
  Composer,
  type CST,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type YAMLMap,
} from 'yaml';
import { MOST_PROBLEMS, type Problem } from './problem.ts';
import { looksLikeKey, type Path, type Place, type Source, type Spot } from './source.ts';
import { describeSyntaxError } from './syntax-words.ts';

export interface Written {
  /** Absent when the text is not a usable YAML document. */
  readonly source?: Source;
  readonly problems: readonly Problem[];
}

/** Deeper or, by aliases, larger than this is no configuration but an attack or an accident. */
const MAX_DEPTH = 50;
const MAX_ALIASED = 100_000;

/** `file` is the name shown in problems, `needs` what an empty file lacks. Never throws. */
export function parseYaml(text: string, file: string, needs: string): Written {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { text: `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`, order: offset };
  };
  const refuse = (message: string, offset = 0) => ({ problems: [{ place: at(offset), path: [], message }] });
  try {
    const composer = new Composer({ prettyErrors: false, uniqueKeys: false });
    const [document, second, ...others] = composer.compose(readTokens(text, lines));
    const syntax = [document, second, ...others].flatMap((one) => (one ? [...one.errors, ...one.warnings] : []));
    if (syntax.length > 0)
      return {
        problems: findCauses(syntax).flatMap(({ code, pos }) => refuse(describeSyntaxError(code), pos[0]).problems),
      };
    if (second !== undefined)
      return refuse('a second document; keep only one, and remove the line `---` between them', second.range[0]);
    const contents = document?.contents;
    if (!contents || (isScalar(contents) && contents.value === null))
      return refuse(`the file is empty; it needs ${needs}`);
    return readDocument(contents, at);
  } catch (error) {
    return error instanceof TooDeep ? refuse(error.message, error.offset) : refuse('cannot be read as YAML');
  }
}

class TooDeep extends Error {
  constructor(
    readonly offset: number,
    advice: string,
  ) {
    super(`nested more than ${MAX_DEPTH} levels deep; ${advice}`);
  }
}

/** Ends early where a text nests too deeply: what composes a document recurses, and V8 may end the process near the end of the stack. */
function* readTokens(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      yield token;
      if (token.type === 'error') errors += 1;
    }
    // To compose half a million takes seconds.
    if (errors > MOST_PROBLEMS) break;
    // The document, and the scalar at the bottom, are no levels.
    if (parser.stack.length > MAX_DEPTH + 2)
      throw new TooDeep(parser.offset - lexeme.length, 'is a bracket not closed?');
  }
  yield* parser.end();
}

/** Without what only follows: a tab makes nonsense of all lines after it. */
function findCauses<Found extends { readonly code: ErrorCode }>(syntax: readonly Found[]): readonly Found[] {
  const tabs = syntax.filter(({ code }) => code === 'TAB_AS_INDENT');
  return tabs.length > 0 ? tabs : syntax;
}

/** A node of the document; null for a key without a value. `yaml` types the contents of collections as unknown. */
type Content = Node | null;

interface Located {
  readonly node: Content;
  readonly keyOffset: number;
  readonly path: Path;
}
interface Anchored extends Located {
  readonly value: unknown;
  /** Values in it, those behind aliases counted as often as they are used. */
  readonly size: number;
  /** Levels below it. */
  readonly depth: number;
}

const offsetOf = (node: Content, otherwise = 0) => node?.range?.[0] ?? otherwise;

const below = ({ path }: Located, step: PropertyKey, node: Content, key = node): Located => ({
  node,
  keyOffset: offsetOf(key),
  path: [...path, typeof step === 'number' || looksLikeKey(String(step)) ? step : '…'],
});

const NO_KEY = 'a key must be plain text; quote a value that starts with { or *; {{ … }} is not expanded here';

/** The values of one document, with the problems that values cannot express. */
function readDocument(contents: Node, at: (offset: number) => Place): Written {
  const problems: Problem[] = [];
  const anchors = new Map<string, Anchored>();
  const targets = new Map<Alias, Anchored>();
  /** The entries of each map, by the names of their keys. */
  const entries = new Map<Content, ReadonlyMap<string, Located>>();
  let size = 0;
  let aliased = 0;
  /** The lowest level so far of what is being read. */
  let lowest = 0;
  // Then values are missing, and checking the rest would only give follow-up problems.
  let isBroken = false;
  const report = (offset: number, path: Path, message: string) =>
    problems.push({ place: at(offset), path, message }) > 0;

  function read(located: Located): unknown {
    const { node, path } = located;
    if (isAlias(node)) return follow(node, located);
    const [before, around] = [size++, lowest];
    lowest = path.length;
    const value = isSeq<Content>(node)
      ? node.items.map((item, i) => read(below(located, i, item)))
      : isMap<Content, Content>(node)
        ? readMap(node, located)
        : isScalar(node)
          ? node.value
          : null;
    if (node !== null && 'anchor' in node && node.anchor !== undefined)
      anchors.set(node.anchor, { ...located, value, size: size - before, depth: lowest - path.length });
    lowest = Math.max(lowest, around);
    return value;
  }

  function readMap(map: YAMLMap<Content, Content>, located: Located): unknown {
    // Without a prototype: a key `constructor` is a key like any other.
    const values: Record<string, unknown> = Object.create(null);
    const children = new Map<string, Located>();
    for (const { key, value } of map.items) {
      if (!isScalar(key)) {
        isBroken = report(offsetOf(key, offsetOf(map)), located.path, NO_KEY);
        continue;
      }
      const name = String(key.value);
      const child = below(located, name, value, key);
      const content = read(child);
      const first = children.get(name);
      // zod passes over __proto__ silently.
      if (name === '__proto__') report(child.keyOffset, located.path, 'unknown key');
      else if (first !== undefined)
        report(child.keyOffset, child.path, `duplicate key; first used at ${at(first.keyOffset).text}`);
      else {
        values[name] = content;
        children.set(name, child);
      }
    }
    entries.set(map, children);
    return values;
  }

  function follow(alias: Alias, { path }: Located): unknown {
    const target = anchors.get(alias.source);
    if (target === undefined) {
      const message = 'an alias (*) without an anchor (&) before it; quote a value that starts with *';
      isBroken = report(offsetOf(alias), path, message);
      return null;
    }
    lowest = Math.max(lowest, path.length + target.depth);
    if (lowest > MAX_DEPTH) throw new TooDeep(offsetOf(alias), 'write out the aliases');
    size += target.size;
    aliased += target.size;
    if (aliased > MAX_ALIASED)
      isBroken ||= report(offsetOf(alias), path, 'aliases expand to too many values; write them out');
    targets.set(alias, target);
    return target.value;
  }

  function enter(parent: Located, step: PropertyKey): Located | undefined {
    const { node } = parent;
    const item = isSeq<Content>(node) && typeof step === 'number' ? node.items[step] : undefined;
    const child = item === undefined ? entries.get(node)?.get(String(step)) : below(parent, step, item);
    return (isAlias(child?.node) && targets.get(child.node)) || child;
  }

  const root: Located = { node: contents, keyOffset: offsetOf(contents), path: [] };

  function locate(path: Path): Spot {
    let here = root;
    let missing = path.length;
    for (const step of path) {
      const child = enter(here, step);
      if (child === undefined) break;
      here = child;
      missing -= 1;
    }
    const { node, keyOffset } = here;
    const keyPlace = at(keyOffset);
    const isWritten = missing === 0 && isScalar(node) && node.value !== null;
    const place = isWritten ? at(offsetOf(node, keyOffset)) : keyPlace;
    return { place, keyPlace, path: [...here.path, ...path.slice(path.length - missing)], missing };
  }

  const value = read(root);
  return isBroken ? { problems } : { source: { value, locate }, problems };
}
