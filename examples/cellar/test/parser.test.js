import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, rangesIn, rewriteReferences } from '../src/parser.js';
import { FormulaError, tokenize, unquote } from '../src/tokens.js';

/** The tree with parentheses everywhere, to see what binds to what. */
function grouping(node) {
  switch (node.type) {
    case 'literal':
      return String(node.value);
    case 'binary':
      return `(${grouping(node.left)}${node.operator}${grouping(node.right)})`;
    case 'unary':
      return `(${node.operator}${grouping(node.operand)})`;
    case 'percent':
      return `(${grouping(node.operand)}%)`;
    case 'call':
      return `${node.name}(${node.args.map(grouping).join(',')})`;
    default:
      return node.type;
  }
}

const texts = (formula) => tokenize(formula).map((token) => token.text);

test('tokens', () => {
  assert.deepEqual(texts('A1 +2.5e3*SUM(B2:$C$3)'), ['A1', '+', '2.5e3', '*', 'SUM', '(', 'B2', ':', '$C$3', ')', '']);
  assert.deepEqual(texts('a<>b<=c>=d'), ['a', '<>', 'b', '<=', 'c', '>=', 'd', '']);
  assert.deepEqual(tokenize('"a ""b"" c"').map((token) => token.type), ['string', 'end']);
  assert.equal(unquote('"a ""b"" c"'), 'a "b" c');
  assert.deepEqual(tokenize('LOG10(1)').map((token) => token.type).slice(0, 2), ['name', 'punctuation']);
});

test('tighter operators group first', () => {
  assert.equal(grouping(parse('1+2*3')), '(1+(2*3))');
  assert.equal(grouping(parse('(1+2)*3')), '((1+2)*3)');
  assert.equal(grouping(parse('2*3^2')), '(2*(3^2))');
  assert.equal(grouping(parse('1+2&3')), '((1+2)&3)');
  assert.equal(grouping(parse('1&2=12')), '((1&2)=12)');
});

test('equal operators group from the left', () => {
  assert.equal(grouping(parse('10-4-3')), '((10-4)-3)');
  assert.equal(grouping(parse('100/10/5')), '((100/10)/5)');
  assert.equal(grouping(parse('2^3^2')), '((2^3)^2)');
});

test('signs and per cent', () => {
  assert.equal(grouping(parse('-2^2')), '((-2)^2)');
  assert.equal(grouping(parse('2--3')), '(2-(-3))');
  assert.equal(grouping(parse('-5%')), '(-(5%))');
  assert.equal(grouping(parse('50%*2')), '((50%)*2)');
});

test('calls', () => {
  assert.equal(grouping(parse('sum(1, 2; 3)')), 'SUM(1,2,3)');
  assert.equal(grouping(parse('TODAY()')), 'TODAY()');
  assert.equal(grouping(parse('IF(TRUE,MAX(1,2),-1)')), 'IF(true,MAX(1,2),(-1))');
});

test('what is no formula says where', () => {
  for (const [formula, position] of [['1+', 2], ['(1', 2], ['1)', 1], ['SUM(1,', 6], ['"open', 0], ['1 ? 2', 2], ['A1:', 3], ['1 2', 2], ['XFE1', 0]]) {
    assert.throws(() => parse(formula), (error) => error instanceof FormulaError && error.position === position, formula);
  }
});

test('the ranges a formula reads', () => {
  const cell = { left: 0, top: 0, right: 0, bottom: 0 };
  assert.deepEqual(rangesIn(parse('A1+IF(A1>0,SUM(B2:C3),-A1)')), [cell, cell, { left: 1, top: 1, right: 2, bottom: 2 }, cell]);
  assert.deepEqual(rangesIn(parse('1+2')), []);
});

test('rewriting leaves everything but references alone', () => {
  const down = (...corners) => corners.map((address) => ({ ...address, row: address.row + 1 }));
  assert.equal(rewriteReferences('SUM( A1:B2 ) * $C$3 & " A1 "', down), 'SUM( A2:B3 ) * $C$4 & " A1 "');
  assert.equal(rewriteReferences('A1+B1', () => null), '#REF!+#REF!');
  assert.equal(rewriteReferences('1+2', down), '1+2');
});
