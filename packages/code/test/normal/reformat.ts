import type { Language } from '../../src/syntax/languages.ts';
import { parse, type SyntaxNode } from '../../src/syntax/parse.ts';

/** A token of a text; `fixed`: the white space before it is content, or a comment there would be. */
export interface Leaf {
  readonly type: string;
  readonly named: boolean;
  readonly start: number;
  readonly end: number;
  readonly fixed: boolean;
}

const VERBATIM =
  /string|char_literal|character_literal|rune|regex|heredoc|jsx_(?!expression)|lifetime|preproc|php_tag/;

export async function leavesOf(language: Language, text: string): Promise<Leaf[]> {
  using tree = await parse(language, text);
  const leaves: Leaf[] = [];
  const visit = (node: SyntaxNode, inside: boolean, first: boolean) => {
    const { type, startIndex: start, endIndex: end } = node;
    const verbatim = VERBATIM.test(type);
    if (node.childCount === 0)
      leaves.push({ type, named: node.isNamed, start, end, fixed: inside && !first });
    for (const [index, child] of node.children.entries())
      visit(child!, inside || verbatim, index === 0 && (first || !inside));
  };
  visit(tree.root, false, true);
  return leaves.filter(({ start, end }) => end > start);
}

/** How a language writes a comment within a line, and to the end of one. */
const COMMENTS: Partial<Record<Language, readonly [inner: string, end: string]>> = {
  python: ['', '# note'],
  ruby: ['', '# note'],
  bash: ['', '# note'],
};

/**
 * The text with other white space and more comments, as `choices` say, each used in turn: spaces and comments between
 * tokens, blank lines and comments where there was a line end; other indentation.
 */
export async function reformatted(
  language: Language,
  text: string,
  choices: readonly number[],
): Promise<string> {
  const [inner, end] = COMMENTS[language] ?? ['/* note */', '// note'];
  const leaves = await leavesOf(language, text);
  let turn = 0;
  const choose = <T>(options: readonly T[]): T =>
    options[choices[turn++ % choices.length]! % options.length]!;
  const width = choose([1, 2, 3]);
  let out = text.slice(0, leaves[0]!.start);
  let before: Leaf | null = null;
  for (const leaf of leaves) {
    const gap = before === null ? '' : text.slice(before.end, leaf.start);
    const keep =
      before === null ||
      leaf.fixed ||
      text.startsWith('#!', before.start) ||
      /\S/.test(gap) ||
      before.type.endsWith('continuation');
    if (keep) out += gap;
    else if (gap.includes('\n') || /\n$/.test(before!.type) || text[before!.end - 1] === '\n') {
      out += lineEnd(gap, { width, choose, end });
    } else {
      const between =
        language === 'bash' || language === 'ruby' || language === 'php' ? [gap] : [gap, `${gap} `];
      out += choose(inner === '' ? between : [...between, `${gap} `, `${gap}${inner} `]);
    }
    out += text.slice(leaf.start, leaf.end);
    before = leaf;
  }
  return out + text.slice(before!.end);
}

interface LineEnd {
  readonly width: number;
  readonly end: string;
  readonly choose: <T>(options: readonly T[]) => T;
}

/** A line's end with more before it, blank lines, and the next one's indentation. */
function lineEnd(gap: string, { width, end, choose }: LineEnd): string {
  const indentation = gap.slice(gap.lastIndexOf('\n') + 1);
  const wide = indentation.repeat(width);
  const hasEnd = gap.includes('\n');
  const more = hasEnd ? choose(['', ' ', ` ${end}`]) : '';
  const lines = choose(['', '\n', `\n${wide}${end}`, '  \n']);
  return hasEnd ? `${more}${lines}${gap.slice(0, gap.length - indentation.length)}${wide}` : gap;
}
