// Reads YAML into a tree that knows its places.
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
  type YAMLMap,
} from 'yaml';
import { type ConfigNode, looksLikeKey, type Path, type Place } from './node.ts';
import type { Problem } from './problem.ts';
import { syntaxWords } from './syntax-words.ts';

export interface Parsed {
  /** Absent when the text is not a YAML document. */
  readonly root?: ConfigNode;
  readonly problems: readonly Problem[];
}

/** Deeper or, by aliases, larger than this is no configuration but an attack or an accident. */
const MAX_DEPTH = 50;
const MAX_ALIASED = 100_000;

/** `file` is the name shown in problems, `needs` what an empty file lacks. Never throws. */
export function parseYaml(text: string, file: string, needs: string): Parsed {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { text: `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`, order: offset };
  };
  const whole = (message: string) => ({ problems: [{ place: at(0), path: [], message }] });
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const [document, second] = documents;
    const syntax = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    if (syntax.length > 0) {
      return {
        problems: causes(syntax).map(({ code, pos }) => ({ place: at(pos[0]), path: [], message: syntaxWords(code) })),
      };
    }
    if (second !== undefined) {
      const place = at(second.range[0]);
      return {
        problems: [
          { place, path: [], message: 'a second document; keep only one, and remove the line `---` between them' },
        ],
      };
    }
    if (document === undefined || !document.contents || isNothing(document.contents))
      return whole(`the file is empty; it needs ${needs}`);
    return buildTree(document.contents, at);
  } catch (error) {
    // The parser of `yaml` and the walk below recurse.
    return whole(error instanceof RangeError ? 'nested too deeply' : 'cannot be read as YAML');
  }
}

/** Without what only follows: a tab makes nonsense of all lines after it, and depth has no end at the first complaint. */
function causes<Found extends { readonly code: ErrorCode }>(syntax: readonly Found[]): readonly Found[] {
  const tooDeep = syntax.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep !== undefined) return [tooDeep];
  const tabs = syntax.filter(({ code }) => code === 'TAB_AS_INDENT');
  return tabs.length > 0 ? tabs : syntax;
}

const isNothing = (node: Node) => isScalar(node) && node.value === null;

/** The tree of one document, with the problems that a tree cannot express. */
function buildTree(contents: Node, at: (offset: number) => Place): Parsed {
  const problems: Problem[] = [];
  const anchors = new Map<string, { readonly node: ConfigNode; readonly size: number }>();
  /** Values so far, those behind aliases counted as often as they are used. */
  let size = 0;
  let aliased = 0;
  // Then values are missing from the tree, and checking it would only give follow-up problems.
  let isBroken = false;
  const report = (place: Place, path: Path, message: string) => problems.push({ place, path, message }) > 0;

  function build(yaml: unknown, path: Path, keyPlace?: Place): ConfigNode {
    const node = yaml as Node | null; // What a document holds: yaml types the contents of collections as unknown.
    const place = node?.range ? at(node.range[0]) : (keyPlace ?? at(0));
    const common = { path, place, keyPlace: keyPlace ?? place };
    if (isAlias(node)) return follow(node, place, path);
    if (path.length > MAX_DEPTH) throw new RangeError('too deep');
    const before = size;
    size += 1;
    const built: ConfigNode = isMap(node)
      ? { ...common, kind: 'map', entries: buildEntries(node, path) }
      : isSeq(node)
        ? { ...common, kind: 'list', items: node.items.map((item, i) => build(item, [...path, i])) }
        : { ...common, kind: 'scalar', value: isScalar(node) ? node.value : null };
    const anchor = node !== null && 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, { node: built, size: size - before });
    return built;
  }

  function buildEntries(map: YAMLMap, path: Path): ReadonlyMap<string, ConfigNode> {
    const entries = new Map<string, ConfigNode>();
    for (const { key, value } of map.items) {
      const keyNode = key as Node | null; // See above.
      const keyPlace = at(keyNode?.range?.[0] ?? map.range?.[0] ?? 0);
      if (!isScalar(keyNode)) {
        isBroken = report(
          keyPlace,
          path,
          'a key must be plain text; a value that starts with { or * needs quotes, and {{ … }} is not filled in here',
        );
        continue;
      }
      const name = String(keyNode.value);
      const keyPath = [...path, looksLikeKey(name) ? name : '…'];
      const child = build(value, keyPath, keyPlace);
      const first = entries.get(name);
      // zod passes over __proto__ silently.
      if (name === '__proto__') report(keyPlace, path, 'unknown key');
      else if (first !== undefined) report(keyPlace, keyPath, `duplicate key; first used at ${first.keyPlace.text}`);
      else entries.set(name, child);
    }
    return entries;
  }

  function follow(alias: Alias, place: Place, path: Path): ConfigNode {
    const target = anchors.get(alias.source);
    aliased += target?.size ?? 0;
    if (target !== undefined && aliased <= MAX_ALIASED) {
      size += target.size;
      return target.node;
    }
    const missing = 'an alias (*) without an anchor (&) before it; quote a value that starts with *';
    if (target === undefined) isBroken = report(place, path, missing);
    else isBroken ||= report(place, path, 'aliases stand for too many values; write them out');
    return { kind: 'scalar', value: null, path, place, keyPlace: place };
  }

  const root = build(contents, []);
  return isBroken ? { problems } : { root, problems };
}
