// Cells and ranges by name. Rows and columns are counted from 0 inside, from 1 and A in names.

export const MAX_ROWS = 1_048_576;
export const MAX_COLUMNS = 16_384;

/** `0` is A, `25` is Z, `26` is AA. */
export function columnName(column) {
  let name = '';
  for (let rest = column; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    name = String.fromCharCode(65 + (rest % 26)) + name;
  }
  return name;
}

export function columnNumber(name) {
  let number = 0;
  for (const letter of name.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}

const ADDRESS = /^(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})$/;

/**
 * Reads `B7` or `$B$7`. The dollar signs say what stays when a formula is copied.
 * Returns null when the text is no address or lies outside the largest sheet.
 */
export function parseAddress(text) {
  const match = ADDRESS.exec(text);
  if (!match) return null;
  const address = {
    column: columnNumber(match[2]),
    row: Number(match[4]) - 1,
    columnFixed: match[1] === '$',
    rowFixed: match[3] === '$',
  };
  return isInside(address) ? address : null;
}

export function isInside({ column, row }) {
  return column >= 0 && row >= 0 && column < MAX_COLUMNS && row < MAX_ROWS;
}

export function formatAddress({ column, row, columnFixed = false, rowFixed = false }) {
  return `${columnFixed ? '$' : ''}${columnName(column)}${rowFixed ? '$' : ''}${row + 1}`;
}

/** The name without dollar signs: the key under which a cell is stored. */
export function keyOf({ column, row }) {
  return `${columnName(column)}${row + 1}`;
}

/** Reads `A1:C3`, or a single address as a range of one cell; corners may be given in any order. */
export function parseRange(text) {
  const [first, second = first, ...rest] = text.split(':').map((part) => parseAddress(part.trim()));
  if (!first || !second || rest.length > 0) return null;
  return rangeBetween(first, second);
}

export function rangeBetween(first, second) {
  return {
    left: Math.min(first.column, second.column),
    top: Math.min(first.row, second.row),
    right: Math.max(first.column, second.column),
    bottom: Math.max(first.row, second.row),
  };
}

/** Whether a cell lies in a range. All four edges belong to the range. */
export function contains(range, { column, row }) {
  return column >= range.left && column <= range.right && row >= range.top && row <= range.bottom;
}

/** The rows of a range, each a list of addresses, from the top left. */
export function rowsOf(range) {
  const rows = [];
  for (let row = range.top; row <= range.bottom; row += 1) {
    const cells = [];
    for (let column = range.left; column <= range.right; column += 1) cells.push({ column, row });
    rows.push(cells);
  }
  return rows;
}

export function sizeOf(range) {
  return { rows: range.bottom - range.top + 1, columns: range.right - range.left + 1 };
}
