import type { Language } from '@heddle/code';

export interface Token {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

const HASH: ReadonlySet<Language> = new Set(['python', 'ruby', 'bash', 'php']);
const SLASHES = '\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?\\*\\/';
const STRINGS = `"""[\\s\\S]*?"""|'''[\\s\\S]*?'''|"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\.)*\``;
const WORDS = '[A-Za-z_$][\\w$]*|\\d[\\w.]*|[^\\s\\w]';

const lexers = new Map<boolean, RegExp>();

function lexerOf(language: Language): RegExp {
  const hash = HASH.has(language);
  let lexer = lexers.get(hash);
  if (lexer === undefined) {
    lexer = new RegExp(
      `(${hash ? `#[^\\n]*${language === 'php' ? `|${SLASHES}` : ''}` : SLASHES})|(${STRINGS}|${WORDS})`,
      'gu',
    );
    lexers.set(hash, lexer);
  }
  return lexer;
}

/** The tokens of a text as far as finding copies needs them: comments and blanks are gone, literals are whole. */
export function tokensOf(language: Language, text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  for (const match of text.matchAll(lexerOf(language))) {
    for (; at < match.index; at++) if (text.charCodeAt(at) === 10) line += 1;
    if (match[2] !== undefined) tokens.push({ text: match[2], line });
  }
  return tokens;
}
