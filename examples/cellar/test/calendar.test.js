// A place whose clocks change, on 30 March and 26 October 2025; the results must not depend on it.
process.env.TZ = 'Europe/Berlin';

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMonths, dateParts, dayNumber, parseDate, today } from '../src/calendar.js';
import { Sheet } from '../src/sheet.js';

function shown(formula, pattern = 'general') {
  const sheet = new Sheet({ today: () => dayNumber(2025, 3, 9) });
  sheet.set('A1', `=${formula}`);
  sheet.setFormat('A1', pattern);
  return sheet.text('A1');
}

const date = (formula) => shown(formula, 'yyyy-mm-dd');

test('day numbers are those of other spreadsheets', () => {
  assert.equal(dayNumber(1900, 3, 1), 61);
  assert.equal(dayNumber(1970, 1, 1), 25_569);
  assert.equal(dayNumber(2025, 1, 1), 45_658);
  assert.deepEqual(dateParts(45_658), { year: 2025, month: 1, day: 1, weekday: 4 });
  assert.deepEqual(dateParts(45_658.99), dateParts(45_658));
});

test('days and months carry over', () => {
  assert.equal(date('DATE(2025,13,1)'), '2026-01-01');
  assert.equal(date('DATE(2025,0,1)'), '2024-12-01');
  assert.equal(date('DATE(2024,3,0)'), '2024-02-29');
  assert.equal(date('DATE(2025,1,32)'), '2025-02-01');
});

test('parts of a date', () => {
  assert.equal(shown('YEAR("2024-02-29")'), '2024');
  assert.equal(shown('MONTH(DATE(2025,12,31))'), '12');
  assert.equal(shown('DAY(45658)'), '1');
  assert.equal(shown('WEEKDAY("2025-03-09")'), '1');
  assert.equal(shown('TODAY()=DATE(2025,3,9)'), 'TRUE');
});

test('days between dates in winter', () => {
  assert.equal(shown('DAYS("2025-02-01","2025-01-01")'), '31');
  assert.equal(shown('DAYS("2025-01-01","2025-02-01")'), '-31');
  assert.equal(shown('DAYS("2025-01-20","2025-01-03")'), '17');
  assert.equal(shown('DAYS("2025-01-20","2024-12-31")'), '20');
  assert.equal(shown('DAYS(45658.9,45657.1)'), '1');
});

test('days between dates across a change of clocks', () => {
  assert.equal(shown('DAYS("2025-04-01","2025-03-01")'), '31');
  assert.equal(shown('DAYS("2025-11-01","2025-10-01")'), '31');
  assert.equal(shown('DAYS("2025-03-31","2025-03-30")'), '1');
  assert.equal(shown('DAYS("2025-10-27","2025-10-26")'), '1');
  assert.equal(date('DATE(2025,3,30)+1'), '2025-03-31');
});

test('months of different length', () => {
  assert.equal(date('EDATE("2025-01-31",1)'), '2025-02-28');
  assert.equal(date('EDATE("2024-02-29",12)'), '2025-02-28');
  assert.equal(date('EDATE("2025-03-31",-1)'), '2025-02-28');
  assert.equal(date('EOMONTH("2024-01-15",1)'), '2024-02-29');
  assert.equal(date('EOMONTH("2025-12-15",0)'), '2025-12-31');
  assert.equal(addMonths(dayNumber(2025, 5, 31), 6), dayNumber(2025, 11, 30));
});

test('working days', () => {
  assert.equal(shown('NETWORKDAYS("2025-03-03","2025-03-09")'), '5');
  assert.equal(shown('NETWORKDAYS("2025-03-08","2025-03-09")'), '0');
  assert.equal(shown('NETWORKDAYS("2025-03-07","2025-03-03")'), '-5');
  assert.equal(date('WORKDAY("2025-03-07",1)'), '2025-03-10');
  assert.equal(date('WORKDAY("2025-03-10",-1)'), '2025-03-07');
  assert.equal(date('WORKDAY("2025-03-03",10)'), '2025-03-17');
});

test('dates as text', () => {
  assert.equal(parseDate(' 2025-03-09 '), dayNumber(2025, 3, 9));
  for (const text of ['2025-02-29', '2025-13-01', '2025-3-9', 'soon', '']) assert.equal(parseDate(text), null, text);
});

test('today is the day where the computer stands', () => {
  assert.equal(today(new Date('2025-06-30T22:30:00Z')), dayNumber(2025, 7, 1));
  assert.equal(today(new Date('2025-06-30T12:00:00Z')), dayNumber(2025, 6, 30));
});
