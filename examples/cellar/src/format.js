// How values look. A pattern is one of
//   `general`            as few digits as needed
//   `0`, `0.00`, `#,##0.0#`, `0%`, `"EUR" 0.00`, `0.00;(0.00)`   numbers; `#` is a digit that may be absent
//   `yyyy-mm-dd`, `d.m.yy`, `ddd d mmm`                          dates
//   `@`                  text
import { dateParts } from './calendar.js';
import { round } from './functions/math.js';
import { CellError, toText } from './values.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** Beyond these digits the binary number only shows its own rounding. */
const GENERAL_DIGITS = 12;

/** The text shown for a value; only numbers are touched by a pattern. */
export function formatValue(value, pattern = 'general') {
  if (value instanceof CellError) return value.code;
  if (typeof value !== 'number') return toText(value);
  if (pattern === 'general' || pattern === '@') return String(Number(value.toPrecision(GENERAL_DIGITS)));
  const [positive, negative] = splitSections(pattern);
  if (isDatePattern(positive)) return formatDate(value, positive);
  if (value < 0 && negative !== undefined) return formatNumber(-value, negative);
  return formatNumber(value, positive);
}

/** Splits at the semicolons that are not inside quotes. */
function splitSections(pattern) {
  return pattern.match(/(?:"[^"]*"|[^;"])+/g) ?? [''];
}

function isDatePattern(pattern) {
  return /[dmy]/i.test(pattern.replaceAll(/"[^"]*"/g, ''));
}

function formatDate(value, pattern) {
  const { year, month, day, weekday } = dateParts(value);
  const two = (number) => String(number).padStart(2, '0');
  const parts = {
    yyyy: String(year).padStart(4, '0'),
    yy: two(year % 100),
    mmm: MONTHS[month - 1],
    mm: two(month),
    m: String(month),
    ddd: DAYS[weekday - 1],
    dd: two(day),
    d: String(day),
  };
  return pattern.replaceAll(/"([^"]*)"|yyyy|yy|mmm|mm|m|ddd|dd|d/gi, (found, quoted) => quoted ?? parts[found.toLowerCase()]);
}

function formatNumber(value, pattern) {
  const digits = /[#0][#0,]*(?:\.[#0]+)?|\.[#0]+/.exec(pattern.replaceAll(/"[^"]*"/g, (quoted) => ' '.repeat(quoted.length)));
  if (!digits) return unquoted(pattern);
  const [whole, fraction = ''] = digits[0].split('.');
  const scaled = pattern.includes('%') ? value * 100 : value;
  const rounded = round(scaled, fraction.length);
  const [integer, decimals = ''] = Math.abs(rounded).toFixed(fraction.length).split('.');
  const sign = rounded < 0 ? '-' : '';
  const padded = padInteger(integer, whole);
  const shown = trimOptional(decimals, fraction);
  const number = `${padded}${shown === '' ? '' : `.${shown}`}`;
  return sign + unquoted(pattern.slice(0, digits.index)) + number + unquoted(pattern.slice(digits.index + digits[0].length));
}

function padInteger(integer, pattern) {
  const fewest = pattern.replaceAll(/[^0]/g, '').length;
  const digits = (integer === '0' ? '' : integer).padStart(fewest, '0');
  return pattern.includes(',') ? digits.replaceAll(/\B(?=(\d{3})+$)/g, ',') : digits;
}

/** Takes away closing zeros where the pattern says `#`. */
function trimOptional(decimals, pattern) {
  let length = decimals.length;
  while (length > 0 && pattern[length - 1] === '#' && decimals[length - 1] === '0') length -= 1;
  return decimals.slice(0, length);
}

function unquoted(text) {
  return text.replaceAll('"', '');
}
