import { CellError, toNumber } from '../values.js';

const MANY = [1, 255];

/**
 * The numbers among arguments, as SUM and its relatives see them: in a range only true numbers count, while a value
 * written directly into the formula is converted. Returns the first error instead if there is one.
 */
export function numbersIn(values) {
  const numbers = [];
  for (const value of values) {
    for (const number of value?.rows ? value.values.filter(isCounted) : [toNumber(value)]) {
      if (number instanceof CellError) return number;
      numbers.push(number);
    }
  }
  return numbers;
}

function isCounted(value) {
  return typeof value === 'number' || value instanceof CellError;
}

function overNumbers(compute) {
  return {
    count: MANY,
    ranges: true,
    run: (values) => {
      const numbers = numbersIn(values);
      return numbers instanceof CellError ? numbers : compute(numbers);
    },
  };
}

function ofNumber(compute) {
  return {
    count: [1, 1],
    run: ([value]) => {
      const number = toNumber(value);
      return number instanceof CellError ? number : compute(number);
    },
  };
}

/** Adds with compensation, so that a column of cents adds up to cents. */
function sum(numbers) {
  let total = 0;
  let lost = 0;
  for (const number of numbers) {
    const next = total + number;
    lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
    total = next;
  }
  return total + lost;
}

/** Rounds half away from zero: 2.5 to 3 and -2.5 to -3. Negative digits round to tens, hundreds and so on. */
export function round(number, digits) {
  const shifted = shift(Math.abs(number), digits);
  return Math.sign(number) * shift(Math.round(shifted), -digits);
}

/** Moves the decimal point in the written number, because 1.005 * 100 is 100.49999999999999. */
function shift(number, digits) {
  const [mantissa, exponent = '0'] = String(number).split('e');
  return Number(`${mantissa}e${Number(exponent) + digits}`);
}

function rounding(compute) {
  return {
    count: [1, 2],
    run: ([value, digits = 0]) => {
      const [number, places] = [toNumber(value), toNumber(digits)];
      if (number instanceof CellError) return number;
      return places instanceof CellError ? places : compute(number, Math.trunc(places));
    },
  };
}

function median(numbers) {
  if (numbers.length === 0) return CellError.number('MEDIAN of nothing');
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const MATH_FUNCTIONS = {
  SUM: overNumbers(sum),
  PRODUCT: overNumbers((numbers) => numbers.reduce((product, number) => product * number, 1)),
  AVERAGE: overNumbers((numbers) => (numbers.length === 0 ? CellError.divide() : sum(numbers) / numbers.length)),
  MEDIAN: overNumbers(median),
  MIN: overNumbers((numbers) => (numbers.length === 0 ? 0 : Math.min(...numbers))),
  MAX: overNumbers((numbers) => (numbers.length === 0 ? 0 : Math.max(...numbers))),
  COUNT: {
    count: MANY,
    ranges: true,
    run: (values) => values.flatMap((value) => value?.values ?? [value]).filter((value) => typeof value === 'number').length,
  },
  COUNTA: {
    count: MANY,
    ranges: true,
    run: (values) => values.flatMap((value) => value?.values ?? [value]).filter((value) => value !== null).length,
  },
  ABS: ofNumber(Math.abs),
  SIGN: ofNumber(Math.sign),
  INT: ofNumber(Math.floor),
  SQRT: ofNumber((number) => (number < 0 ? CellError.number('root of a negative number') : Math.sqrt(number))),
  ROUND: rounding(round),
  ROUNDUP: rounding((number, digits) => Math.sign(number) * shift(Math.ceil(shift(Math.abs(number), digits)), -digits)),
  ROUNDDOWN: rounding((number, digits) => Math.sign(number) * shift(Math.floor(shift(Math.abs(number), digits)), -digits)),
  MOD: {
    count: [2, 2],
    run: ([value, by]) => {
      const [number, divisor] = [toNumber(value), toNumber(by)];
      if (number instanceof CellError) return number;
      if (divisor instanceof CellError) return divisor;
      // The result has the sign of the divisor, unlike JavaScript's remainder.
      return divisor === 0 ? CellError.divide() : number - divisor * Math.floor(number / divisor);
    },
  },
};
