// Tokens to a tree, by precedence climbing.
//
//   loosest   = <> < <= > >=
//             &
//             + -
//             * /
//             ^
//             sign (so -2^2 is 4, as in other spreadsheets)
//   tightest  %
import { formatAddress, parseAddress, rangeBetween } from './address.js';
import { FormulaError, tokenize, unquote } from './tokens.js';

const POWER = {
  '=': 1, '<>': 1, '<': 1, '<=': 1, '>': 1, '>=': 1,
  '&': 2,
  '+': 3, '-': 3,
  '*': 4, '/': 4,
  '^': 5,
};

/** Parses a formula without its leading `=`. Throws FormulaError. */
export function parse(formula) {
  const parser = new Parser(tokenize(formula));
  const tree = parser.expression(1);
  parser.expect('end');
  return tree;
}

class Parser {
  #tokens;
  #next = 0;

  constructor(tokens) {
    this.#tokens = tokens;
  }

  get #token() {
    return this.#tokens[this.#next];
  }

  #take() {
    return this.#tokens[this.#next++];
  }

  #at(text) {
    return this.#token.type !== 'string' && this.#token.text === text;
  }

  expect(type, text = '') {
    const token = this.#token;
    if (token.type !== type || (text && token.text !== text)) {
      const found = token.type === 'end' ? 'the end' : `"${token.text}"`;
      throw new FormulaError(`expected ${text || type}, found ${found}`, token.start);
    }
    return this.#take();
  }

  /** Reads operators that bind at least as tightly as `power`. All of them group from the left. */
  expression(power) {
    let left = this.#signed();
    while (this.#token.type === 'operator' && POWER[this.#token.text] >= power) {
      const operator = this.#take().text;
      const right = this.expression(POWER[operator] + 1);
      left = { type: 'binary', operator, left, right };
    }
    return left;
  }

  #signed() {
    if (this.#at('-') || this.#at('+')) {
      const operator = this.#take().text;
      return { type: 'unary', operator, operand: this.#signed() };
    }
    let operand = this.#primary();
    while (this.#at('%')) {
      this.#take();
      operand = { type: 'percent', operand };
    }
    return operand;
  }

  #primary() {
    const token = this.#take();
    switch (token.type) {
      case 'number':
        return { type: 'literal', value: Number(token.text) };
      case 'string':
        return { type: 'literal', value: unquote(token.text) };
      case 'error':
        return { type: 'error', code: token.text };
      case 'reference':
        return this.#reference(token);
      case 'name':
        return this.#named(token);
      case 'punctuation':
        if (token.text === '(') {
          const inner = this.expression(1);
          this.expect('punctuation', ')');
          return inner;
        }
    }
    const found = token.type === 'end' ? 'the end' : `"${token.text}"`;
    throw new FormulaError(`expected a value, found ${found}`, token.start);
  }

  #reference(token) {
    const first = this.#address(token);
    if (!this.#at(':')) return { type: 'reference', address: first };
    this.#take();
    const second = this.#address(this.expect('reference'));
    return { type: 'range', range: rangeBetween(first, second) };
  }

  #address(token) {
    const address = parseAddress(token.text);
    if (!address) throw new FormulaError(`${token.text} is outside the sheet`, token.start);
    return address;
  }

  #named(token) {
    const name = token.text.toUpperCase();
    if (!this.#at('(')) {
      if (name === 'TRUE' || name === 'FALSE') return { type: 'literal', value: name === 'TRUE' };
      return { type: 'name', name: token.text };
    }
    this.#take();
    const args = [];
    if (!this.#at(')')) {
      do args.push(this.expression(1));
      while ((this.#at(',') || this.#at(';')) && this.#take());
    }
    this.expect('punctuation', ')');
    return { type: 'call', name, args };
  }
}

/** Every range that a tree reads; a single cell is a range of one. */
export function rangesIn(tree, found = []) {
  if (tree.type === 'reference') found.push(rangeBetween(tree.address, tree.address));
  else if (tree.type === 'range') found.push(tree.range);
  for (const child of [tree.left, tree.right, tree.operand, ...(tree.args ?? [])]) {
    if (child) rangesIn(child, found);
  }
  return found;
}

/**
 * The formula with its references replaced and everything else, spaces included, as it was. `move` is given the two
 * corners of each range (twice the same for a single cell) and returns the new corners, or null for a lost reference.
 */
export function rewriteReferences(formula, move) {
  const tokens = tokenize(formula);
  let result = '';
  let copied = 0;
  for (let i = 0; i < tokens.length; i += 1) {
    if (tokens[i].type !== 'reference') continue;
    const isRange = tokens[i + 1].text === ':' && tokens[i + 2]?.type === 'reference';
    const first = parseAddress(tokens[i].text);
    const last = isRange ? tokens[i + 2] : tokens[i];
    const second = parseAddress(last.text);
    const moved = first && second ? move(first, second) : null;
    result += formula.slice(copied, tokens[i].start);
    if (!moved) result += '#REF!';
    else result += isRange ? `${formatAddress(moved[0])}:${formatAddress(moved[1])}` : formatAddress(moved[0]);
    copied = last.end;
    if (isRange) i += 2;
  }
  return result + formula.slice(copied);
}
