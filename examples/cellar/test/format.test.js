import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatValue } from '../src/format.js';
import { CellError } from '../src/values.js';

function check(pattern, pairs) {
  for (const [value, text] of pairs) assert.equal(formatValue(value, pattern), text, `${value} as ${pattern}`);
}

test('general', () => {
  check('general', [[1, '1'], [0.1 + 0.2, '0.3'], [-2.5, '-2.5'], [null, ''], [true, 'TRUE'], ['text', 'text'], [CellError.divide(), '#DIV/0!']]);
});

test('fixed and optional digits', () => {
  check('0.00', [[1, '1.00'], [1.005, '1.01'], [0.5, '0.50'], [-0.001, '0.00'], [1234.5, '1234.50']]);
  check('0.0##', [[1, '1.0'], [1.25, '1.25'], [1.23456, '1.235']]);
  check('#.##', [[0.5, '.5'], [12, '12']]);
  check('000', [[7, '007'], [1234, '1234']]);
});

test('thousands', () => {
  check('#,##0', [[0, '0'], [999, '999'], [1000, '1,000'], [1234567.8, '1,234,568']]);
  check('#,##0.00', [[1234567.891, '1,234,567.89'], [-1234.5, '-1,234.50'], [-999.999, '-1,000.00']]);
});

test('per cent, text around and negative sections', () => {
  check('0%', [[0.256, '26%'], [1, '100%']]);
  check('0.0%', [[0.1234, '12.3%'], [-0.05, '-5.0%']]);
  check('"EUR" 0.00', [[9.5, 'EUR 9.50'], [-9.5, '-EUR 9.50']]);
  check('0.00;(0.00)', [[3, '3.00'], [-3, '(3.00)']]);
  check('0 "a;b"', [[3, '3 a;b']]);
});

test('dates', () => {
  check('yyyy-mm-dd', [[45_658, '2025-01-01'], [45_716, '2025-02-28']]);
  check('d.m.yy', [[45_658, '1.1.25']]);
  check('ddd d mmm yyyy', [[45_725, 'Sun 9 Mar 2025']]);
  check('"day" d', [[45_658, 'day 1']]);
});

test('only numbers are touched', () => {
  check('0.00', [['text', 'text'], [false, 'FALSE'], [null, '']]);
});
