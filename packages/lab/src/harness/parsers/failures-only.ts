import type { ParseLog, StatusMap } from './parser.ts';
import { indentOf, strip, withoutColours } from './python-text.ts';

/** Runners whose logs name only what failed; instances of theirs are graded `fail_only`. */
function failures(patterns: readonly RegExp[], name: (text: string) => string, log: string): StatusMap {
  const found: StatusMap = new Map();
  for (const pattern of patterns)
    for (const match of log.matchAll(pattern)) found.set(name(match.at(-1)!), 'FAILED');
  return found;
}

const onOneLine = (text: string) => strip(text.replace(/\s+/g, ' '));
const asIs = (text: string) => text;

/** Mocha's `min` reporter: a number, the title over some lines, the error. */
export const eslint: ParseLog = (log) =>
  failures([/\s{2}\d+\)([\s\S]*?)\s+(?:[^\n]*Error)/g], onOneLine, log);

export const bpmnJs: ParseLog = (log) =>
  failures(
    [
      /2KPhantomJS\s[\d.]+\s\(Linux\s[\d.]+\)\s([^\n]*)FAILED\n/g,
      /2KPhantomJS\s[\d.]+\s\(Linux\sx86_64\)\s([^\n]*)FAILED\n/g,
      /Chrome\sHeadless\s[^\n]*\s\(Linux\sx86_64\)\s([^\n]*)FAILED\n/g,
      /HeadlessChrome\s[\d.]+\s\(Linux\s[\d.]+\)\s([^\n]*)FAILED\n/g,
    ],
    asIs,
    log,
  );

/** Karma, mocha and its own comparison of pictures. */
export const openlayers: ParseLog = (log) =>
  failures(
    [
      /Chrome\sHeadless\s[\d.]+\s\(Linux\s\S+\)\s([^\n]*)\sFAILED\n/g,
      /Chrome\s[\d.]+\s\(Linux\s\S+\)\s([^\n]*)FAILED\n/g,
      /^\s{2}\d+\)([\s\S]*?)Error:/gm,
      /^case\s([^\n]*):\smismatch/gm,
    ],
    onOneLine,
    log,
  );

export const chartJs: ParseLog = (log) =>
  failures([/Chrome\s[\d.]+[^\S\r\n]\([^\n]+?\)[^\S\r\n]([^\n]*)FAILED$/gm], asIs, withoutColours(log));

/** jasmine. */
export const marked: ParseLog = (log) => failures([/^\d+\)\s([^\n]*)/gm], strip, log);

/** The most characters a failure's title may have. */
const TITLE = 1_000;

/** Mocha in a browser whose console, with objects and pages printed in it, is in the log too. */
export const p5js: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const text = withoutElements(withoutObjects(withoutColours(log)));
  for (const [, title] of text.matchAll(new RegExp(`^\\s*\\d+\\)([\\s\\S]{0,${TITLE}}?):`, 'gm'))) {
    const lines = title!.split('\n');
    const deeper = lines.every((line, at) => indentOf(line) > (at === 0 ? 0 : indentOf(lines[at - 1]!)));
    if (deeper) found.set(lines.map(strip).join(':'), 'FAILED');
  }
  return found;
};

function withoutObjects(log: string): string {
  let object = false;
  let list = false;
  const kept = log.split('\n').filter((raw) => {
    const line = raw.replace(/\s+$/, '');
    if (line.endsWith('{')) object = true;
    else if (line.endsWith('[')) list = true;
    else if (line === '}' && object) object = false;
    else if (line === ']' && list) list = false;
    else {
      const alone =
        (line.startsWith('{') && line.endsWith('}')) || (line.startsWith('[') && line.endsWith(']'));
      return !object && !list && !alone;
    }
    return false;
  });
  return kept.join('\n');
}

/** From an element's beginning to the first end of its name; beginnings of the same name between the two stay. */
function withoutElements(log: string): string {
  const element = /<([\p{L}\p{N}_]+)>[\s\S]*?<\/\1>/u;
  let text = log;
  for (let match = element.exec(text); match !== null; match = element.exec(text)) {
    const tag = `<${match[1]}>`;
    const more = Math.max(match[0].split(tag).length - 2, 0);
    text = text.slice(0, match.index) + tag.repeat(more) + text.slice(match.index + match[0].length);
  }
  return text;
}
