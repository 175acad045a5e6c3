import { addMonths, dateParts, dayNumber, parseDate } from '../calendar.js';
import { CellError, toNumber } from '../values.js';

const SATURDAY = 7;
const SUNDAY = 1;

/** A day number from a number or from text such as `2025-03-09`, or a CellError. */
function toDay(value) {
  const parsed = typeof value === 'string' ? parseDate(value) : null;
  return parsed ?? toNumber(value);
}

/** A function whose arguments are first days (`days` of them), then plain numbers. */
function withDays(days, count, compute) {
  return {
    count,
    run: (values, context) => {
      const read = values.map((value, index) => (index < days ? toDay(value) : toNumber(value)));
      return read.find((value) => value instanceof CellError) ?? compute(read, context);
    },
  };
}

function isWorkday(day) {
  const { weekday } = dateParts(day);
  return weekday !== SATURDAY && weekday !== SUNDAY;
}

/** Working days from the first to the last day, both included; negative when given in reverse. */
function networkdays(first, last) {
  if (first > last) return -networkdays(last, first);
  let count = 0;
  for (let day = Math.floor(first); day <= last; day += 1) if (isWorkday(day)) count += 1;
  return count;
}

function workday(start, count) {
  const step = Math.sign(count);
  let day = Math.floor(start);
  for (let left = Math.abs(Math.trunc(count)); left > 0; ) {
    day += step;
    if (isWorkday(day)) left -= 1;
  }
  return day;
}

export const DATE_FUNCTIONS = {
  DATE: withDays(0, [3, 3], ([year, month, day]) => dayNumber(Math.trunc(year), Math.trunc(month), Math.trunc(day))),
  YEAR: withDays(1, [1, 1], ([day]) => dateParts(day).year),
  MONTH: withDays(1, [1, 1], ([day]) => dateParts(day).month),
  DAY: withDays(1, [1, 1], ([day]) => dateParts(day).day),
  WEEKDAY: withDays(1, [1, 1], ([day]) => dateParts(day).weekday),
  DAYS: withDays(2, [2, 2], ([end, start]) => Math.floor(end) - Math.floor(start)),
  EDATE: withDays(1, [2, 2], ([day, months]) => addMonths(day, Math.trunc(months))),
  EOMONTH: withDays(1, [2, 2], ([day, months]) => {
    const { year, month } = dateParts(day);
    return dayNumber(year, month + Math.trunc(months) + 1, 0);
  }),
  NETWORKDAYS: withDays(2, [2, 2], ([first, last]) => networkdays(first, last)),
  WORKDAY: withDays(1, [2, 2], ([start, count]) => workday(start, count)),
  TODAY: { count: [0, 0], run: (_, context) => context.today() },
};
