import { type Fields, fieldsOf, listOf } from './json.ts';

/** Schemas that hold themselves are cut off here. */
const MAX_DEPTH = 6;

/** What a JSON schema wants, in lower case (Gemini's are upper); of several types, the first that is not null. */
export function typeOf(schema: Fields): string {
  const given = schema.type ?? alternatives(schema).map(({ type }) => type);
  const types = (Array.isArray(given) ? given : [given]).map((type) => String(type).toLowerCase());
  return types.find((type) => type !== 'null') ?? 'null';
}

export function alternatives(schema: Fields): readonly Fields[] {
  return [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
}

/** A small value that the schema accepts: enough for whoever only checks the shape. */
export function sampleOf(schema: Fields, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  switch (typeOf(schema)) {
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'array':
      return Number(schema.minItems ?? 0) > 0 && depth < MAX_DEPTH
        ? [sampleOf(fieldsOf(schema.items), depth + 1)]
        : [];
    case 'object': {
      const properties = fieldsOf(schema.properties);
      const names = Array.isArray(schema.required) ? schema.required.map(String) : Object.keys(properties);
      if (depth >= MAX_DEPTH) return {};
      return Object.fromEntries(names.map((name) => [name, sampleOf(fieldsOf(properties[name]), depth + 1)]));
    }
    default:
      return 'bench';
  }
}
