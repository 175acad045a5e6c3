import type { ShellNode } from './grammar.ts';

/** Stands in a word's value for what cannot be known before it runs. No shell word can hold it. */
export const UNKNOWN = '\0';

/** Values one word may have at most (a variable set differently in two branches); beyond, it is unknown. */
const MAX_VALUES = 16;

/** One word of a command: every value it may have, with {@link UNKNOWN} for the parts that are not known. */
export interface Word {
  readonly values: readonly string[];
  /** Unquoted and unknown: it may become any number of words, options included. */
  readonly open: boolean;
  /** It has unquoted pattern characters. */
  readonly glob: boolean;
}

export interface WordScope {
  /** What a variable may hold; null: not known. */
  lookup(name: string): readonly string[] | null;
  /** A command or process substitution: its commands are read; its output where that is known. */
  substitute(node: ShellNode): string | null;
  readonly cwd: string | null;
}

export const literal = (text: string): Word => ({ values: [text], open: false, glob: false });
export const unknownWord = (open: boolean): Word => ({ values: [UNKNOWN], open, glob: false });
export function joinWords(left: Word, right: Word): Word {
  const values = left.values.flatMap((head) => right.values.map((tail) => head + tail));
  return {
    values: values.length > MAX_VALUES ? [UNKNOWN] : values,
    open: left.open || right.open,
    glob: left.glob || right.glob,
  };
}

export const isKnown = (text: string): boolean => !text.includes(UNKNOWN);

/** The words that one argument becomes: unquoted expansions are split at blanks, braces are expanded. */
export function wordsOf(node: ShellNode, scope: WordScope): Word[] {
  const values = valuesOf(node, scope);
  const bare = bareExpansions(node);
  const glob = isPattern(node, values, bare);
  const open = bare && values.some((value) => !isKnown(value));
  if (bare) {
    const split = values.flatMap((value) => value.split(/\s+/).filter(Boolean));
    if (values.length === 1) return split.map((value) => ({ values: [value], open, glob }));
    return split.length === 0 ? [] : [{ values: split, open, glob }];
  }
  const braces = node.type !== 'string' && /\{[^}]*,/.test(node.text) ? values.flatMap(expandBraces) : values;
  return braces.length > values.length
    ? braces.map((value) => ({ values: [value], open, glob }))
    : [{ values, open, glob }];
}

/** Every text that a word, a string or an expansion may stand for. */
export function valuesOf(node: ShellNode, scope: WordScope): readonly string[] {
  switch (node.type) {
    case 'word':
    case 'variable_name':
      return [tilde(unescaped(node.text))];
    case 'raw_string':
      return [node.text.slice(1, -1)];
    case 'ansi_c_string':
      return [decodeAnsi(node.text.slice(2, -1))];
    case 'string':
      return joined(node, scope, { from: 1, to: 1, text: unescapeQuoted });
    case 'translated_string':
      return node.firstNamedChild === null ? [''] : valuesOf(node.firstNamedChild, scope);
    case 'concatenation':
      return joined(node, scope, { from: 0, to: 0, text: unescape }).map(tilde);
    case 'command_name':
      return node.firstNamedChild === null ? [node.text] : valuesOf(node.firstNamedChild, scope);
    case 'simple_expansion':
      return scope.lookup(node.text.slice(1)) ?? [UNKNOWN];
    case 'expansion':
      return expansion(node, scope);
    case 'command_substitution':
      return [scope.substitute(node) ?? UNKNOWN];
    case 'process_substitution':
      scope.substitute(node);
      return [`/dev/fd/${UNKNOWN}`];
    case 'arithmetic_expansion':
    case 'brace_expression':
      for (const inner of node.descendantsOfType('command_substitution')) if (inner) scope.substitute(inner);
      return [UNKNOWN];
    case 'number':
    case 'extglob_pattern':
    case 'regex':
    case 'string_content':
    case 'heredoc_content':
    case 'special_variable_name':
      return [node.text];
    case 'array':
      return node.namedChildren
        .flatMap((child) => (child ? valuesOf(child, scope) : []))
        .slice(0, MAX_VALUES);
    default:
      return [node.namedChildCount === 0 ? node.text : UNKNOWN];
  }
}

interface Between {
  /** Characters of quotes at either end. */
  readonly from: number;
  readonly to: number;
  readonly text: (raw: string) => string;
}

/** The children's values and the text between them, which has no node of its own. */
function joined(node: ShellNode, scope: WordScope, { from, to, text }: Between): readonly string[] {
  let values: readonly string[] = [''];
  let at = node.startIndex + from;
  const end = node.endIndex - to;
  const source = node.text;
  const add = (more: readonly string[]) => {
    values = values.flatMap((head) => more.map((tail) => head + tail));
    if (values.length > MAX_VALUES) values = [UNKNOWN];
  };
  const between = (until: number) => {
    if (until > at) add([text(source.slice(at - node.startIndex, until - node.startIndex))]);
  };
  for (const child of node.namedChildren) {
    if (child === null || child.type === 'string_content') continue;
    between(child.startIndex);
    add(valuesOf(child, scope));
    at = child.endIndex;
  }
  between(end);
  return values;
}

/** `${X}`, `${X:-default}`; whatever cuts or replaces parts of a value is not followed. */
function expansion(node: ShellNode, scope: WordScope): readonly string[] {
  for (const inner of node.descendantsOfType('command_substitution')) if (inner) scope.substitute(inner);
  const plain = /^\$\{(\w+)\}$/.exec(node.text)?.[1];
  if (plain !== undefined) return scope.lookup(plain) ?? [UNKNOWN];
  const [, name, fallback] = /^\$\{(\w+):?[-=]([^${}'"`\\]*)\}$/.exec(node.text) ?? [];
  if (name === undefined) return [UNKNOWN];
  return scope.lookup(name) ?? [UNKNOWN, fallback ?? ''];
}

function bareExpansions(node: ShellNode): boolean {
  const bare = (type: string) => ['simple_expansion', 'expansion', 'command_substitution'].includes(type);
  return (
    bare(node.type) ||
    (node.type === 'concatenation' && node.namedChildren.some((child) => child !== null && bare(child.type)))
  );
}

function isPattern(node: ShellNode, values: readonly string[], bare: boolean): boolean {
  const plain = (part: ShellNode) =>
    ['word', 'extglob_pattern'].includes(part.type) && /(?<!\\)[*?[]/.test(part.text);
  if (plain(node)) return true;
  if (bare && values.some((value) => /[*?[]/.test(value))) return true;
  return node.type === 'concatenation' && node.namedChildren.some((child) => child !== null && plain(child));
}

/** `a{b,c}` -> `ab`, `ac`; nested and several. A value without them is given back as it is. */
function expandBraces(value: string): string[] {
  const [, head, inner, tail] = /^([^{]*)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(value) ?? [];
  if (inner === undefined) return [value];
  const all = inner.split(',').flatMap((one) => expandBraces(`${head}${one}${tail}`));
  return all.length > MAX_VALUES ? [`${head}${UNKNOWN}`] : all;
}

/** Kept as `~`: whose home it is does not matter, only that it is not the repository. */
function tilde(text: string): string {
  return /^~[\w-]*(?=\/|$)/.test(text) ? text.replace(/^~[\w-]*/, '~') : text;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(\n|.)/gs, (_, char: string) => (char === '\n' ? '' : char));
}

function unescapeQuoted(text: string): string {
  return text.replaceAll(/\\([\n"$`\\])/g, (_, char: string) => (char === '\n' ? '' : char));
}

const ANSI: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  v: '\v',
};

function decodeAnsi(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8})|([0-7]{1,3})|(.))/gis,
    (whole, hex?: string, short?: string, long?: string, octal?: string, char?: string) => {
      const code = Number.parseInt(hex ?? short ?? long ?? octal ?? '', octal === undefined ? 16 : 8);
      if (char !== undefined) return ANSI[char] ?? char;
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
