/** An object out of somebody else's JSON, whose fields may be anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; of anything else, one without fields. */
export function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

/** The objects in a list; of anything else, none. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
