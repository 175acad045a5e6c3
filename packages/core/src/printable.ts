import { stripVTControlCharacters } from 'node:util';

/** Signs that let a text be read in another order than it is written: a command must be read as it will be run. */
const TURNED = /[\u202a-\u202e\u2066-\u2069]/g;

/** What programs and models print must not steer the terminal that shows it. Line ends and tabs stay. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .replaceAll(TURNED, '');
}

/** For pages, which controls do not steer: those that turn the order round are shown by their code. */
export function unturned(text: string): string {
  return text.replaceAll(TURNED, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
}

export function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ').trim();
}
