import type { Kind, Value } from './kind.ts';

/** Small numbers and those where code most often goes wrong. */
const INTS = [
  0, 1, -1, 2, 3, 4, 5, 7, 8, 10, 16, 63, 64, 99, 100, 255, 256, 1000, -2, -7, -100, 65_536, 1_000_000,
];
const FLOATS = [0.5, 1.5, -0.5, 0.1, 2.25, 3.999, 1e-9, 1e6, -2.5, 100.01];
const STRINGS = [
  '',
  'a',
  'b',
  'abc',
  'Hello, World',
  ' padded ',
  'two\nlines',
  'a,b,,c',
  'a.b.c',
  'a/b/../c',
  'UPPER lower',
  'snake_case',
  '0',
  '42',
  '-1.5',
  'ünï',
  'aaaa',
  'racecar',
  '([{}])',
  '([)]',
  '"quoted"',
  'key=value',
  '2024-02-29',
];
/** Elements of a made-up list. */
const MAX_LENGTH = 5;
/** Made-up values hold no deeper ones. */
const MAX_DEPTH = 3;

/** One value of a kind. */
export function makeValue(kind: Kind, random: () => number, depth = 0): Value {
  const pick = <T>(options: readonly T[]): T => options[Math.floor(random() * options.length)]!;
  const inner = (of: Kind): Value => makeValue(of, random, depth + 1);
  const length = () => (depth >= MAX_DEPTH ? 0 : Math.floor(random() * (MAX_LENGTH + 1)));
  switch (kind.kind) {
    case 'int':
      return pick(INTS);
    case 'float':
      return { float: random() < 0.3 ? pick(INTS) : pick(FLOATS) };
    case 'string':
      return pick(STRINGS);
    case 'bool':
      return random() < 0.5;
    case 'null':
      return null;
    case 'value':
      return kind.value;
    case 'list':
      return Array.from({ length: length() }, () => inner(kind.of));
    case 'tuple':
      return { tuple: kind.items.map(inner) };
    case 'dict':
      return { dict: ['a', 'b', 'key', ''].slice(0, length()).map((name) => [name, inner(kind.of)]) };
    case 'record':
      return { dict: kind.fields.map(([name, of]) => [name, inner(of)]) };
    case 'choice':
      return inner(pick(kind.of));
    case 'any':
      return inner(pick(depth >= MAX_DEPTH ? PLAIN : ANYTHING));
  }
}

const PLAIN: readonly Kind[] = [{ kind: 'int' }, { kind: 'string' }, { kind: 'null' }];
/** Of a parameter that says nothing: mostly numbers, strings and lists of them. */
const ANYTHING: readonly Kind[] = [
  { kind: 'int' },
  { kind: 'int' },
  { kind: 'float' },
  { kind: 'string' },
  { kind: 'string' },
  { kind: 'list', of: { kind: 'int' } },
  { kind: 'list', of: { kind: 'int' } },
  { kind: 'list', of: { kind: 'string' } },
  { kind: 'dict', of: { kind: 'int' } },
  { kind: 'bool' },
  { kind: 'null' },
];

/** A value as its language writes it. */
export function literal(value: Value, language: 'python' | 'javascript'): string {
  const python = language === 'python';
  const all = (values: readonly Value[]) => values.map((one) => literal(one, language)).join(', ');
  if (value === null) return python ? 'None' : 'null';
  if (typeof value === 'boolean') return python ? (value ? 'True' : 'False') : String(value);
  if (typeof value === 'number') return String(value);
  // JSON's escapes are both languages'.
  if (typeof value === 'string') return JSON.stringify(value);
  if ('float' in value)
    return python && Number.isInteger(value.float) ? `${value.float}.0` : String(value.float);
  if ('tuple' in value)
    return python ? `(${all(value.tuple)}${value.tuple.length === 1 ? ',' : ''})` : `[${all(value.tuple)}]`;
  if ('dict' in value)
    return `{${value.dict.map(([name, one]) => `${JSON.stringify(name)}: ${literal(one, language)}`).join(', ')}}`;
  return `[${all(value)}]`;
}
