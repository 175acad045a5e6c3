import { stripVTControlCharacters } from 'node:util';
import type { ShellResult } from '@heddle/workspace';
import { excerpt } from '../../excerpt.ts';

/** What a terminal would show of a command's output, cut in the middle, with where all of it is. */
export function shownOutput(result: ShellResult): { readonly text: string; readonly cut: boolean } {
  const { text, cut } = excerpt(asShown(result.output));
  const lines = [text.trimEnd() === '' ? nothing(result) : text.trimEnd()];
  const dropped = result.outputBytes > Buffer.byteLength(result.output);
  if (result.kept !== null && (cut || dropped)) {
    lines.push(`[${result.outputBytes} bytes in all: \`grep\` or \`sed -n 100,200p\` ${result.kept}]`);
  } else if (dropped) {
    lines.push(`[it printed ${result.outputBytes} bytes in all; what is beyond the cap was dropped]`);
  }
  return { text: lines.join('\n'), cut };
}

function nothing({ ended }: ShellResult): string {
  return ended === 'running' ? '(it has printed nothing new)' : '(it printed nothing)';
}

/** Escape sequences are gone, and of a line that was written over what was written last. */
export function asShown(output: string): string {
  return stripVTControlCharacters(output)
    .replaceAll(/\r+\n/g, '\n')
    .replaceAll(/^[^\n]*\r(?=[^\n])/gm, '');
}
