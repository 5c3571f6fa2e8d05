// What happened to a pool, drawn into its panels: maintenance, and steps of its size.
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE, target } from './panel.ts';
import { named, record } from './promql.ts';

const annotation = (name: string, color: string, expr: string, text: string) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .titleFormat(text)
    .tagKeys('pool_name')
    .target(
      target({ expr: named(expr) })
        .refId('Anno')
        .interval('1m'),
    );

const SIZE = record('desktops:max');

export const annotations = [
  annotation('Maintenance', 'orange', `${record('in_maintenance:max')} == 1`, 'In maintenance'),
  annotation('Growth', 'green', `${SIZE} > ${SIZE} offset 1m`, 'The pool grew'),
  annotation('Shrinkage', 'purple', `${SIZE} < ${SIZE} offset 1m`, 'The pool shrank'),
];
