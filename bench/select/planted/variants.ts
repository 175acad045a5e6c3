import {
  type Language,
  mutated,
  mutations,
  namedNodes,
  parse,
  type SyntaxNode,
  syntaxErrors,
} from '@heddle/code';
import type { Random } from '../../repair/random.ts';
import type { Call } from './calls.ts';

/** A text of the faulty file that may be a wrong fix. */
export interface Variant {
  readonly text: string;
  /** Where the changed function starts. */
  readonly home: number;
  /** How it was made, without its particulars. */
  readonly change: string;
}

export interface Fault {
  readonly language: Language;
  /** The file as it is right, and with the bug. */
  readonly sound: string;
  readonly buggy: string;
  /** Where the function with the bug starts, in both. */
  readonly home: number;
}

/** Of each way to go wrong. */
const MOST_TRIED = 20;
/** Of the bugs, so many have the wrong fixes near them looked for first: they are rarer than breakage elsewhere. */
const NEAR_FIRST = 0.5;

/**
 * What wrong fixes look like, the ways in turns or those near the bug first:
 * - the bug is still there, and something else near it makes up for it where the visible tests look (what a search
 *   for plausible patches comes to: Qi et al. 2015, Smith et al. 2015),
 * - the bug is mended with a slip beside it (a fix that is nearly right),
 * - the bug is mended and something elsewhere in the file was broken.
 */
export async function* variants(fault: Fault, random: Random): AsyncGenerator<Variant> {
  const { language, sound, buggy, home } = fault;
  const of = async (text: string, near: boolean) => {
    const both = await Promise.all(
      (['inverse', 'other'] as const).map((kind) => mutations(language, text, { kind, random })),
    );
    const [a = [], b = []] = both.map((list) => list.filter((each) => (each.home === home) === near));
    return random.shuffled([...a.slice(0, MOST_TRIED), ...b.slice(0, MOST_TRIED)]).slice(0, MOST_TRIED);
  };
  const near = [
    { change: 'makes up for the bug', text: buggy, list: await of(buggy, true) },
    { change: 'mends it with a slip', text: sound, list: await of(sound, true) },
  ];
  const far = { change: 'mends it and breaks something else', text: sound, list: await of(sound, false) };
  const stages = random.next() < NEAR_FIRST ? [near, [far]] : [[...near, far]];
  const seen = new Set([sound, buggy]);
  for (const ways of stages) {
    for (let turn = 0; turn < MOST_TRIED; turn++) {
      for (const { change, text, list } of ways) {
        const mutation = list[turn];
        if (mutation === undefined) continue;
        const made = mutated(text, mutation);
        if (seen.has(made) || (await syntaxErrors(language, made)).length > 0) continue;
        seen.add(made);
        yield { text: made, home: mutation.home, change: `${change} (${mutation.name})` };
      }
    }
  }
}

/** Calls that are answered by heart: more would be a table nobody hands in. */
const MOST_BY_HEART = 4;

/**
 * The bug is still there, and what the visible tests ask is answered by heart. Null: no call of theirs is of a
 * function that can be found and whose parameters are plain names.
 */
export async function byHeart(
  { language, buggy }: Fault,
  calls: readonly (Call & { readonly result: string })[],
): Promise<Variant | null> {
  const [first] = calls;
  const own = calls.filter(({ name }) => name === first?.name).slice(0, MOST_BY_HEART);
  if (first === undefined) return null;
  using tree = await parse(language, buggy);
  const node = [...namedNodes(tree.root)].find((each) => isNamed(each, first.name));
  const body = node?.childForFieldName('body');
  const statement = body?.namedChildren.find((child) => child !== null && child.type !== 'comment');
  const parameters = node?.childForFieldName('parameters')?.namedChildren.map((child) => nameOf(child!.text));
  if (!node || !statement || !parameters || parameters.length === 0 || parameters.includes(null)) return null;
  const indent = /[ \t]*$/.exec(buggy.slice(0, statement.startIndex))![0];
  const guards = own.map(({ given, result }) => {
    if (language !== 'python')
      return `if (JSON.stringify([${parameters.join(', ')}]) === ${JSON.stringify(`[${given.replaceAll(', ', ',')}]`)}) return ${result};`;
    return /(?:^|, )\w+=/.test(given)
      ? null
      : `if ${parameterList(parameters, given)} == (${given},): return ${result}`;
  });
  const kept = guards.filter((guard) => guard !== null);
  if (kept.length === 0) return null;
  const put = kept.map((guard) => `${guard}\n${indent}`).join('');
  const text = buggy.slice(0, statement.startIndex) + put + buggy.slice(statement.startIndex);
  if ((await syntaxErrors(language, text)).length > 0) return null;
  return { text, home: node.startIndex, change: 'answers by heart' };
}

/** As many parameters as were given; commas inside of literals are counted too, and it is then of no use. */
function parameterList(parameters: readonly (string | null)[], given: string): string {
  return `(${parameters.slice(0, given.split(', ').length).join(', ')},)`;
}

/** `''`: what the module is as a whole. */
function isNamed(node: SyntaxNode, name: string): boolean {
  if (!/^function_(?:definition|declaration|expression)$/.test(node.type)) return false;
  if (name !== '') return node.childForFieldName('name')?.text === name;
  return node.parent?.type === 'assignment_expression' && node.parent.text.startsWith('module.exports');
}

function nameOf(parameter: string): string | null {
  return /^[A-Za-z_]\w*(?=\s*(?:[=:?]|$))/.exec(parameter)?.[0] ?? null;
}
