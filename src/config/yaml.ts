// Reads YAML into plain values. The document of the `yaml` package keeps the positions, and is searched only for a problem's place.
import {
  type Alias,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import type { Parsed, Problem } from './problem.ts';
import { looksLikeKey, type Path, type Place, type Spot } from './source.ts';
import { describeSyntaxError } from './syntax-words.ts';

/** Nothing deeper or, through aliases, larger is a configuration; it is an attack or an accident. */
const MAX_DEPTH = 50;
const MAX_ALIASED = 100_000;

/** `file` is the name shown in problems, `needs` what an empty file lacks. Never throws. */
export function parseYaml(text: string, file: string, needs: string): Parsed {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { text: `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`, order: offset };
  };
  const refuse = (message: string, offset = 0) => ({ problems: [{ place: at(offset), path: [], message }] });
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const [document, second] = documents;
    const syntax = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    if (syntax.length > 0)
      return {
        problems: causesOf(syntax).flatMap(({ code, pos }) => refuse(describeSyntaxError(code), pos[0]).problems),
      };
    if (second !== undefined)
      return refuse('a second document; keep one, and remove the line `---` between them', second.range[0]);
    const contents = document?.contents;
    if (!contents || (isScalar(contents) && contents.value === null))
      return refuse(`the file is empty; it needs ${needs}`);
    return readDocument(contents, at);
  } catch (error) {
    // The parser of `yaml` and the walk below recurse.
    return refuse(error instanceof RangeError ? 'nested too deeply' : 'cannot be read as YAML');
  }
}

/** Only the causes: a tab breaks every line after it, and excessive depth is reported at every level. */
function causesOf<Found extends { readonly code: ErrorCode }>(syntax: readonly Found[]): readonly Found[] {
  const tooDeep = syntax.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep !== undefined) return [tooDeep];
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
}

const offsetOf = (node: Content, otherwise = 0) => node?.range?.[0] ?? otherwise;

const below = ({ path }: Located, step: PropertyKey, node: Content, key = node): Located => ({
  node,
  keyOffset: offsetOf(key),
  path: [...path, typeof step === 'number' || looksLikeKey(String(step)) ? step : '…'],
});

function childOf(parent: Located, step: PropertyKey): Located | undefined {
  const { node } = parent;
  if (isSeq<Content>(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    return item === undefined ? undefined : below(parent, step, item);
  }
  if (!isMap<Content, Content>(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
  return pair && below(parent, step, pair.value, pair.key);
}

const NO_KEY = 'a key must be plain text; quote a value that starts with { or *; {{ … }} is not expanded here';

/** The values of one document, with the problems that values cannot express. */
function readDocument(contents: Node, at: (offset: number) => Place): Parsed {
  const problems: Problem[] = [];
  const anchors = new Map<string, Anchored>();
  const targets = new Map<Alias, Anchored>();
  let size = 0;
  let aliased = 0;
  // Set when values are missing: checking the rest would only give follow-up problems.
  let isBroken = false;
  const report = (offset: number, path: Path, message: string) =>
    problems.push({ place: at(offset), path, message }) > 0;

  function read(located: Located): unknown {
    const { node, path } = located;
    if (isAlias(node)) return follow(node, located);
    if (path.length > MAX_DEPTH) throw new RangeError('too deep');
    const before = size++;
    const value = contentsOf(located);
    if (node !== null && 'anchor' in node && node.anchor !== undefined)
      anchors.set(node.anchor, { ...located, value, size: size - before });
    return value;
  }

  function contentsOf(located: Located): unknown {
    const { node, path } = located;
    if (isSeq<Content>(node)) return node.items.map((item, i) => read(below(located, i, item)));
    if (!isMap<Content, Content>(node)) return isScalar(node) ? node.value : null;
    // Without a prototype: a key `constructor` is a key like any other.
    const values: Record<string, unknown> = Object.create(null);
    const first = new Map<string, number>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) {
        isBroken = report(offsetOf(key, offsetOf(node)), path, NO_KEY);
        continue;
      }
      const name = String(key.value);
      const child = below(located, name, value, key);
      const content = read(child);
      const earlier = first.get(name);
      // zod passes over __proto__ silently.
      if (name === '__proto__') report(child.keyOffset, path, 'unknown key');
      else if (earlier === undefined) values[name] = content;
      else report(child.keyOffset, child.path, `duplicate key; its first place is ${at(earlier).text}`);
      first.set(name, earlier ?? child.keyOffset);
    }
    return values;
  }

  function follow(alias: Alias, { path }: Located): unknown {
    const target = anchors.get(alias.source);
    const missing = 'an alias (*) without an anchor (&) before it; quote a value that starts with *';
    if (target === undefined) {
      isBroken = report(offsetOf(alias), path, missing);
      return null;
    }
    size += target.size;
    aliased += target.size;
    if (aliased > MAX_ALIASED)
      isBroken ||= report(offsetOf(alias), path, 'aliases expand to too many values; write them out');
    targets.set(alias, target);
    return target.value;
  }

  const root: Located = { node: contents, keyOffset: offsetOf(contents), path: [] };

  function locate(path: Path): Spot {
    let here = root;
    let missing = path.length;
    for (const step of path) {
      const child = childOf(here, step);
      if (child === undefined) break;
      here = (isAlias(child.node) && targets.get(child.node)) || child;
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
