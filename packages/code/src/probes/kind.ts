/** What a parameter takes, as far as it says. */
export type Kind =
  | { readonly kind: 'int' | 'float' | 'string' | 'bool' | 'null' | 'any' }
  | { readonly kind: 'list' | 'dict'; readonly of: Kind }
  | { readonly kind: 'tuple'; readonly items: readonly Kind[] }
  | { readonly kind: 'record'; readonly fields: readonly (readonly [name: string, of: Kind])[] }
  | { readonly kind: 'choice'; readonly of: readonly Kind[] }
  /** One value and no other. */
  | { readonly kind: 'value'; readonly value: Value };

/** What Python and JavaScript both can be given; a list may stand for a tuple. */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly float: number }
  | { readonly tuple: readonly Value[] }
  | { readonly dict: readonly (readonly [string, Value])[] };

const WORDS: Readonly<Record<string, Kind>> = {
  int: { kind: 'int' },
  integer: { kind: 'int' },
  float: { kind: 'float' },
  number: { kind: 'choice', of: [{ kind: 'int' }, { kind: 'float' }] },
  str: { kind: 'string' },
  string: { kind: 'string' },
  bool: { kind: 'bool' },
  boolean: { kind: 'bool' },
  none: { kind: 'null' },
  null: { kind: 'null' },
  any: { kind: 'any' },
  unknown: { kind: 'any' },
  object: { kind: 'any' },
  hashable: { kind: 'any' },
  list: { kind: 'list', of: { kind: 'any' } },
  array: { kind: 'list', of: { kind: 'any' } },
  dict: { kind: 'dict', of: { kind: 'any' } },
};

const LISTS = new Set([
  'list',
  'sequence',
  'iterable',
  'collection',
  'array',
  'readonlyarray',
  'mutablesequence',
]);
const DICTS = new Set(['dict', 'mapping', 'mutablemapping', 'record']);

/**
 * A type as Python's annotations, TypeScript and JSDoc write it. Null: a class, a function, or anything else that no
 * value written down can be.
 */
export function readKind(text: string): Kind | null {
  const type = text
    .trim()
    .replace(/^(?:typing\.|t\.|collections\.abc\.|readonly\s+)/, '')
    .replace(/^\((.*)\)$/s, '$1')
    .trim();
  const either = split(type, '|').filter((part) => part !== 'undefined');
  if (either.length > 1) return choiceOf(either);
  const [only = ''] = either;
  if (only !== type && only !== '') return readKind(only);
  if (/^(['"]).*\1$/s.test(type)) return { kind: 'value', value: type.slice(1, -1) };
  if (/^-?\d+(?:\.\d+)?$/.test(type)) return { kind: 'value', value: Number(type) };
  if (/^(?:true|false)$/i.test(type)) return { kind: 'value', value: type.toLowerCase() === 'true' };
  if (type.startsWith('?')) return choiceOf([type.slice(1), 'null']);
  if (type.endsWith('[]')) return listOf(type.slice(0, -2));
  if (/^\[.*\]$/s.test(type)) return tupleOf(split(type.slice(1, -1), ','));
  if (/^\{.*\}$/s.test(type)) return recordOf(type.slice(1, -1));
  const generic = /^([\w.]+)\s*[[<](.*)[\]>]$/s.exec(type);
  if (generic !== null) return genericOf(generic[1]!, split(generic[2]!, ','));
  return WORDS[type.toLowerCase()] ?? null;
}

function genericOf(name: string, inner: readonly string[]): Kind | null {
  const word = name.replace(/^.*\./, '').toLowerCase();
  if (LISTS.has(word)) return listOf(inner[0] ?? 'any');
  if (DICTS.has(word)) {
    const key = readKind(inner[0] ?? '');
    const of = readKind(inner[1] ?? 'any');
    return of !== null && key?.kind === 'string' ? { kind: 'dict', of } : null;
  }
  if (word === 'optional') return choiceOf([...inner, 'null']);
  if (word === 'union') return choiceOf(inner);
  if (word === 'literal') return choiceOf(inner);
  if (word === 'tuple') return inner[1] === '...' ? listOf(inner[0]!) : tupleOf(inner);
  return null;
}

function listOf(text: string): Kind | null {
  const of = readKind(text);
  return of && { kind: 'list', of };
}

function tupleOf(parts: readonly string[]): Kind | null {
  const items = parts.map(readKind);
  return items.every((item) => item !== null) ? { kind: 'tuple', items } : null;
}

/** What of several can be made up; null: nothing of it. */
function choiceOf(parts: readonly string[]): Kind | null {
  const of = parts.map(readKind).filter((kind) => kind !== null);
  return of.length === 0 ? null : of.length === 1 ? of[0]! : { kind: 'choice', of };
}

function recordOf(body: string): Kind | null {
  const fields: (readonly [string, Kind])[] = [];
  for (const part of split(body.replaceAll('\n', ';'), ';', ',')) {
    const field = /^(?:readonly\s+)?(\w+)(\?)?\s*:(.*)$/s.exec(part);
    if (field === null) return null;
    const of = readKind(field[3]!);
    if (of === null && field[2] === undefined) return null;
    if (of !== null) fields.push([field[1]!, of]);
  }
  return { kind: 'record', fields };
}

/** The parts of a text between separators that stand in no brackets, without empty ones. */
function split(text: string, ...separators: readonly string[]): string[] {
  const parts = [''];
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if ('([{<'.includes(character)) depth++;
    // The `>` of `=>` closes nothing.
    if (')]}'.includes(character) || (character === '>' && text[index - 1] !== '=')) depth--;
    if (depth === 0 && separators.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
