// The values a cell can have: number, string, boolean, null (empty) and CellError.

/** What a formula yields when it has no value. Errors are values: they travel through formulas that use them. */
export class CellError {
  constructor(code, detail = '') {
    this.code = code;
    this.detail = detail;
  }

  toString() {
    return this.code;
  }

  static divide = () => new CellError('#DIV/0!', 'division by zero');
  static value = (detail) => new CellError('#VALUE!', detail);
  static reference = (detail) => new CellError('#REF!', detail);
  static name = (detail) => new CellError('#NAME?', detail);
  static number = (detail) => new CellError('#NUM!', detail);
  static missing = (detail) => new CellError('#N/A', detail);
  static cycle = (detail) => new CellError('#CYCLE!', detail);
}

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** What a person typed, as a value: `12` is a number, `25%` is 0.25, `TRUE` a boolean, the rest is text. */
export function readInput(input) {
  if (input === '') return null;
  if (NUMBER.test(input)) return Number(input);
  const percent = /^(.*\S)\s*%$/.exec(input);
  if (percent && NUMBER.test(percent[1])) return Number(percent[1]) / 100;
  const upper = input.trim().toUpperCase();
  if (upper === 'TRUE') return true;
  if (upper === 'FALSE') return false;
  return input;
}

/** The value as a number, or a CellError. Empty counts as 0, booleans as 0 and 1, numeric text as its number. */
export function toNumber(value) {
  if (value instanceof CellError || typeof value === 'number') return value;
  if (value === null) return 0;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (NUMBER.test(value)) return Number(value);
  return CellError.value(`"${value}" is not a number`);
}

export function toText(value) {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return String(value);
}

/** The value as a condition, or a CellError. */
export function toBoolean(value) {
  if (value instanceof CellError || typeof value === 'boolean') return value;
  if (value === null) return false;
  if (typeof value === 'number') return value !== 0;
  const upper = value.trim().toUpperCase();
  if (upper === 'TRUE') return true;
  if (upper === 'FALSE') return false;
  return CellError.value(`"${value}" is neither TRUE nor FALSE`);
}

const RANK = { number: 0, string: 1, boolean: 2 };

/**
 * Negative, zero or positive, as for Array.sort. Numbers come before text and text before booleans;
 * text is compared without regard to case; an empty cell equals 0, "" and FALSE.
 */
export function compare(left, right) {
  const a = left ?? emptyLike(right);
  const b = right ?? emptyLike(left);
  if (typeof a !== typeof b) return RANK[typeof a] - RANK[typeof b];
  if (typeof a === 'string') {
    const [x, y] = [a.toLowerCase(), b.toLowerCase()];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return Number(a) - Number(b);
}

function emptyLike(other) {
  if (typeof other === 'string') return '';
  return typeof other === 'boolean' ? false : 0;
}
