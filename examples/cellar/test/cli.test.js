import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../src/cli.js';

/** Runs the command line over files in memory. */
function run(args, files = {}) {
  const written = {};
  let out = '';
  let error = '';
  const code = main(args, {
    read: (file) => {
      if (file in files) return files[file];
      throw Object.assign(new Error(`no file ${file}`), { code: 'ENOENT' });
    },
    write: (file, text) => {
      written[file] = text;
    },
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { code, out, error, written };
}

const BUDGET = 'item,amount\nrent,1200\nfood,450.5\ntotal,=SUM(B2:B3)\n';

test('shows a table', () => {
  const { code, out } = run(['budget.csv', '--format', 'B=#,##0.00'], { 'budget.csv': BUDGET });
  assert.equal(code, 0);
  assert.equal(
    out,
    [
      '   A      B',
      '1  item   amount',
      '2  rent   1,200.00',
      '3  food     450.50',
      '4  total  1,650.50',
      '',
    ].join('\n'),
  );
});

test('changes cells and shows a part', () => {
  const { out } = run(['budget.csv', '--set', 'B2=1000', '--set', 'B3==B2/4', '--show', 'B3:B4'], { 'budget.csv': BUDGET });
  assert.equal(out, '   B\n3   250\n4  1250\n');
});

test('writes results as CSV', () => {
  const { written } = run(['in.csv', '--separator', ';', '--out', 'out.csv'], { 'in.csv': '1,5;=1+1\n"a;b"\n' });
  assert.deepEqual(written, { 'out.csv': '1,5;2\n"a;b";\n' });
});

test('an empty file is an empty table', () => {
  assert.deepEqual(run(['in.csv'], { 'in.csv': '' }), { code: 0, out: '', error: '', written: {} });
});

test('mistakes are told in one line', () => {
  for (const [args, pattern] of [
    [[], /usage/],
    [['missing.csv'], /no file missing\.csv/],
    [['in.csv', '--show', 'nowhere'], /"nowhere" is not a range/],
    [['in.csv', '--set', 'A1'], /"A1" is not NAME=VALUE/],
    [['in.csv', '--set', '9=1'], /"9" is not a cell/],
    [['in.csv', '--colour', 'red'], /colour/],
    [['bad.csv'], /line 1: a quoted field is not closed/],
  ]) {
    const { code, error } = run(args, { 'in.csv': 'x', 'bad.csv': '"x' });
    assert.equal(code, 2);
    assert.match(error, pattern);
    assert.equal(error.trimEnd().split('\n').length, 1);
  }
});
