/**
 * Text functions with the meaning they have in Python, which the published parsers are defined by: what counts as white
 * space differs from JavaScript's (file separators do, the byte order mark does not).
 */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g');
const BETWEEN = new RegExp(`[${SPACE}]+`);

/** Without white space at both ends. */
export const strip = (text: string): string => text.replace(AROUND, '');

/** Words between white space; none of an empty text. */
export function words(text: string): string[] {
  const bare = strip(text);
  return bare === '' ? [] : bare.split(BETWEEN);
}

/** How deep a line is indented, in characters. */
export const indentOf = (line: string): number =>
  line.length - line.replace(new RegExp(`^[${SPACE}]+`), '').length;

/** At the first place where `separator` stands: what is before it. */
export const before = (text: string, separator: string): string => text.split(separator, 1)[0]!;

/** Without colours and other terminal control sequences. */
export const withoutColours = (text: string): string =>
  text.replace(/\x1B(?:[@-Z\\-_]|\[[0-?]*[ -/]*[@-~])/g, '');
