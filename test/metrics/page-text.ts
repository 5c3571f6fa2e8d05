// Families as the text of a page, for tests: the only place here that knows how pages are written.
import { encode, type Format } from '../../src/metrics/encode.ts';
import { baseLabels, type Family, familiesOf, type Labelled, type RowGroup } from '../../src/metrics/metric.ts';
import { createPageWriter } from '../../src/metrics/page-writer.ts';

export function pageText(families: readonly Family[], format: Format = 'text'): string {
  const writer = createPageWriter();
  encode(writer, families, format);
  return writer.take().toString();
}

/** The families of a group over items, each with the values of its base labels. */
export const familiesFor = <Item>(
  group: RowGroup<Item>,
  items: readonly (readonly [labels: readonly string[], item: Item])[],
): Family[] =>
  familiesOf(
    group,
    items.map(([values, item]): Labelled<Item> => ({ labels: baseLabels(group.base, values), item })),
  );
