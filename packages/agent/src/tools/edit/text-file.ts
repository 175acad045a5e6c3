import { ModelFacingError } from '@heddle/core';

/** Larger files are data or machine-made: an edit of one is a command's work. */
const MAX_BYTES = 10 * 2 ** 20;

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';

/** A file as text, and how to write it back as it was written. */
export interface TextFile {
  /** Without its byte order mark, with its own line ends. */
  readonly text: string;
  readonly encoding: Encoding;
  readonly mark: boolean;
}

export const NEW_FILE: Omit<TextFile, 'text'> = { encoding: 'utf-8', mark: false };

/** What no text holds. Bytes that are no UTF-8 are taken for Latin-1 only without other control characters either. */
const NO_TEXT: Readonly<Record<Encoding, RegExp>> = {
  'utf-8': /\0/,
  'utf-16le': /\0/,
  'utf-16be': /\0/,
  'latin-1': /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/,
};

const MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Bytes as text: UTF-8, UTF-16 with its byte order mark, else Latin-1 (any other one-byte encoding reads as it, and
 * keeps its bytes). Null for what is no text, or would not come back byte for byte.
 */
export function decode(bytes: Buffer): TextFile | null {
  const marked = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  const body = marked ? bytes.subarray(marked[1].length) : bytes;
  const tries: readonly Encoding[] = marked ? [marked[0]] : ['utf-8', 'latin-1'];
  for (const encoding of tries) {
    const text = read(body, encoding);
    if (NO_TEXT[encoding].test(text)) continue;
    if (write(text, encoding).equals(body)) return { text, encoding, mark: marked !== undefined };
  }
  return null;
}

/** A changed text in the encoding of the file it belongs to. Throws `bad-character` where that has no such character. */
export function encode(text: string, path: string, { encoding, mark }: Omit<TextFile, 'text'>): Buffer {
  const body = write(text, encoding);
  if (read(body, encoding) !== text) {
    const odd = [...text].find((character) => read(write(character, encoding), encoding) !== character) ?? '';
    throw new ModelFacingError(
      'bad-character',
      `${path} is ${encoding} text, which cannot hold ${JSON.stringify(odd)}. Nothing was changed: write it in other characters, or convert the file first (iconv).`,
    );
  }
  const head = mark ? (MARKS.find(([name]) => name === encoding)?.[1] ?? []) : [];
  return Buffer.concat([Buffer.from(head), body]);
}

/** As `decode`, refusing what cannot be edited. */
export function decodeText(path: string, bytes: Buffer): TextFile {
  if (bytes.length > MAX_BYTES) {
    throw new ModelFacingError(
      'file-too-large',
      `${path} has ${bytes.length} bytes; more than ${MAX_BYTES} are not edited here. Look at and change it with bash (sed -n, grep -n, sed -i).`,
    );
  }
  const file = decode(bytes);
  if (file !== null) return file;
  throw new ModelFacingError(
    'not-text',
    `${path} is a binary file of ${bytes.length} bytes. Look at it and change it with bash (file, xxd, python).`,
  );
}

function read(body: Buffer, encoding: Encoding): string {
  switch (encoding) {
    case 'utf-8':
      return body.toString('utf8');
    case 'latin-1':
      return body.toString('latin1');
    case 'utf-16le':
      return body.toString('utf16le');
    case 'utf-16be':
      return swapped(body).toString('utf16le');
    default:
      return encoding satisfies never;
  }
}

function write(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'latin-1':
      return Buffer.from(text, 'latin1');
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return swapped(Buffer.from(text, 'utf16le'));
    default:
      return encoding satisfies never;
  }
}

/** Bytes of each pair exchanged; an odd last byte (no UTF-16) is dropped, which the round trip notices. */
function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16();
}
