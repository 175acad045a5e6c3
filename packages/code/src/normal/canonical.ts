import type { Language } from '../syntax/languages.ts';
import { parse } from '../syntax/parse.ts';
import { isLeftOut } from './comments.ts';
import { type Light, lightTree } from './light-tree.ts';
import { grouped, loneParameter, meaningful } from './meaningless.ts';
import { isVerbatim, jsxText, plainString } from './strings.ts';

/** UTF-16 units, about 0.4 s of work. Larger sources are generated: they count by their text. */
const MAX_PARSED = 1_000_000;

/** Deeper nesting is generated, and would be too much for the stack. */
const MAX_DEPTH = 1_000;

const PREPROCESSED: ReadonlySet<Language> = new Set(['c', 'cpp']);

/**
 * A source text as its syntax tree with all tokens but comments: the same for two texts that differ only in
 * formatting. Its parts are in order: `(type` and `)` round what
 * a node holds, `'` before what is written. Null: the text does not parse, or is too large or too deep.
 */
export async function canonicalTokens(language: Language, text: string): Promise<string[] | null> {
  if (text.length > MAX_PARSED) return null;
  // C's grammar takes white space behind an `#include` for an error.
  const read = PREPROCESSED.has(language) ? text.replaceAll(/^([ \t]*#.*?)[ \t]+$/gm, '$1') : text;
  using tree = await parse(language, read);
  if (tree.root.hasError) return null;
  const writer: Writer = { language, text: read, parts: [] };
  return write(writer, lightTree(tree.root), null, 0) ? writer.parts : null;
}

interface Writer {
  readonly language: Language;
  readonly text: string;
  readonly parts: string[];
}

/** False: too deep. */
function write(writer: Writer, node: Light, parent: Light | null, depth: number): boolean {
  const { language, text, parts } = writer;
  if (depth > MAX_DEPTH) return false;
  if (node.children.length === 0) return writeLeaf(writer, node, parent);
  const plain = plainString(language, node, { text, parent });
  if (plain !== null) {
    parts.push(`'${plain}`);
    return true;
  }
  const speaking = node.children.filter((child) => !isLeftOut(language, child, text));
  const inner =
    grouped(language, node, { parent, children: speaking }) ?? loneParameter(node, parent, speaking);
  if (inner !== null) return write(writer, inner, parent, depth + 1);
  parts.push(`(${node.type}`);
  const kept = isVerbatim(node) ? null : new Set(meaningful(language, node, speaking));
  let at = node.start;
  for (const child of node.children) {
    writeGap(writer, text.slice(at, child.start), kept === null);
    if ((kept === null || kept.has(child)) && !write(writer, child, node, depth + 1)) return false;
    at = child.end;
  }
  writeGap(writer, text.slice(at, node.end), kept === null);
  parts.push(')');
  return true;
}

function writeLeaf({ text, parts }: Writer, node: Light, parent: Light | null): true {
  const own = text.slice(node.start, node.end);
  if (node.type !== 'jsx_text') {
    parts.push(`'${node.type === 'preproc_arg' ? macroBody(own) : own}`);
    return true;
  }
  const besideEntity = parent?.children.some(({ type }) => type === 'html_character_reference') === true;
  const shown = jsxText(own, besideEntity);
  if (shown !== '') parts.push(`'${shown}`);
  return true;
}

/** To the grammar of C a macro's body is the rest of its line, comments and all. */
function macroBody(text: string): string {
  if (/["']/.test(text)) return text.trim();
  return text
    .replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** What stands between tokens: white space, or what a grammar has no token for. */
function writeGap({ language, parts }: Writer, gap: string, verbatim: boolean): void {
  if (gap === '') return;
  if (verbatim) parts.push(`'${gap}`);
  // `a b` are two words of a shell, `ab` is one.
  else if (language === 'bash') {
    if (parts.at(-1) !== ' ') parts.push(' ');
  } else {
    const content = gap.replaceAll(/\\\r?\n/g, '').trim();
    if (content !== '') parts.push(`'${content}`);
  }
}
