// The values of the Helm chart as they are written and explained in its values.yaml: from them come its schema and its README.
import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml';

export const CHART = 'deploy/helm/huaweicloud-workspace-exporter';

export interface ChartValue {
  /** `image.tag` as its keys. */
  readonly path: readonly string[];
  /** What follows "# --" above the key, in one line. */
  readonly says: string | undefined;
  readonly preset: unknown;
  /** The values of a map that is no value itself. */
  readonly values: readonly ChartValue[] | undefined;
}

/** As a tree. A map with a description of its own is one value, whatever it holds: what Kubernetes or the exporter takes as a whole. */
export function chartValues(text: string = readFileSync(`${CHART}/values.yaml`, 'utf8')): readonly ChartValue[] {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents))
    throw new Error(`values.yaml: ${document.errors.join()}`);
  return valuesOf(document.contents, []);
}

function valuesOf(map: YAMLMap, above: readonly string[]): readonly ChartValue[] {
  return map.items.map(({ key, value }, index) => {
    if (!isScalar(key)) throw new Error(`values.yaml: a key under ${above.join('.')} is not a text`);
    const path = [...above, String(key.value)];
    // What stands above the first key of a map belongs to the map, for the parser.
    const says = described(index === 0 ? (map.commentBefore ?? key.commentBefore) : key.commentBefore);
    const isGroup = says === undefined && isMap(value);
    return {
      path,
      says,
      preset: plain(value),
      values: isGroup ? valuesOf(value, path) : undefined,
    };
  });
}

const plain = (node: unknown): unknown => (isNode(node) ? node.toJSON() : node);

function described(comment: string | null | undefined): string | undefined {
  const [, text] = /^ -- ([\s\S]*)/m.exec(comment ?? '') ?? [];
  return text?.replace(/\n\s*/g, ' ').trim();
}

/** Every value that can be set, in order. */
export const leavesOf = (values: readonly ChartValue[]): readonly ChartValue[] =>
  values.flatMap((value) => (value.values === undefined ? [value] : leavesOf(value.values)));
