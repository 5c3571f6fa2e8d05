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

/** Deeper as written or, by aliases, larger than this is no configuration but an attack or an accident. */
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
  constructor(readonly offset: number) {
    super(`nested more than ${MAX_DEPTH} levels deep; is a bracket not closed?`);
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
    if (parser.stack.length > MAX_DEPTH + 2) throw new TooDeep(parser.offset - lexeme.length);
  }
  yield* parser.end();
}

interface Found {
  readonly code: ErrorCode;
  readonly pos: readonly [number, number];
}

/** Without what only follows: a tab makes nonsense of all lines after it, and any mistake of its own place and of the text behind it. */
function findCauses(syntax: readonly Found[]): readonly Found[] {
  const tabs = syntax.filter(({ code }) => code === 'TAB_AS_INDENT');
  if (tabs.length > 0) return tabs;
  return syntax.filter(
    ({ code, pos }, i) => i === 0 || (code !== 'UNEXPECTED_TOKEN' && pos[0] !== syntax[i - 1]?.pos[0]),
  );
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
}

const offsetOf = (node: Content, otherwise = 0) => node?.range?.[0] ?? otherwise;

/** A step as it may be shown: in the place of a key somebody may have written a secret. */
const showStep = (step: PropertyKey) => (typeof step === 'number' || looksLikeKey(String(step)) ? step : '…');

const below = ({ path }: Located, step: PropertyKey, node: Content, key = node): Located => ({
  node,
  keyOffset: offsetOf(key),
  path: [...path, showStep(step)],
});

const MERGE_KEY =
  'merge keys (<<) are not supported; write the settings out, or use an alias for a whole map (key: *name)';
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
  // Then values are missing, and checking the rest would only give follow-up problems.
  let isBroken = false;
  const report = (offset: number, path: Path, message: string) =>
    problems.push({ place: at(offset), path, message }) > 0;

  function read(located: Located): unknown {
    const { node } = located;
    if (isAlias(node)) return follow(node, located);
    const before = size++;
    const value = isSeq<Content>(node)
      ? node.items.map((item, i) => read(below(located, i, item)))
      : isMap<Content, Content>(node)
        ? readMap(node, located)
        : isScalar(node)
          ? node.value
          : null;
    if (node !== null && 'anchor' in node && node.anchor !== undefined)
      anchors.set(node.anchor, { ...located, value, size: size - before });
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
      if (name === '<<') {
        isBroken = report(offsetOf(key), [...located.path, name], MERGE_KEY);
        continue;
      }
      const child = below(located, name, value, key);
      const content = read(child);
      const first = children.get(name);
      // zod passes over __proto__ silently.
      if (name === '__proto__') report(child.keyOffset, [...located.path, name], 'unknown key');
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
    return item === undefined ? entries.get(node)?.get(String(step)) : below(parent, step, item);
  }

  const root: Located = { node: contents, keyOffset: offsetOf(contents), path: [] };

  function locate(path: Path): Spot {
    let here = root;
    let missing = path.length;
    let alias: Place | undefined;
    const place = (offset: number): Place => (alias === undefined ? at(offset) : { ...alias, from: at(offset).text });
    let keyPlace = place(here.keyOffset);
    for (const step of path) {
      const child = enter(here, step);
      if (child === undefined) break;
      missing -= 1;
      keyPlace = place(child.keyOffset);
      const target = isAlias(child.node) ? targets.get(child.node) : undefined;
      if (target !== undefined) alias ??= at(offsetOf(child.node));
      here = target ?? child;
    }
    const { node, keyOffset } = here;
    const isWritten = missing === 0 && isScalar(node) && node.value !== null;
    return {
      place: place(isWritten ? offsetOf(node, keyOffset) : keyOffset),
      keyPlace,
      path: [...path.slice(0, path.length - missing).map(showStep), ...path.slice(path.length - missing)],
      missing,
    };
  }

  const value = read(root);
  return isBroken ? { problems } : { source: { value, locate }, problems };
}
