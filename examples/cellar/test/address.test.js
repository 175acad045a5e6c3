import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnName, columnNumber, contains, formatAddress, parseAddress, parseRange, rowsOf, sizeOf } from '../src/address.js';

test('columns are counted in letters', () => {
  for (const [number, name] of [[0, 'A'], [25, 'Z'], [26, 'AA'], [51, 'AZ'], [52, 'BA'], [701, 'ZZ'], [702, 'AAA'], [16_383, 'XFD']]) {
    assert.equal(columnName(number), name);
    assert.equal(columnNumber(name), number);
  }
});

test('an address is read with its dollar signs', () => {
  assert.deepEqual(parseAddress('b12'), { column: 1, row: 11, columnFixed: false, rowFixed: false });
  assert.deepEqual(parseAddress('$AA$1'), { column: 26, row: 0, columnFixed: true, rowFixed: true });
  assert.equal(formatAddress(parseAddress('C$7')), 'C$7');
  assert.equal(formatAddress({ column: 2, row: 6 }), 'C7');
});

test('what is no address', () => {
  for (const text of ['', 'A', '7', 'A0', 'A-1', 'ABCD1', 'XFE1', 'A1048577', 'A1B']) assert.equal(parseAddress(text), null, text);
});

test('a range may be named from any two corners', () => {
  const range = { left: 1, top: 1, right: 3, bottom: 4 };
  assert.deepEqual(parseRange('B2:D5'), range);
  assert.deepEqual(parseRange('D5:B2'), range);
  assert.deepEqual(parseRange('B5:D2'), range);
  assert.deepEqual(parseRange('A1'), { left: 0, top: 0, right: 0, bottom: 0 });
  assert.equal(parseRange('A1:B2:C3'), null);
  assert.equal(parseRange('A1:'), null);
  assert.deepEqual(sizeOf(range), { rows: 4, columns: 3 });
});

test('the cells of a range come row by row', () => {
  assert.deepEqual(rowsOf(parseRange('A1:B2')), [
    [{ column: 0, row: 0 }, { column: 1, row: 0 }],
    [{ column: 0, row: 1 }, { column: 1, row: 1 }],
  ]);
});

test('a cell outside a range is not in it', () => {
  const range = parseRange('B2:D5');
  assert.ok(contains(range, parseAddress('B2')));
  assert.ok(contains(range, parseAddress('C3')));
  for (const name of ['A2', 'B1', 'E5', 'D6']) assert.ok(!contains(range, parseAddress(name)), name);
});
