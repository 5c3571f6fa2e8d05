// Reads PromQL with the grammar of Prometheus' own editor: which metrics, labels and ranges an expression names.
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export interface Selection {
  /** Empty where only matchers select. */
  readonly metric: string;
  readonly labels: readonly string[];
  /** The duration in brackets directly behind it. */
  readonly range: string | undefined;
  /** The function that it is handed to. */
  readonly caller: string | undefined;
}

export interface Grouping {
  readonly labels: readonly string[];
  /** What is grouped. */
  readonly metrics: readonly string[];
}

export interface Expression {
  /** Where the grammar does not fit, as text; empty for a valid expression. */
  readonly errors: readonly string[];
  readonly selections: readonly Selection[];
  /** Of aggregations with `by` or `without`. */
  readonly groupings: readonly Grouping[];
  /** Labels of `on`, `ignoring`, `group_left` and `group_right`. */
  readonly joined: readonly string[];
  /** Labels that label_replace and count_values make. */
  readonly made: readonly string[];
}

export function readPromql(text: string): Expression {
  const nodes = allNodes(parser.parse(text).topNode);
  const textOf = (node: SyntaxNode | null | undefined) => (node ? text.slice(node.from, node.to) : '');
  const under = (node: SyntaxNode, name: string) => allNodes(node).filter((one) => one.name === name);
  const labelsOf = (node: SyntaxNode) => under(node, 'LabelName').map(textOf);
  const metricOf = (selector: SyntaxNode) => textOf(selector.getChild('Identifier'));
  const callerOf = (node: SyntaxNode): string | undefined => {
    const call = node.parent?.name === 'FunctionCallBody' ? node.parent.parent : null;
    return call?.name === 'FunctionCall' ? textOf(call.getChild('FunctionIdentifier')) : undefined;
  };
  const named = (name: string) => nodes.filter((node) => node.name === name);

  return {
    errors: nodes
      .filter(({ type }) => type.isError)
      .map((node) => text.slice(Math.max(0, node.from - 20), node.to + 20)),
    selections: named('VectorSelector').map((selector) => {
      const matrix = selector.parent?.name === 'MatrixSelector' ? selector.parent : undefined;
      return {
        metric: metricOf(selector),
        labels: labelsOf(selector),
        range: matrix && textOf(matrix.getChild('DurationExpr')),
        caller: callerOf(matrix ?? selector),
      };
    }),
    groupings: named('AggregateExpr').flatMap((node) => {
      const modifier = node.getChild('AggregateModifier');
      const metrics = under(node, 'VectorSelector').map(metricOf);
      return modifier === null ? [] : [{ labels: labelsOf(modifier), metrics }];
    }),
    joined: named('MatchingModifierClause').flatMap(labelsOf),
    made: [...text.matchAll(/count_values\("(\w+)"/g), ...text.matchAll(/, "(\w+)", "[^"]*", "\w+", "[^"]*"\)/g)].map(
      ([, label = '']) => label,
    ),
  };
}

function allNodes(top: SyntaxNode): readonly SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  top.cursor().iterate(({ node }) => void nodes.push(node));
  return nodes;
}
