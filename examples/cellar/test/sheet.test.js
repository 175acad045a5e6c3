import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sheet } from '../src/sheet.js';

function sheetOf(cells, options) {
  const sheet = new Sheet(options);
  for (const [name, input] of Object.entries(cells)) sheet.set(name, input);
  return sheet;
}

const column = (sheet, letter, count) => Array.from({ length: count }, (_, row) => sheet.text(`${letter}${row + 1}`));

test('inputs become values', () => {
  const sheet = sheetOf({ A1: '12', A2: '1e3', A3: 'true', A4: '25%', A5: '12 pence', A6: '=A1*2' });
  assert.deepEqual(['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7'].map((name) => sheet.value(name)), [12, 1000, true, 0.25, '12 pence', 24, null]);
  assert.equal(sheet.input('A6'), '=A1*2');
  assert.equal(sheet.input('a7'), '');
});

test('a change reaches the formulas that use it, directly and through others', () => {
  const sheet = sheetOf({ A1: '2', B1: '=A1*10', C1: '=B1+1', D1: '=SUM(B1:C1)' });
  assert.equal(sheet.value('D1'), 41);
  sheet.set('A1', '3');
  assert.deepEqual(['B1', 'C1', 'D1'].map((name) => sheet.value(name)), [30, 31, 61]);
});

test('a change inside a summed range reaches the sum', () => {
  const sheet = sheetOf({ A1: '1', A2: '2', A3: '3', B1: '=SUM(A1:A3)' });
  assert.equal(sheet.value('B1'), 6);
  sheet.set('A2', '20');
  assert.equal(sheet.value('B1'), 24);
});

test('a change in the last cell of a summed range reaches the sum', () => {
  const sheet = sheetOf({ A1: '1', A2: '2', A3: '3', B1: '=SUM(A1:A3)' });
  assert.equal(sheet.value('B1'), 6);
  sheet.set('A3', '30');
  assert.equal(sheet.value('B1'), 33);
  sheet.clear('A3');
  assert.equal(sheet.value('B1'), 3);
});

test('a row total follows its last column', () => {
  const sheet = sheetOf({ A1: '1', B1: '2', C1: '3', D1: '=SUM(A1:C1)' });
  assert.equal(sheet.value('D1'), 6);
  sheet.set('C1', '4');
  assert.equal(sheet.value('D1'), 7);
});

test('a replaced formula no longer follows its old cells', () => {
  const sheet = sheetOf({ A1: '1', A2: '2', B1: '=A1' });
  assert.equal(sheet.value('B1'), 1);
  sheet.set('B1', '=A2');
  sheet.set('A1', '10');
  assert.equal(sheet.value('B1'), 2);
});

test('circles are errors and can be broken again', () => {
  const sheet = sheetOf({ A1: '=B1+1', B1: '=A1+1', C1: '=C1' });
  assert.equal(sheet.text('A1'), '#CYCLE!');
  assert.equal(sheet.text('B1'), '#CYCLE!');
  assert.equal(sheet.text('C1'), '#CYCLE!');
  sheet.set('B1', '4');
  assert.equal(sheet.text('A1'), '5');
});

test('errors travel and heal', () => {
  const sheet = sheetOf({ A1: '0', B1: '=1/A1', C1: '=B1+1', D1: '=IFERROR(C1,0)' });
  assert.deepEqual(['B1', 'C1', 'D1'].map((name) => sheet.text(name)), ['#DIV/0!', '#DIV/0!', '0']);
  sheet.set('A1', '4');
  assert.deepEqual(['B1', 'C1', 'D1'].map((name) => sheet.text(name)), ['0.25', '1.25', '1.25']);
});

test('a formula that cannot be read is an error in its cell', () => {
  const sheet = sheetOf({ A1: '=1+', B1: '=A1' });
  assert.equal(sheet.text('A1'), '#NAME?');
  assert.equal(sheet.text('B1'), '#NAME?');
  assert.equal(sheet.input('A1'), '=1+');
});

test('a reference to an empty cell shows 0', () => {
  assert.equal(sheetOf({ A1: '=B1' }).text('A1'), '0');
});

test('formats of cells and columns', () => {
  const sheet = sheetOf({ A1: '2.5', A2: '3', B1: '0.5' });
  sheet.setFormat('a', '0.00');
  sheet.setFormat('A2', '0');
  sheet.setFormat('B1', '0%');
  assert.deepEqual(['A1', 'A2', 'B1'].map((name) => sheet.text(name)), ['2.50', '3', '50%']);
});

test('copying moves relative references only', () => {
  const sheet = sheetOf({ A1: '1', A2: '2', C1: '10', B1: '=A1*$C$1+A$1+$A1' });
  sheet.copy('B1', 'B2');
  assert.equal(sheet.input('B2'), '=A2*$C$1+A$1+$A2');
  assert.equal(sheet.value('B2'), 23);
  sheet.copy('B1', 'D1');
  assert.equal(sheet.input('D1'), '=C1*$C$1+C$1+$A1');
});

test('copying off the sheet loses the reference', () => {
  const sheet = sheetOf({ B2: '=A1+1' });
  sheet.copy('B2', 'A1');
  assert.equal(sheet.input('A1'), '=#REF!+1');
  assert.equal(sheet.text('A1'), '#REF!');
});

test('copying a block onto itself keeps what was copied', () => {
  const sheet = sheetOf({ A1: 'a', A2: 'b', A3: 'c' });
  sheet.copy('A1:A3', 'A2');
  assert.deepEqual(column(sheet, 'A', 4), ['a', 'a', 'b', 'c']);
});

test('copying empty cells clears the target', () => {
  const sheet = sheetOf({ A1: 'a', B1: 'x', B2: 'y' });
  sheet.copy('A1:A2', 'B1');
  assert.deepEqual(column(sheet, 'B', 2), ['a', '']);
});

test('inserted rows push cells and references down', () => {
  const sheet = sheetOf({ A1: '1', A2: '2', A3: '=SUM(A1:A2)', B1: '=A2*2' });
  sheet.setFormat('A3', '0.0');
  sheet.insertRows(2, 2);
  assert.equal(sheet.input('A5'), '=SUM(A1:A4)');
  assert.equal(sheet.input('B1'), '=A4*2');
  assert.equal(sheet.text('A5'), '3.0');
  sheet.set('A2', '7');
  assert.equal(sheet.text('A5'), '10.0');
});

test('rows inserted below leave references alone', () => {
  const sheet = sheetOf({ A1: '1', A2: '=A1', B1: '=SUM($A$1:$A$2)' });
  sheet.insertRows(3);
  assert.equal(sheet.input('A2'), '=A1');
  assert.equal(sheet.input('B1'), '=SUM($A$1:$A$2)');
});

test('deleted rows shrink ranges and lose single cells', () => {
  const sheet = sheetOf({ A1: '1', A2: '2', A3: '3', A4: '4', B1: '=SUM(A1:A4)', C1: '=A2', D1: '=A4' });
  sheet.deleteRows(2, 2);
  assert.equal(sheet.input('B1'), '=SUM(A1:A2)');
  assert.equal(sheet.value('B1'), 5);
  assert.equal(sheet.text('C1'), '#REF!');
  assert.equal(sheet.input('D1'), '=A2');
});

test('deleting one end of a range', () => {
  const sheet = sheetOf({ A1: '1', A2: '2', A3: '3', A4: '4', C9: '=SUM(A1:A4)', D9: '=SUM(A3:A4)' });
  sheet.deleteRows(3, 2);
  assert.equal(sheet.input('C7'), '=SUM(A1:A2)');
  assert.equal(sheet.input('D7'), '=SUM(#REF!)');
  sheet.deleteRows(1);
  assert.equal(sheet.input('C6'), '=SUM(A1:A1)');
  assert.equal(sheet.value('C6'), 2);
});

test('sorting keeps rows together', () => {
  const sheet = sheetOf({ A1: 'pear', B1: '3', A2: 'fig', B2: '20', A3: 'Apple', B3: '100' });
  sheet.sort('A1:B3', 'A');
  assert.deepEqual(column(sheet, 'A', 3), ['Apple', 'fig', 'pear']);
  assert.deepEqual(column(sheet, 'B', 3), ['100', '20', '3']);
  sheet.sort('A1:B3', 'B', { descending: true });
  assert.deepEqual(column(sheet, 'B', 3), ['100', '20', '3']);
});

test('sorting puts numbers before text and empty cells last', () => {
  const sheet = sheetOf({ A1: 'b', A3: '10', A4: '9', A5: '=1/0' });
  sheet.sort('A1:A5', 'A');
  assert.deepEqual(column(sheet, 'A', 5), ['9', '10', 'b', '#DIV/0!', '']);
  sheet.sort('A1:A5', 'A', { descending: true });
  assert.deepEqual(column(sheet, 'A', 5), ['#DIV/0!', 'b', '10', '9', '']);
});

test('sorted formulas go on reading their own row', () => {
  const sheet = sheetOf({ A1: '5', B1: '=A1*2', A2: '1', B2: '=A2*2' });
  sheet.sort('A1:B2', 'A');
  assert.deepEqual([sheet.input('B1'), sheet.value('B1'), sheet.value('B2')], ['=A1*2', 2, 10]);
});

test('undo and redo', () => {
  const sheet = sheetOf({ A1: '1', B1: '=A1+1' });
  sheet.set('A1', '5');
  assert.equal(sheet.value('B1'), 6);
  assert.ok(sheet.undo());
  assert.equal(sheet.value('B1'), 2);
  assert.ok(sheet.redo());
  assert.equal(sheet.value('B1'), 6);
  assert.ok(!sheet.redo());
});

test('undo takes back one step at a time, down to the empty sheet', () => {
  const sheet = sheetOf({ A1: 'first', A2: 'second' });
  sheet.set('A1', 'third');
  sheet.undo();
  assert.deepEqual(column(sheet, 'A', 2), ['first', 'second']);
  sheet.undo();
  assert.deepEqual(column(sheet, 'A', 2), ['first', '']);
  sheet.undo();
  assert.equal(sheet.extent, null);
  assert.ok(!sheet.undo());
});

test('a new change ends what could be redone', () => {
  const sheet = sheetOf({ A1: '1' });
  sheet.set('A1', '2');
  sheet.undo();
  sheet.set('A1', '3');
  assert.ok(!sheet.redo());
  assert.equal(sheet.text('A1'), '3');
});

test('undo covers rows, sorting and formats', () => {
  const sheet = sheetOf({ A1: '2', A2: '1' });
  sheet.setFormat('A1', '0.0');
  sheet.sort('A1:A2', 'A');
  sheet.insertRows(1);
  sheet.undo();
  assert.deepEqual(column(sheet, 'A', 2), ['1.0', '2']);
  sheet.undo();
  assert.deepEqual(column(sheet, 'A', 2), ['2.0', '1']);
  sheet.undo();
  assert.deepEqual(column(sheet, 'A', 2), ['2', '1']);
});

test('the extent reaches to the last cells', () => {
  assert.deepEqual(sheetOf({ B2: '1', D1: 'x', AA3: 'y' }).extent, { left: 0, top: 0, right: 26, bottom: 2 });
});

test('names that are no cells', () => {
  const sheet = new Sheet();
  assert.throws(() => sheet.set('A0', '1'), RangeError);
  assert.throws(() => sheet.value('hello world'), RangeError);
  assert.throws(() => sheet.copy('A1:B', 'C1'), RangeError);
});
