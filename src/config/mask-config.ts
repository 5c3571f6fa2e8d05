// The running configuration as text that may be shown: written as in the file, secrets masked.
import { stringify } from 'yaml';
import * as z from 'zod';
import { formatDuration } from '../option-types/duration.ts';
import { isRecord } from '../option-types/record.ts';
import { type CollectorOptions, type Config, mergedSchema } from './schema.ts';
import { schemaOf, unwrap } from './shape.ts';

/** YAML of the effective configuration. */
export function maskConfig(config: Config, collectors: readonly CollectorOptions[]): string {
  return stringify(mask(config, mergedSchema(collectors)), { aliasDuplicateObjects: false });
}

/** Ids of users are personal data: their number is enough. */
const summarize = (key: string, value: unknown) =>
  key === 'user_ids' && Array.isArray(value) && value.length > 0 ? `<${value.length} ids>` : undefined;

function mask(value: unknown, schema: unknown): unknown {
  // A number that is written as text is a duration.
  if (typeof value === 'number') return unwrap(schema) instanceof z.ZodString ? formatDuration(value) : value;
  if (Array.isArray(value)) return value.map((item, i) => mask(item, schemaOf(schema, i, value)));
  if (!isRecord(value)) return value;
  // Secrets and proxy addresses know how to be shown; expressions are shown by their source.
  if (typeof value.toJSON === 'function') return value.toJSON();
  if (typeof value.matches === 'function') return value.source;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      summarize(key, child) ?? mask(child, schemaOf(schema, key, value)),
    ]),
  );
}
