import type { ExecResult } from '@heddle/workspace';
import { excerpt } from './excerpt.ts';
import type { ViewEnd } from './hands.ts';

/** A view runs before every request, so it must be quick. */
export const VIEW_SECONDS = 10;
/** About 500 tokens, told each time they change. */
const MAX_CHARACTERS = 2_000;

/** What a view showed, or why it did not. */
export function viewEnd(
  { output, exitCode, ended }: ExecResult,
  mask: (text: string) => string,
): Omit<ViewEnd, 'seconds'> {
  const text = excerpt(mask(output.trimEnd()), MAX_CHARACTERS).text;
  if (ended === 'exited' && exitCode === 0) return { outcome: 'ok', content: text === '' ? '(empty)' : text };
  const how =
    ended === 'exited'
      ? `exit code ${exitCode}`
      : ended === 'timeout'
        ? `longer than ${VIEW_SECONDS} s`
        : ended;
  return { outcome: 'error', content: [`(failed: ${how})`, text].filter(Boolean).join('\n') };
}
