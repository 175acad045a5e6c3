import { type Language, namedNodes, parse, type SyntaxNode } from '@heddle/code';
import type { Random } from '../../repair/random.ts';

/** The same change in other words. `comment` and `format` change no token; the others do, and mean the same. */
export const CLOTHES = ['plain', 'comment', 'format', 'rename', 'rewrite'] as const;
export type Clothes = (typeof CLOTHES)[number];

interface Wardrobe {
  readonly language: Language;
  readonly text: string;
  /** The function that is dressed. */
  readonly home: SyntaxNode;
  readonly random: Random;
}

/** Dresses the function that starts at `home`. Null: there is nothing in it for these clothes. */
export async function dressed(
  clothes: Clothes,
  { language, text, home, random }: Omit<Wardrobe, 'home'> & { readonly home: number },
): Promise<string | null> {
  if (clothes === 'plain') return text;
  using tree = await parse(language, text);
  const node = [...namedNodes(tree.root)].find(
    ({ startIndex, type }) => startIndex === home && /function|method|lambda/.test(type),
  );
  return node === undefined ? null : DRESSERS[clothes]({ language, text, home: node, random });
}

type Change = { readonly start: number; readonly end: number; readonly put: string };

const DRESSERS: Readonly<Record<Exclude<Clothes, 'plain'>, (wardrobe: Wardrobe) => string | null>> = {
  comment({ language, text, home, random }) {
    const lines = statementsIn(home).filter((node) => startsItsLine(text, node));
    if (lines.length === 0) return null;
    const { startIndex } = random.pick(lines);
    const mark = language === 'python' ? '#' : '//';
    return changed(text, [
      {
        start: startIndex,
        end: startIndex,
        put: `${mark} ${random.pick(COMMENTS)}\n${indentOf(text, startIndex)}`,
      },
    ]);
  },
  format({ text, home, random }) {
    const leaves = leavesOf(home);
    const gaps = leaves.flatMap((leaf, index): Change[] => {
      const next = leaves[index + 1];
      const spaced = next !== undefined && text.slice(leaf.endIndex, next.startIndex) === ' ';
      return spaced ? [{ start: leaf.endIndex, end: next.startIndex, put: '  ' }] : [];
    });
    const breaks = statementsIn(home)
      .filter((node) => startsItsLine(text, node))
      .map(({ startIndex }) => {
        const start = startIndex - indentOf(text, startIndex).length;
        return { start, end: start, put: '\n' };
      });
    const chosen = [...random.shuffled(gaps).slice(0, 3), ...random.shuffled(breaks).slice(0, 1)];
    return chosen.length === 0 ? null : changed(text, chosen);
  },
  rename({ language, text, home, random }) {
    const leaves = leavesOf(home);
    const names = localsOf(language, home).filter(
      (name) => !leaves.some((leaf) => leaf.text === name && /shorthand/.test(leaf.type)),
    );
    if (names.length === 0) return null;
    const name = random.pick(names);
    const other = language === 'python' ? `${name}_here` : `${name}Here`;
    if (text.includes(other)) return null;
    return changed(
      text,
      leaves
        .filter((leaf) => leaf.type === 'identifier' && leaf.text === name && !isMember(leaf))
        .map(({ startIndex, endIndex }) => ({ start: startIndex, end: endIndex, put: other })),
    );
  },
  rewrite({ language, text, home, random }) {
    const returns = statementsIn(home).filter(
      (node) => node.type === 'return_statement' && node.namedChildCount === 1 && startsItsLine(text, node),
    );
    const name = RESULTS.find((each) => !new RegExp(`\\b${each}\\b`).test(home.text));
    if (returns.length === 0 || name === undefined) return null;
    const { startIndex, endIndex, namedChildren } = random.pick(returns);
    const value = namedChildren[0]!.text;
    const indent = indentOf(text, startIndex);
    const [set, end] = language === 'python' ? [name, ''] : [`const ${name}`, ';'];
    return changed(text, [
      { start: startIndex, end: endIndex, put: `${set} = ${value}${end}\n${indent}return ${name}${end}` },
    ]);
  },
};

const COMMENTS = [
  'See the issue.',
  'As the tests want it.',
  'Mind the case in the report.',
  'Checked by hand.',
  'This is what was wrong.',
];
const RESULTS = ['outcome', 'answer', 'computed'];

function changed(text: string, changes: readonly Change[]): string {
  return [...changes]
    .sort((a, b) => b.start - a.start)
    .reduce((sum, { start, end, put }) => sum.slice(0, start) + put + sum.slice(end), text);
}

function statementsIn(home: SyntaxNode): SyntaxNode[] {
  return [...namedNodes(home)].filter(
    ({ type, parent }) => type !== 'comment' && /^(?:block|statement_block)$/.test(parent?.type ?? ''),
  );
}

/** Tokens, strings whole: white space inside of them counts. */
function leavesOf(node: SyntaxNode): SyntaxNode[] {
  if (node.childCount === 0 || /string|regex|comment/.test(node.type)) return [node];
  return node.children.flatMap((child) => (child === null ? [] : leavesOf(child)));
}

function indentOf(text: string, at: number): string {
  return /[ \t]*$/.exec(text.slice(0, at))![0];
}

function startsItsLine(text: string, { startIndex }: SyntaxNode): boolean {
  const before = startIndex - indentOf(text, startIndex).length;
  return before === 0 || text[before - 1] === '\n';
}

/** Names that are bound in the function and nowhere seen outside of it: no parameters. */
function localsOf(language: Language, home: SyntaxNode): string[] {
  const given = new Set(home.childForFieldName('parameters')?.text.match(/\w+/g) ?? []);
  const outer = /^\s*(?:global|nonlocal) (.*)$/gm;
  for (const [, names] of home.text.matchAll(outer)) for (const name of names!.split(/\W+/)) given.add(name);
  const bound = [...namedNodes(home)].flatMap((node) => {
    const name =
      language === 'python'
        ? node.type === 'assignment' && node.childForFieldName('left')
        : node.type === 'variable_declarator' && node.childForFieldName('name');
    return name && name.type === 'identifier' ? [name.text] : [];
  });
  return [...new Set(bound)].filter((name) => name.length > 1 && !given.has(name));
}

/** `x` of `a.x` and of `f(x=1)`. */
function isMember(leaf: SyntaxNode): boolean {
  const { parent } = leaf;
  const named = parent?.childForFieldName(parent.type === 'attribute' ? 'attribute' : 'name');
  return /^(?:attribute|keyword_argument)$/.test(parent?.type ?? '') && named?.startIndex === leaf.startIndex;
}
