// The configuration file as a JSON schema, for editors and for the reference.
import { z } from 'zod';
import { type CollectorOptions, writtenSchema } from '../src/config/schema.ts';

/** Any part of the schema. */
export type Shape = z.core.JSONSchema.BaseSchema;

/** Draft 7: the YAML plugins of editors know it best. */
export function configurationSchema(collectors: readonly CollectorOptions[]) {
  const titled = writtenSchema(collectors).meta({
    title: 'Configuration of huaweicloud-workspace-exporter',
    description: 'Reference: docs/configuration.md',
  });
  return z.toJSONSchema(titled, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // What zod says of every whole number says nothing to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
}
