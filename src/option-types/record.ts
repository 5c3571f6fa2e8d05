// Looks into values of unknown type.

export const isRecord = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === 'object' && value !== null;

/** Undefined also where the value has no members at all. */
export const member = (value: unknown, key: PropertyKey): unknown => (isRecord(value) ? value[key] : undefined);
