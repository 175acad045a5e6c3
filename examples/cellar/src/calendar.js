// Days as numbers: day 1 is 31 December 1899, day 45658 is 1 January 2025.

const DAY_MS = 86_400_000;
/** The day number of 1 January 1970. */
const UNIX_EPOCH = 25_569;

/**
 * The day number of a date. Months and days outside their range carry over: month 13 is January of the next year,
 * day 0 the last of the month before. All in UTC: a day number has no time zone, and no day has 23 hours.
 */
export function dayNumber(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / DAY_MS + UNIX_EPOCH;
}

/** Year, month and day of a day number; a fraction of a day is ignored. Weekday 1 is Sunday. */
export function dateParts(number) {
  const date = new Date((Math.floor(number) - UNIX_EPOCH) * DAY_MS);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() + 1,
  };
}

/** The day `months` later; where that month is too short, its last day. */
export function addMonths(number, months) {
  const { year, month, day } = dateParts(number);
  const last = dateParts(dayNumber(year, month + months + 1, 0)).day;
  return dayNumber(year, month + months, Math.min(day, last));
}

/** Reads `2025-03-09`. Returns null for other text and for days that don't exist. */
export function parseDate(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number);
  const number = dayNumber(year, month, day);
  const parts = dateParts(number);
  return parts.month === month && parts.day === day ? number : null;
}

/** The current day number where the computer stands. */
export function today(now = new Date()) {
  return dayNumber(now.getFullYear(), now.getMonth() + 1, now.getDate());
}
