import type { PlainCommand } from '@heddle/workspace';

/** Options that take the next word, of git before its subcommand. */
const GIT_VALUED = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
]);

/** A git command's subcommand and the words after it; null: it is no git command, or names none. */
export function gitOf({
  words,
}: PlainCommand): { readonly sub: string; readonly args: readonly string[] } | null {
  if (words[0] !== 'git') return null;
  let at = 1;
  while (at < words.length && words[at]!.startsWith('-')) at += GIT_VALUED.has(words[at]!) ? 2 : 1;
  const sub = words[at];
  return sub === undefined ? null : { sub, args: words.slice(at + 1) };
}

/** Words that are no options, after the program's name. */
export function operandsOf(words: readonly string[]): string[] {
  return words.slice(1).filter((word) => !word.startsWith('-'));
}

export function textOf({ words, assigned }: PlainCommand): string {
  return [...assigned, ...words].join(' ');
}
