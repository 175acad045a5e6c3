import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sheet } from '../src/sheet.js';

/** The shown result of one formula in a sheet with some cells. */
function result(formula, cells = {}) {
  const sheet = new Sheet({ today: () => 45_658 });
  for (const [name, input] of Object.entries(cells)) sheet.set(name, input);
  sheet.set('Z99', `=${formula}`);
  return sheet.text('Z99');
}

const STAFF = {
  A1: 'Ada', B1: '36', C1: 'maths',
  A2: 'Grace', B2: '85', C2: 'navy',
  A3: 'Alan', B3: '41', C3: 'maths',
  A4: 'Edsger', B4: '72', C4: 'method',
};

test('arithmetic', () => {
  assert.equal(result('1+2*3'), '7');
  assert.equal(result('-2^2'), '4');
  assert.equal(result('0.1+0.2'), '0.3');
  assert.equal(result('200*15%'), '30');
  assert.equal(result('1/0'), '#DIV/0!');
  assert.equal(result('(-8)^0.5'), '#NUM!');
  assert.equal(result('"7"*6'), '42');
  assert.equal(result('"seven"*6'), '#VALUE!');
  assert.equal(result('7&" of "&9'), '7 of 9');
});

test('comparison', () => {
  assert.equal(result('"apple"="APPLE"'), 'TRUE');
  assert.equal(result('2<"1"'), 'TRUE');
  assert.equal(result('A1=0'), 'TRUE');
  assert.equal(result('A1=""'), 'TRUE');
  assert.equal(result('3>=3'), 'TRUE');
  assert.equal(result('3<>3'), 'FALSE');
});

test('sums and their relatives skip text and empty cells', () => {
  const cells = { A1: '2', A2: 'text', A3: '4', A5: 'TRUE' };
  assert.equal(result('SUM(A1:A5)', cells), '6');
  assert.equal(result('SUM(A1:A5, 4, "5")', cells), '15');
  assert.equal(result('AVERAGE(A1:A5)', cells), '3');
  assert.equal(result('PRODUCT(A1:A5)', cells), '8');
  assert.equal(result('COUNT(A1:A5)', cells), '2');
  assert.equal(result('COUNTA(A1:A5)', cells), '4');
  assert.equal(result('MIN(A1:A5)', cells), '2');
  assert.equal(result('MAX(A1:A5)', cells), '4');
  assert.equal(result('AVERAGE(B1:B5)', cells), '#DIV/0!');
  assert.equal(result('MAX(B1:B5)', cells), '0');
});

test('an error in a range is the result', () => {
  assert.equal(result('SUM(A1:A3)', { A1: '1', A2: '=1/0' }), '#DIV/0!');
  assert.equal(result('COUNT(A1:A3)', { A1: '1', A2: '=1/0' }), '1');
});

test('cents add up to cents', () => {
  const cells = Object.fromEntries(Array.from({ length: 10 }, (_, row) => [`A${row + 1}`, '0.1']));
  assert.equal(result('SUM(A1:A10)=1', cells), 'TRUE');
});

test('median', () => {
  assert.equal(result('MEDIAN(9,1,5)'), '5');
  assert.equal(result('MEDIAN(10,1,5,7)'), '6');
  assert.equal(result('MEDIAN(100,20,3)'), '20');
});

test('rounding is half away from zero', () => {
  assert.equal(result('ROUND(2.5)'), '3');
  assert.equal(result('ROUND(1.005,2)'), '1.01');
  assert.equal(result('ROUND(1234.5,-2)'), '1200');
  assert.equal(result('ROUND(0.000000149,8)=0.00000015'), 'TRUE');
});

test('negative numbers round like positive ones', () => {
  assert.equal(result('ROUND(-2.5)'), '-3');
  assert.equal(result('ROUND(-1.005,2)'), '-1.01');
});

test('rounding up and down', () => {
  assert.equal(result('ROUNDUP(2.1)'), '3');
  assert.equal(result('ROUNDUP(-2.1)'), '-3');
  assert.equal(result('ROUNDDOWN(2.9)'), '2');
  assert.equal(result('ROUNDDOWN(-2.99,1)'), '-2.9');
  assert.equal(result('INT(-2.5)'), '-3');
});

test('remainder has the sign of the divisor', () => {
  assert.equal(result('MOD(7,3)'), '1');
  assert.equal(result('MOD(-7,3)'), '2');
  assert.equal(result('MOD(7,-3)'), '-2');
  assert.equal(result('MOD(7,0)'), '#DIV/0!');
  assert.equal(result('SQRT(-1)'), '#NUM!');
});

test('logic', () => {
  assert.equal(result('IF(1>2,"yes","no")'), 'no');
  assert.equal(result('IF(1>2,"yes")'), 'FALSE');
  assert.equal(result('IF(TRUE,1,1/0)'), '1');
  assert.equal(result('IF(1/0,1,2)'), '#DIV/0!');
  assert.equal(result('IFERROR(1/0,"none")'), 'none');
  assert.equal(result('AND(TRUE,1,A1:A3)', { A1: 'text', A3: '5' }), 'TRUE');
  assert.equal(result('OR(FALSE,A1:A3)', { A3: '0' }), 'FALSE');
  assert.equal(result('NOT(0)'), 'TRUE');
  assert.equal(result('ISBLANK(A1)'), 'TRUE');
  assert.equal(result('ISERROR(NOSUCH(1))'), 'TRUE');
});

test('text', () => {
  assert.equal(result('LEFT("spread",3)'), 'spr');
  assert.equal(result('RIGHT("spread",2)'), 'ad');
  assert.equal(result('RIGHT("spread",0)'), '');
  assert.equal(result('RIGHT("ab",5)'), 'ab');
  assert.equal(result('MID("spread",2,3)'), 'pre');
  assert.equal(result('MID("spread",6,9)'), 'd');
  assert.equal(result('MID("spread",0,3)'), '#VALUE!');
  assert.equal(result('FIND("e","spreadsheet",5)'), '9');
  assert.equal(result('FIND("x","spread")'), '#VALUE!');
  assert.equal(result('SUBSTITUTE("1.2.3",".","-")'), '1-2-3');
  assert.equal(result('TRIM("  a   b ")'), 'a b');
  assert.equal(result('PROPER("o\'neill and müller")'), "O'Neill And Müller");
  assert.equal(result('CONCAT("a",A1:A2,1)', { A1: 'x', A2: 'TRUE' }), 'axTRUE1');
  assert.equal(result('REPT("-",3)'), '---');
  assert.equal(result('LEN(UPPER("straße"))'), '7');
  assert.equal(result('VALUE("12.5%")'), '0.125');
  assert.equal(result('TEXT(1234.5,"#,##0.00")'), '1,234.50');
});

test('exact lookup', () => {
  assert.equal(result('VLOOKUP("alan",A1:C4,2,FALSE)', STAFF), '41');
  assert.equal(result('VLOOKUP("Kurt",A1:C4,2,FALSE)', STAFF), '#N/A');
  assert.equal(result('VLOOKUP("Ada",A1:C4,4,FALSE)', STAFF), '#REF!');
  assert.equal(result('VLOOKUP("Ada",A1:C4,0,FALSE)', STAFF), '#VALUE!');
  assert.equal(result('MATCH("Edsger",A1:A4,0)', STAFF), '4');
  assert.equal(result('INDEX(A1:C4,MATCH(85,B1:B4,0),3)', STAFF), 'navy');
  assert.equal(result('INDEX(A1:C4,5)', STAFF), '#REF!');
});

test('lookup in sorted steps', () => {
  const steps = { A1: '0', B1: 'none', A2: '50', B2: 'pass', A3: '75', B3: 'merit', A4: '90', B4: 'distinction' };
  assert.equal(result('VLOOKUP(74,A1:B4,2)', steps), 'pass');
  assert.equal(result('VLOOKUP(75,A1:B4,2)', steps), 'merit');
  assert.equal(result('VLOOKUP(1000,A1:B4,2)', steps), 'distinction');
  assert.equal(result('VLOOKUP(0,A1:B4,2)', steps), 'none');
  assert.equal(result('VLOOKUP(-1,A1:B4,2)', steps), '#N/A');
  assert.equal(result('MATCH(60,A1:A4)', steps), '2');
});

test('criteria', () => {
  assert.equal(result('COUNTIF(B1:B4,">41")', STAFF), '2');
  assert.equal(result('COUNTIF(B1:B4,">=41")', STAFF), '3');
  assert.equal(result('COUNTIF(C1:C4,"maths")', STAFF), '2');
  assert.equal(result('COUNTIF(C1:C4,"<>maths")', STAFF), '2');
  assert.equal(result('COUNTIF(C1:C4,"m*th*")', STAFF), '3');
  assert.equal(result('COUNTIF(A1:A4,"A??")', STAFF), '1');
  assert.equal(result('COUNTIF(A1:C4,41)', STAFF), '1');
  assert.equal(result('SUMIF(C1:C4,"maths",B1:B4)', STAFF), '77');
  assert.equal(result('SUMIF(B1:B4,"<50")', STAFF), '77');
  assert.equal(result('AVERAGEIF(C1:C4,"m*",B1:B4)', STAFF), '49.6666666667');
  assert.equal(result('AVERAGEIF(C1:C4,"x",B1:B4)', STAFF), '#DIV/0!');
});

test('wrong calls', () => {
  assert.equal(result('NOSUCH(1)'), '#NAME?');
  assert.equal(result('total'), '#NAME?');
  assert.equal(result('MOD(1)'), '#VALUE!');
  assert.equal(result('A1:A3+1'), '#VALUE!');
  assert.equal(result('LEN(A1:A1)'), '0');
});
