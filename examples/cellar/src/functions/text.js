import { formatValue } from '../format.js';
import { CellError, readInput, toNumber, toText } from '../values.js';

/** A count of characters given as an argument, or a CellError. */
function characters(value, smallest = 0) {
  const number = toNumber(value);
  if (number instanceof CellError) return number;
  return number < smallest ? CellError.value(`${number} is less than ${smallest}`) : Math.trunc(number);
}

function ofText(compute) {
  return { count: [1, 1], run: ([value]) => compute(toText(value)) };
}

export const TEXT_FUNCTIONS = {
  LEN: ofText((text) => text.length),
  UPPER: ofText((text) => text.toUpperCase()),
  LOWER: ofText((text) => text.toLowerCase()),
  TRIM: ofText((text) => text.trim().replaceAll(/ {2,}/g, ' ')),
  PROPER: ofText((text) =>
    text.toLowerCase().replaceAll(/(^|[^\p{L}])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase()),
  ),
  VALUE: ofText((text) => {
    const value = readInput(text);
    return typeof value === 'number' ? value : CellError.value(`"${text}" is not a number`);
  }),
  LEFT: {
    count: [1, 2],
    run: ([value, count = 1]) => {
      const length = characters(count);
      return length instanceof CellError ? length : toText(value).slice(0, length);
    },
  },
  RIGHT: {
    count: [1, 2],
    run: ([value, count = 1]) => {
      const length = characters(count);
      if (length instanceof CellError) return length;
      const text = toText(value);
      return text.slice(Math.max(0, text.length - length));
    },
  },
  MID: {
    count: [3, 3],
    run: ([value, from, count]) => {
      const [start, length] = [characters(from, 1), characters(count)];
      if (start instanceof CellError) return start;
      return length instanceof CellError ? length : toText(value).slice(start - 1, start - 1 + length);
    },
  },
  FIND: {
    count: [2, 3],
    run: ([wanted, value, from = 1]) => {
      const start = characters(from, 1);
      if (start instanceof CellError) return start;
      const at = toText(value).indexOf(toText(wanted), start - 1);
      return at < 0 ? CellError.value(`"${toText(wanted)}" not found`) : at + 1;
    },
  },
  SUBSTITUTE: {
    count: [3, 3],
    run: ([value, wanted, replacement]) =>
      toText(wanted) === '' ? toText(value) : toText(value).split(toText(wanted)).join(toText(replacement)),
  },
  REPT: {
    count: [2, 2],
    run: ([value, times]) => {
      const count = characters(times);
      return count instanceof CellError ? count : toText(value).repeat(count);
    },
  },
  CONCAT: {
    count: [1, 255],
    ranges: true,
    run: (values) => {
      const parts = values.flatMap((value) => value?.values ?? [value]);
      return parts.find((part) => part instanceof CellError) ?? parts.map(toText).join('');
    },
  },
  TEXT: {
    count: [2, 2],
    run: ([value, pattern]) => formatValue(value, toText(pattern)),
  },
};
