import type { Language } from '../syntax/languages.ts';
import type { Light } from './light-tree.ts';

/** Comments that a compiler, a runtime or a type checker acts upon. */
const JAVASCRIPT = /@ts-|@jsx|@flow|^\/\/\/\s*</;
const ACTED_UPON: Readonly<Partial<Record<Language, RegExp>>> = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  tsx: JAVASCRIPT,
  python: /^#.*coding[:=]|^#\s*type:/,
  go: /^\/\/(?:go:|line |export |\s*\+build\b)|^\/\*line /,
  ruby: /^#\s*(?:-\*-\s*)?(?:frozen_string_literal|encoding|coding|warn_indent|shareable_constant_value)\b/i,
};

const isComment = ({ type }: Light): boolean => /comment$/.test(type);

/** Whether a node is a comment, or a broken line, that nobody but people reads. */
export function isLeftOut(language: Language, node: Light, text: string): boolean {
  if (node.type === 'line_continuation') return true;
  if (!isComment(node)) return false;
  const own = text.slice(node.start, node.end);
  if (node.start === 0 && own.startsWith('#!')) return false;
  // What stands before `import "C"` is the C part of a Go file.
  if (language === 'go' && /^import\s+"C"/m.test(text)) return false;
  return !ACTED_UPON[language]?.test(own);
}
