import type { Language } from '../syntax/languages.ts';
import type { Light } from './light-tree.ts';

/** In them every character counts, but not inside the code they hold. */
const VERBATIM =
  /string(?!_array)|template_literal|char(?:acter)?_literal|rune|regex|heredoc_(?:body|content)|format_specifier|^text_interpolation$/;
const WITH_CODE = /^concatenated_string$|substitution|^interpolation$|^template_type$/;

/** Whether white space between the parts of a node is content. */
export function isVerbatim(node: Light): boolean {
  return VERBATIM.test(node.type) && !WITH_CODE.test(node.type);
}

/**
 * A string by its content, whichever quotes are round it: JavaScript's strings (not templates), Python's without code
 * inside. Escaped quotes are the same as bare ones, but in raw strings and JSX. Null: it is none of these.
 */
export function plainString(
  language: Language,
  node: Light,
  { text, parent }: { readonly text: string; readonly parent: Light | null },
): string | null {
  if (node.type !== 'string') return null;
  const whole = text.slice(node.start, node.end);
  if (language === 'python') return pythonString(node, whole);
  if (language !== 'javascript' && language !== 'typescript' && language !== 'tsx') return null;
  const inner = whole.slice(1, -1);
  return `"${parent?.type === 'jsx_attribute' ? inner : bareQuotes(inner)}`;
}

function pythonString({ children }: Light, whole: string): string | null {
  const [start] = children;
  const end = children.at(-1);
  if (start?.type !== 'string_start' || end?.type !== 'string_end') return null;
  if (children.some(({ type }) => type === 'interpolation')) return null;
  const opening = whole.slice(0, start.end - start.start);
  const closing = end.end - end.start;
  const inner = whole.slice(opening.length, whole.length - closing);
  const marks = [...opening.toLowerCase().replaceAll(/["'u]/g, '')].sort().join('');
  return `${marks}"${marks.includes('r') ? inner : bareQuotes(inner)}`;
}

const bareQuotes = (inner: string): string =>
  inner.replaceAll(/\\([\s\S])/g, (pair, escaped: string) =>
    escaped === '"' || escaped === "'" ? escaped : pair,
  );

/**
 * JSX text as React gets it: lines trimmed where they meet, empty ones gone. Beside an entity (`&nbsp;`), which the
 * grammar parts from its text, every character counts.
 */
export function jsxText(text: string, besideEntity: boolean): string {
  if (besideEntity) return text;
  const lines = text.split('\n');
  const trimmed = lines.map((line, index) => {
    const head = index === 0 ? line : line.replace(/^[ \t]+/, '');
    return index === lines.length - 1 ? head : head.replace(/[ \t]+$/, '');
  });
  return trimmed.filter((line) => line !== '').join(' ');
}
