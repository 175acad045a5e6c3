import { type Kind, readKind } from './kind.ts';

/** What parameters of these names mostly take. */
const USUAL: readonly (readonly [name: RegExp, type: string])[] = [
  [
    /^(?:s|str|text|string|word|words?_?str|name|path|file|key|line|message|msg|pattern|prefix|suffix|sep|char|ch|url|title|label)\d?$/i,
    'string',
  ],
  [/(?:_|[a-z](?=[A-Z]))(?:name|text|str|string|path|prefix|suffix)$/i, 'string'],
  [/^(?:arr|array|xs|ys|list|lst|items|nums|numbers|values|vals|seq|data|elements)\d?$/i, 'list[int]'],
  [/^(?:words|names|lines|strings|tokens|paths|keys|parts)$/i, 'list[string]'],
  [
    /^(?:n|k|i|j|m|num|number|count|size|width|height|index|idx|limit|start|stop|end|depth|length|offset|year|day|month|target)\d?$/i,
    'int',
  ],
  [/(?:_|[a-z](?=[A-Z]))(?:count|size|index|limit|width|height|length)$/i, 'int'],
  [/^(?:x|y|z|r|g|b|h|price|amount|rate|ratio|value|low|high|lo|hi)\d?$/i, 'number'],
  [/^(?:is|has|should|allow)[_A-Z]|^(?:flag|strict|reverse|recursive)$/, 'boolean'],
];

/** One of them is tried for all parameters that nothing tells about, in one call. */
const FLAVOURS = ['int', 'int', 'number', 'string', 'string', 'list[int]', 'list[string]'].map(
  (type) => readKind(type)!,
);

/** What a parameter might take by its name alone; null: the name tells nothing. */
export function kindByName(name: string): Kind | null {
  const type = USUAL.find(([pattern]) => pattern.test(name))?.[1];
  const kind = type === undefined ? null : readKind(type);
  return kind && { kind: 'choice', of: [kind, kind, kind, kind, { kind: 'any' }] };
}

/** What the unknown parameters of one call take: mostly all the same, as those of `gcd` or `concat` do. */
export function flavour(random: () => number): Kind {
  const place = Math.floor(random() * (FLAVOURS.length + 2));
  return FLAVOURS[place] ?? { kind: 'any' };
}
