// Comma-separated values as in RFC 4180: fields may be quoted, quoted fields may hold separators, line breaks and
// doubled quotes. Lines may end in LF, CRLF or CR.

export class CsvError extends Error {
  constructor(message, line) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/** The records of a text, each a list of fields. A line break at the very end starts no further record. */
export function parseCsv(text, { separator = ',' } = {}) {
  const records = [];
  let record = [];
  let position = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (position < text.length || record.length > 0) {
    const field = text[position] === '"' ? readQuoted(text, position, line) : readPlain(text, position, separator);
    record.push(field.value);
    line += field.lines;
    position = field.end;
    if (text[position] === separator) {
      position += 1;
      if (position < text.length) continue;
      record.push('');
    } else if (position < text.length && !isBreak(text[position])) {
      throw new CsvError('text follows a closing quote', line);
    }
    records.push(record);
    record = [];
    position += text.startsWith('\r\n', position) ? 2 : 1;
    line += 1;
  }
  return records;
}

function isBreak(character) {
  return character === '\n' || character === '\r';
}

function readPlain(text, start, separator) {
  let end = start;
  while (end < text.length && text[end] !== separator && !isBreak(text[end])) end += 1;
  return { value: text.slice(start, end), end, lines: 0 };
}

function readQuoted(text, start, line) {
  let value = '';
  let position = start + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote < 0) throw new CsvError('a quoted field is not closed', line);
    value += text.slice(position, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1, lines: value.split('\n').length - 1 };
    value += '"';
    position = quote + 2;
  }
}

/** The opposite of parseCsv; fields are quoted only where they must be. */
export function writeCsv(records, { separator = ',', lineEnd = '\n' } = {}) {
  const quote = (field) =>
    field.includes(separator) || /["\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
  return records.map((record) => record.map(quote).join(separator) + lineEnd).join('');
}
