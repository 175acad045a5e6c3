// Cells, and what happens to the others when one changes.
import { contains, isInside, keyOf, parseAddress, parseRange, rowsOf } from './address.js';
import { today as systemToday } from './calendar.js';
import { evaluate } from './evaluate.js';
import { formatValue } from './format.js';
import { parse, rangesIn, rewriteReferences } from './parser.js';
import { FormulaError } from './tokens.js';
import { CellError, compare, readInput } from './values.js';

/** More steps than anybody undoes. */
const UNDO_STEPS = 100;

/**
 * A sheet of cells. A cell holds what was typed (`input`); a formula also has its tree and the ranges it reads. Values
 * are computed when asked for and kept until something they depend on changes.
 */
export class Sheet {
  #cells = new Map();
  #formats = new Map();
  #values = new Map();
  #computing = new Set();
  #undo = [];
  #redo = [];
  #today;

  /** `today` gives the current day number; tests pass their own. */
  constructor({ today = systemToday } = {}) {
    this.#today = today;
  }

  /** Puts an input into a cell: a number, text, or a formula that starts with `=`. Empty input clears the cell. */
  set(name, input) {
    const address = this.#address(name);
    this.#remember();
    this.#put(address, input);
  }

  clear(name) {
    this.set(name, '');
  }

  /** What was typed. */
  input(name) {
    return this.#cells.get(keyOf(this.#address(name)))?.input ?? '';
  }

  value(name) {
    return this.#read(this.#address(name));
  }

  /** What a person sees: the value in the cell's format, else its column's. */
  text(name) {
    const address = this.#address(name);
    const key = keyOf(address);
    return formatValue(this.#read(address), this.#formats.get(key) ?? this.#formats.get(key.replace(/\d+$/, '')));
  }

  /** `target` is a cell (`B2`) or a whole column (`B`). */
  setFormat(target, pattern) {
    this.#remember();
    this.#formats.set(target.toUpperCase(), pattern);
  }

  /** The smallest range from A1 that holds every cell, or null for an empty sheet. */
  get extent() {
    const addresses = [...this.#cells.keys()].map(parseAddress);
    if (addresses.length === 0) return null;
    return {
      left: 0,
      top: 0,
      right: Math.max(...addresses.map(({ column }) => column)),
      bottom: Math.max(...addresses.map(({ row }) => row)),
    };
  }

  /** Copies cells so that the range's top left corner lands on `to`; relative references move along. */
  copy(rangeName, to) {
    const range = this.#range(rangeName);
    const target = this.#address(to);
    const [columns, rows] = [target.column - range.left, target.row - range.top];
    this.#remember();
    const sources = rowsOf(range).flat();
    const inputs = sources.map((address) => this.#cells.get(keyOf(address))?.input ?? '');
    for (const [index, { column, row }] of sources.entries()) {
      this.#put({ column: column + columns, row: row + rows }, shifted(inputs[index], columns, rows));
    }
  }

  /** Opens `count` empty rows above row `at` (counted from 1). References follow the cells they mean. */
  insertRows(at, count = 1) {
    const from = at - 1;
    this.#moveRows((row) => (row >= from ? row + count : row), (first, last) => [
      first >= from ? first + count : first,
      last >= from ? last + count : last,
    ]);
  }

  /** Removes `count` rows from row `at` (counted from 1). A range loses its removed rows, a lost cell becomes #REF!. */
  deleteRows(at, count = 1) {
    const from = at - 1;
    const end = from + count;
    this.#moveRows((row) => (row < from ? row : row < end ? null : row - count), (first, last) => {
      if (first >= from && last < end) return null;
      const top = first < from ? first : Math.max(first, end) - count;
      const bottom = last < from ? last : last < end ? from - 1 : last - count;
      return [top, bottom];
    });
  }

  /** Sorts the rows of a range by one of its columns (`by`, such as `B`). Empty cells go last either way. */
  sort(rangeName, by, { descending = false } = {}) {
    const range = this.#range(rangeName);
    const key = this.#address(`${by}1`).column;
    const rows = rowsOf(range).map((cells) => ({
      value: this.#read({ column: key, row: cells[0].row }),
      from: cells[0].row,
      inputs: cells.map((address) => this.#cells.get(keyOf(address))?.input ?? ''),
    }));
    rows.sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return descending ? ordered(b.value, a.value) : ordered(a.value, b.value);
    });
    this.#remember();
    for (const [index, { inputs, from }] of rows.entries()) {
      const row = range.top + index;
      for (const [offset, input] of inputs.entries()) {
        this.#put({ column: range.left + offset, row }, shifted(input, 0, row - from));
      }
    }
  }

  /** Takes back the last change. Returns whether there was one. */
  undo() {
    return this.#travel(this.#undo, this.#redo);
  }

  redo() {
    return this.#travel(this.#redo, this.#undo);
  }

  #travel(from, to) {
    const state = from.pop();
    if (!state) return false;
    to.push({ cells: this.#cells, formats: this.#formats });
    this.#cells = state.cells;
    this.#formats = state.formats;
    this.#values.clear();
    return true;
  }

  /** Keeps the state before a change. The maps are copied; cells themselves never change. */
  #remember() {
    this.#undo.push({ cells: new Map(this.#cells), formats: new Map(this.#formats) });
    if (this.#undo.length > UNDO_STEPS) this.#undo.shift();
    this.#redo = [];
  }

  #put(address, input) {
    const key = keyOf(address);
    if (!isInside(address)) throw new RangeError(`${key} is outside the sheet`);
    if (input === '') this.#cells.delete(key);
    else this.#cells.set(key, makeCell(input));
    this.#forget(address);
  }

  /** Drops the values of a cell and of all cells that depend on it, directly or through others. */
  #forget(address) {
    const waiting = [address];
    const seen = new Set([keyOf(address)]);
    for (let current = waiting.pop(); current; current = waiting.pop()) {
      this.#values.delete(keyOf(current));
      for (const [key, cell] of this.#cells) {
        if (seen.has(key) || !cell.reads.some((range) => contains(range, current))) continue;
        seen.add(key);
        waiting.push(parseAddress(key));
      }
    }
  }

  #read(address) {
    const key = keyOf(address);
    if (this.#values.has(key)) return this.#values.get(key);
    if (this.#computing.has(key)) return CellError.cycle(`${key} depends on itself`);
    this.#computing.add(key);
    try {
      const value = this.#compute(this.#cells.get(key));
      this.#values.set(key, value);
      return value;
    } finally {
      this.#computing.delete(key);
    }
  }

  #compute(cell) {
    if (!cell) return null;
    if (!cell.tree) return cell.value;
    const context = { read: (address) => this.#read(address), today: this.#today };
    // A formula that yields an empty cell shows 0, as in other spreadsheets.
    return evaluate(cell.tree, context) ?? 0;
  }

  #moveRows(moveRow, moveRange) {
    this.#remember();
    const cells = new Map();
    const formats = new Map();
    for (const [key, cell] of this.#cells) {
      const address = parseAddress(key);
      const row = moveRow(address.row);
      if (row === null) continue;
      const input = cell.tree ? `=${rewriteReferences(cell.input.slice(1), rowMover(moveRange))}` : cell.input;
      cells.set(keyOf({ ...address, row }), input === cell.input ? cell : makeCell(input));
    }
    for (const [key, pattern] of this.#formats) {
      const address = parseAddress(key);
      const row = address && moveRow(address.row);
      if (!address) formats.set(key, pattern);
      else if (row !== null) formats.set(keyOf({ ...address, row }), pattern);
    }
    this.#cells = cells;
    this.#formats = formats;
    this.#values.clear();
  }

  #address(name) {
    const address = parseAddress(name);
    if (!address) throw new RangeError(`"${name}" is not a cell`);
    return address;
  }

  #range(name) {
    const range = parseRange(name);
    if (!range) throw new RangeError(`"${name}" is not a range`);
    return range;
  }
}

function makeCell(input) {
  if (!input.startsWith('=')) return { input, value: readInput(input), tree: null, reads: [] };
  try {
    const tree = parse(input.slice(1));
    return { input, tree, reads: rangesIn(tree) };
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return { input, value: CellError.name(error.message), tree: null, reads: [] };
  }
}

/** An input as it reads `columns` to the right and `rows` further down. */
function shifted(input, columns, rows) {
  if (!input.startsWith('=')) return input;
  const move = (address) => ({
    ...address,
    column: address.columnFixed ? address.column : address.column + columns,
    row: address.rowFixed ? address.row : address.row + rows,
  });
  try {
    return `=${rewriteReferences(input.slice(1), (...corners) => {
      const moved = corners.map(move);
      return moved.every(isInside) ? moved : null;
    })}`;
  } catch (error) {
    // A formula that cannot be read is copied as it stands.
    if (error instanceof FormulaError) return input;
    throw error;
  }
}

function rowMover(moveRange) {
  return (first, second) => {
    const upsideDown = first.row > second.row;
    const [top, bottom] = upsideDown ? [second, first] : [first, second];
    const rows = moveRange(top.row, bottom.row);
    if (!rows) return null;
    const moved = [{ ...top, row: rows[0] }, { ...bottom, row: rows[1] }];
    return upsideDown ? moved.reverse() : moved;
  };
}

/** Errors sort after everything else. */
function ordered(left, right) {
  const [a, b] = [left instanceof CellError, right instanceof CellError];
  return a || b ? Number(a) - Number(b) : compare(left, right);
}
