// A formula as a list of tokens. Positions are kept so that a formula can be rewritten without losing its spacing.

export class FormulaError extends Error {
  constructor(message, position) {
    super(`${message} at ${position + 1}`);
    this.position = position;
  }
}

const PATTERNS = [
  ['space', /\s+/y],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['string', /"(?:[^"]|"")*"/y],
  ['error', /#(?:REF!|DIV\/0!|VALUE!|NAME\?|NUM!|N\/A)/y],
  ['reference', /\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}(?![A-Za-z0-9_(])/y],
  ['name', /[A-Za-z_][A-Za-z0-9_.]*/y],
  ['operator', /<>|<=|>=|[-+*/^&=<>%:]/y],
  ['punctuation', /[(),;]/y],
];

/**
 * Tokens are `{ type, text, start, end }`; the last one is of type `end`. Spaces are left out.
 * Throws FormulaError on a character that starts no token and on an unclosed string.
 */
export function tokenize(formula) {
  const tokens = [];
  let position = 0;
  while (position < formula.length) {
    const token = readToken(formula, position);
    if (token.type !== 'space') tokens.push(token);
    position = token.end;
  }
  tokens.push({ type: 'end', text: '', start: position, end: position });
  return tokens;
}

function readToken(formula, start) {
  for (const [type, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    const match = pattern.exec(formula);
    if (match) return { type, text: match[0], start, end: start + match[0].length };
  }
  if (formula[start] === '"') throw new FormulaError('unclosed text', start);
  throw new FormulaError(`unexpected "${formula[start]}"`, start);
}

/** The text that a string token stands for. */
export function unquote(text) {
  return text.slice(1, -1).replaceAll('""', '"');
}
