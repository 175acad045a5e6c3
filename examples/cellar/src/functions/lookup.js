import { CellError, compare, readInput, toBoolean, toNumber } from '../values.js';
import { numbersIn } from './math.js';

const COMPARISONS = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * A test of cells from a criterion such as `12`, `">=10"`, `"<>done"` or `"app*"`, where `*` stands for any text and `?`
 * for one character. An ordering only ever holds between values of one type.
 */
export function criterion(value) {
  const match = typeof value === 'string' ? /^(<>|<=|>=|[=<>])?(.*)$/s.exec(value) : null;
  const operator = match?.[1] ?? '=';
  const wanted = match ? readInput(match[2]) : value;
  const holds = COMPARISONS[operator];
  if (typeof wanted === 'string' && /[*?]/.test(wanted)) {
    const pattern = new RegExp(`^${wanted.split(/([*?])/).map(wildcard).join('')}$`, 'is');
    return (cell) => typeof cell === 'string' && pattern.test(cell) === (operator !== '<>');
  }
  return (cell) => {
    if (cell instanceof CellError) return false;
    if (typeof cell !== typeof wanted) return operator === '<>';
    return holds(compare(cell, wanted));
  };
}

function wildcard(part) {
  if (part === '*') return '.*';
  return part === '?' ? '.' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
}

/** Where the last value not above `wanted` stands in an ascending list, or -1. */
function lastNotAbove(list, wanted) {
  let found = -1;
  for (let low = 0, high = list.length - 1; low <= high; ) {
    const middle = (low + high) >> 1;
    if (compare(list[middle], wanted) <= 0) {
      found = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}

function position(list, wanted, sorted) {
  return sorted ? lastNotAbove(list, wanted) : list.findIndex((value) => !(value instanceof CellError) && compare(value, wanted) === 0);
}

function rowsIn(value) {
  return value?.rows ?? [[value]];
}

/** The cells that are added or averaged: those of `amounts` standing where `cells` meets the criterion. */
function selected([cells, wanted, amounts = cells]) {
  if (wanted instanceof CellError) return wanted;
  const matches = criterion(wanted);
  const sums = rowsIn(amounts);
  const chosen = [];
  for (const [row, values] of rowsIn(cells).entries()) {
    for (const [column, value] of values.entries()) {
      if (matches(value)) chosen.push(sums[row]?.[column] ?? null);
    }
  }
  return numbersIn([{ rows: [chosen], values: chosen }]);
}

export const LOOKUP_FUNCTIONS = {
  VLOOKUP: {
    count: [3, 4],
    ranges: true,
    run: ([wanted, table, column, approximate = true]) => {
      const [index, sorted] = [toNumber(column), toBoolean(approximate)];
      for (const value of [wanted, index, sorted]) if (value instanceof CellError) return value;
      const rows = rowsIn(table);
      if (index < 1) return CellError.value('columns are counted from 1');
      if (index > rows[0].length) return CellError.reference(`the table has ${rows[0].length} columns`);
      const row = position(rows.map((cells) => cells[0]), wanted, sorted);
      return row < 0 ? CellError.missing(`${wanted} not found`) : rows[row][Math.trunc(index) - 1];
    },
  },
  MATCH: {
    count: [2, 3],
    ranges: true,
    run: ([wanted, list, kind = 1]) => {
      const sorted = toBoolean(kind);
      for (const value of [wanted, sorted]) if (value instanceof CellError) return value;
      const at = position(rowsIn(list).flat(), wanted, sorted);
      return at < 0 ? CellError.missing(`${wanted} not found`) : at + 1;
    },
  },
  INDEX: {
    count: [2, 3],
    ranges: true,
    run: ([table, rowNumber, columnNumber = 1]) => {
      const [row, column] = [toNumber(rowNumber), toNumber(columnNumber)];
      if (row instanceof CellError) return row;
      if (column instanceof CellError) return column;
      const found = rowsIn(table)[row - 1]?.[column - 1];
      return found === undefined ? CellError.reference('outside the table') : found;
    },
  },
  COUNTIF: {
    count: [2, 2],
    ranges: true,
    run: ([cells, wanted]) => (wanted instanceof CellError ? wanted : rowsIn(cells).flat().filter(criterion(wanted)).length),
  },
  SUMIF: {
    count: [2, 3],
    ranges: true,
    run: (args) => {
      const numbers = selected(args);
      return numbers instanceof CellError ? numbers : numbers.reduce((total, number) => total + number, 0);
    },
  },
  AVERAGEIF: {
    count: [2, 3],
    ranges: true,
    run: (args) => {
      const numbers = selected(args);
      if (numbers instanceof CellError) return numbers;
      return numbers.length === 0 ? CellError.divide() : numbers.reduce((total, number) => total + number, 0) / numbers.length;
    },
  },
};
