#!/usr/bin/env node
// cellar FILE.csv [--set CELL=INPUT]… [--format TARGET=PATTERN]… [--show RANGE] [--out FILE]
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { columnName, keyOf, parseRange, rowsOf } from './address.js';
import { CsvError, parseCsv, writeCsv } from './csv.js';
import { Sheet } from './sheet.js';

const USAGE = 'usage: cellar FILE.csv [--set CELL=INPUT]… [--format TARGET=PATTERN]… [--show RANGE] [--separator C] [--out FILE]';

const OPTIONS = {
  set: { type: 'string', multiple: true, default: [] },
  format: { type: 'string', multiple: true, default: [] },
  show: { type: 'string' },
  separator: { type: 'string', default: ',' },
  out: { type: 'string' },
};

class UsageError extends Error {}

/** Fills a sheet from records, the first record into row 1. */
export function load(sheet, records) {
  for (const [row, fields] of records.entries()) {
    for (const [column, field] of fields.entries()) {
      if (field !== '') sheet.set(keyOf({ column, row }), field);
    }
  }
}

/** The shown texts of a range as records. */
export function shownRecords(sheet, range) {
  return rowsOf(range).map((row) => row.map((address) => sheet.text(keyOf(address))));
}

/** A range as a table with row and column names; numbers stand to the right. */
export function renderTable(sheet, range) {
  const texts = shownRecords(sheet, range);
  const header = ['', ...texts[0].map((_, index) => columnName(range.left + index))];
  const rows = texts.map((cells, index) => [String(range.top + index + 1), ...cells]);
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((cells) => cells[column].length)));
  const isNumber = (row, column) => typeof sheet.value(keyOf({ column: range.left + column, row: range.top + row })) === 'number';
  const line = (cells, row) =>
    cells
      .map((text, index) =>
        index === 0 || (row >= 0 && isNumber(row, index - 1)) ? text.padStart(widths[index]) : text.padEnd(widths[index]),
      )
      .join('  ')
      .trimEnd();
  return [line(header, -1), ...rows.map((cells, row) => line(cells, row))].join('\n');
}

/** Runs the command line; returns the exit code. `io` has `read(file)`, `write(file, text)`, `out(text)`, `error(text)`. */
export function main(args, io) {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (positionals.length !== 1) throw new UsageError(USAGE);
    const { separator } = values;
    const sheet = new Sheet();
    load(sheet, parseCsv(io.read(positionals[0]), { separator }));
    for (const [cell, input] of values.set.map(assignment)) sheet.set(cell, input);
    for (const [target, pattern] of values.format.map(assignment)) sheet.setFormat(target, pattern);
    const range = values.show ? parseRange(values.show) : sheet.extent;
    if (values.show && !range) throw new UsageError(`"${values.show}" is not a range`);
    if (values.out) io.write(values.out, range ? writeCsv(shownRecords(sheet, range), { separator }) : '');
    else io.out(range ? `${renderTable(sheet, range)}\n` : '');
    return 0;
  } catch (error) {
    if (!isExpected(error)) throw error;
    io.error(`cellar: ${error.message}\n`);
    return 2;
  }
}

function isExpected(error) {
  return (
    error instanceof UsageError ||
    error instanceof CsvError ||
    error instanceof RangeError ||
    ['ENOENT', 'EACCES', 'EISDIR'].includes(error.code) ||
    String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}

function assignment(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`"${text}" is not NAME=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) {
  process.exitCode = main(process.argv.slice(2), {
    read: (file) => readFileSync(file, 'utf8'),
    write: (file, text) => writeFileSync(file, text),
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
  });
}
