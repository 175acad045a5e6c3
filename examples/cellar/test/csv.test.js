import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsvError, parseCsv, writeCsv } from '../src/csv.js';

test('plain records', () => {
  assert.deepEqual(parseCsv('a,b\nc,d\n'), [['a', 'b'], ['c', 'd']]);
  assert.deepEqual(parseCsv('a,b\nc,d'), [['a', 'b'], ['c', 'd']]);
  assert.deepEqual(parseCsv(''), []);
  assert.deepEqual(parseCsv('a;b', { separator: ';' }), [['a', 'b']]);
});

test('empty fields and lines are kept', () => {
  assert.deepEqual(parseCsv(',\n\na,\n'), [['', ''], [''], ['a', '']]);
  assert.deepEqual(parseCsv('a,,b'), [['a', '', 'b']]);
  assert.deepEqual(parseCsv('a,'), [['a', '']]);
});

test('all three line endings', () => {
  assert.deepEqual(parseCsv('a\r\nb\r\n'), [['a'], ['b']]);
  assert.deepEqual(parseCsv('a\rb'), [['a'], ['b']]);
  assert.deepEqual(parseCsv('a\r\n\r\nb'), [['a'], [''], ['b']]);
});

test('a byte order mark is no text', () => {
  assert.deepEqual(parseCsv('\uFEFFa,b'), [['a', 'b']]);
});

test('quoted fields', () => {
  assert.deepEqual(parseCsv('"a,b",c'), [['a,b', 'c']]);
  assert.deepEqual(parseCsv('"say ""hello""",x'), [['say "hello"', 'x']]);
  assert.deepEqual(parseCsv('"",""'), [['', '']]);
  assert.deepEqual(parseCsv('a"b,c'), [['a"b', 'c']]);
});

test('a quoted field may go over several lines', () => {
  assert.deepEqual(parseCsv('"12 Mill Lane\nOxford",GB\nx,y'), [['12 Mill Lane\nOxford', 'GB'], ['x', 'y']]);
  assert.deepEqual(parseCsv('a,"b\r\n\r\nc"\r\nd,e\r\n'), [['a', 'b\r\n\r\nc'], ['d', 'e']]);
});

test('faults name their line', () => {
  assert.throws(() => parseCsv('a\nb,"c'), (error) => error instanceof CsvError && error.line === 2);
  assert.throws(() => parseCsv('a\n"b"c'), (error) => error instanceof CsvError && error.line === 2);
});

test('faults after a field of several lines name their line', () => {
  assert.throws(() => parseCsv('"a\n\nb"\n"c"d'), (error) => error instanceof CsvError && error.line === 4);
});

test('writing quotes only what needs it', () => {
  assert.equal(writeCsv([['a', 'b c'], ['1,5', 'say "x"']]), 'a,b c\n"1,5","say ""x"""\n');
  assert.equal(writeCsv([['1,5', 'a;b']], { separator: ';', lineEnd: '\r\n' }), '1,5;"a;b"\r\n');
  assert.equal(writeCsv([[' a', 'b\nc']]), '" a","b\nc"\n');
});

test('what was written is read back', () => {
  const records = [['', 'a"', ',', ' x '], ['"', '=SUM(A1,B2)', 'é', '-']];
  assert.deepEqual(parseCsv(writeCsv(records)), records);
});
