// What happened to a pool, drawn into its panels: maintenance, and steps of its size.
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Kit } from './kit.ts';
import { DATASOURCE, target } from './panel.ts';

export function annotations({ named, record, step }: Kit) {
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
          .interval(step),
      );

  const size = record('desktops:max');
  return [
    annotation('Maintenance', 'orange', `${record('in_maintenance:max')} == 1`, 'In maintenance'),
    annotation('Growth', 'green', `${size} > ${size} offset ${step}`, 'The pool grew'),
    annotation('Shrinkage', 'purple', `${size} < ${size} offset ${step}`, 'The pool shrank'),
  ];
}
