// Says in a few words what kind of value an option takes.
import { z } from 'zod';
import { duration } from '../src/option-types/duration.ts';
import { regex } from '../src/option-types/regex.ts';
import type { Shape } from './configuration-schema.ts';

const exemplar = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
const DURATION = exemplar(duration());
const REGEX = exemplar(regex());

/** `parent` tells whether the option is a secret: those have a twin `…_file`. */
export function typeText(key: string, shape: Shape, parent: Shape): string {
  const { items, anyOf } = shape;
  if (anyOf !== undefined) return anyOf.map((option) => typeText(key, option, parent)).join(' or ');
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${value}\``).join(', ');
  if (shape.type === 'array') return listText(key, Array.isArray(items) || typeof items !== 'object' ? {} : items);
  if (shape.type === 'integer') return `whole number${range(shape)}`;
  if (shape.type === 'number') return `number${range(shape)}`;
  if (shape.type === 'boolean') return '`true`, `false`';
  if (shape.type !== 'string') return 'map';
  if (shape.pattern !== undefined && shape.pattern === DURATION.pattern) return 'duration';
  if (isLike(shape, REGEX)) return 'RE2 expression';
  if (shape.format === 'uri') return 'address';
  if (key.endsWith('_file')) return 'path';
  return `${key}_file` in (parent.properties ?? {}) ? 'secret' : 'text';
}

function listText(key: string, items: Shape): string {
  // The twin of a list is a longer list, not a secret.
  const text = typeText(key, items, {});
  const plural = { map: 'maps', text: 'texts', 'text or map': 'texts or maps', 'RE2 expression': 'RE2 expressions' }[
    text
  ];
  return `list of ${plural ?? text}`;
}

function range({ minimum, maximum }: Shape): string {
  if (minimum === undefined) return maximum === undefined ? '' : ` up to ${maximum}`;
  return maximum === undefined ? ` from ${minimum}` : `, ${minimum} to ${maximum}`;
}

const isLike = (shape: Shape, other: Shape) => JSON.stringify(shape.examples) === JSON.stringify(other.examples);
