import type { Palette } from './palette.ts';
import { printable } from './text.ts';

/** A git patch for people: colours, and nothing that could steer a terminal. */
export function colourPatch(patch: string, palette: Palette): string {
  return patch
    .split('\n')
    .map((line) => colourLine(printable(line), palette))
    .join('\n');
}

/** Its first lines, with a last one that says how many are left out and where to see them. */
export function cappedPatch(patch: string, palette: Palette, cap: { lines: number; rest: string }): string {
  const lines = patch.trimEnd().split('\n').map(shortIndex);
  if (lines.length <= cap.lines) return colourPatch(lines.join('\n'), palette);
  const shown = colourPatch(lines.slice(0, cap.lines).join('\n'), palette);
  return `${shown}\n${palette.dim(`… ${lines.length - cap.lines} more lines: ${cap.rest}`)}`;
}

/** Whole object ids, which binary patches need, only fill the line. */
function shortIndex(line: string): string {
  return line.startsWith('index ') ? line.replaceAll(/\b([0-9a-f]{10})[0-9a-f]{30,}\b/g, '$1') : line;
}

function colourLine(line: string, { bold, cyan, dim, green, red }: Palette): string {
  if (/^(diff --git|---|\+\+\+|rename |new file|deleted file)/.test(line)) return bold(line);
  if (line.startsWith('index ')) return dim(line);
  if (line.startsWith('@@')) return cyan(line);
  if (line.startsWith('+')) return green(line);
  if (line.startsWith('-')) return red(line);
  return line;
}
