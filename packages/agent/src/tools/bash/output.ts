import { stripVTControlCharacters } from 'node:util';
import type { ShellResult } from '@heddle/workspace';
import { excerpt } from '../../excerpt.ts';

/** What a terminal would show of a command's output, cut in the middle, with where all of it is. */
export function shownOutput(result: ShellResult): { readonly text: string; readonly cut: boolean } {
  const {
    text,
    cut,
    lines: left,
  } = isBinary(result.output)
    ? {
        lines: undefined,
        text: `[binary output, not shown: look at it with \`xxd | head\` or \`file -\`]`,
        cut: true,
      }
    : excerpt(asShown(result.output));
  const lines = [text.trimEnd() === '' ? nothing(result) : text.trimEnd()];
  const dropped = result.outputBytes > Buffer.byteLength(result.output);
  if (result.kept !== null && (cut || dropped)) {
    lines.push(`[${result.outputBytes} bytes in all: ${lookInto(result.kept, dropped ? undefined : left)}]`);
  } else if (dropped) {
    lines.push(`[it printed ${result.outputBytes} bytes in all; what is beyond the cap was dropped]`);
  }
  return { text: lines.join('\n'), cut };
}

/** How what was left out is read; `lines` of it if they are known. */
export function lookInto(file: string, lines = '100,200'): string {
  return `\`grep\` or \`sed -n ${lines}p\` ${file}`;
}

function nothing({ ended }: ShellResult): string {
  return ended === 'running' ? '(it has printed nothing new)' : '(it printed nothing)';
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Escape sequences are gone, and of a line that was written over what was written last. */
export function asShown(output: string): string {
  return stripVTControlCharacters(output)
    .replaceAll(/\r+\n/g, '\n')
    .replaceAll(/^[^\n]*\r(?=[^\n])/gm, '')
    .replaceAll(CONTROL, '');
}

/** Enough to tell; a longer look costs more than it says. */
const LOOKED_AT_CHARACTERS = 4_000;
/** A log with a few broken characters is still read; noise is a third unprintable, and a picture more. */
const BINARY_SHARE = 0.15;
const UNPRINTABLE = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g;

function isBinary(output: string): boolean {
  const start = output.slice(0, LOOKED_AT_CHARACTERS);
  return (start.match(UNPRINTABLE)?.length ?? 0) > start.length * BINARY_SHARE;
}
