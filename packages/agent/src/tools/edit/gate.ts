import { introducedErrors, languageOf } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import { numbered, splitLines } from '../edit-text.ts';

/** Above it parsing takes seconds, and such files are machine-made. UTF-16 units. */
const MAX_CHARACTERS = 2_000_000;
/** Lines shown round the place of an error, and round what was to be changed. */
const AROUND = 3;
/** Lines shown of the original at most. */
const MAX_SHOWN = 16;
/** Errors named; the first is nearly always the cause of the others. */
const MAX_NAMED = 3;

interface Fault {
  readonly line: number;
  readonly text: string;
}

/**
 * Refuses (`syntax`) a change that brings syntax errors in; `before` is null for a new file. A file in a language we
 * can't parse passes, one that is broken already may stay so.
 */
export async function refuseBroken(path: string, before: string | null, after: string): Promise<void> {
  if (after.length > MAX_CHARACTERS) return;
  const faults = await faultsOf(path, before, after);
  if (faults.length === 0) return;
  const { line } = faults[0]!;
  const named = faults.slice(0, MAX_NAMED).map((fault) => `line ${fault.line}: ${fault.text}`);
  const more = faults.length > MAX_NAMED ? [`and ${faults.length - MAX_NAMED} more`] : [];
  const parts = [
    `This would break the syntax of ${path} (${[...named, ...more].join('; ')}). Nothing was changed.`,
    `It would read:\n${numbered(after, Math.max(1, line - AROUND), line + AROUND)}`,
  ];
  if (before !== null) {
    const [first, last] = changedLines(before, after);
    const from = Math.max(1, first - AROUND);
    parts.push(
      `It reads now:\n${numbered(before, from, Math.min(last + AROUND, from + MAX_SHOWN - 1)) || '(nothing there)'}`,
    );
  }
  parts.push('Mend the new text and send the edit again; if it is right as it is, send it with force: true.');
  throw new ModelFacingError('syntax', parts.join('\n'));
}

async function faultsOf(path: string, before: string | null, after: string): Promise<Fault[]> {
  const language = languageOf(path);
  if (language !== null) {
    const errors = await introducedErrors(language, before, after);
    return errors.map(({ line, column, text }) => ({ line, text: `${text} (column ${column})` }));
  }
  if (!isPlainJson(path) || (before !== null && jsonFault(before) !== null)) return [];
  const fault = jsonFault(after);
  return fault === null ? [] : [fault];
}

/** These are JSON with comments by custom. */
const COMMENTED_JSON =
  /(?:^|\/)(?:(?:ts|js)config[^/]*|\.[^/]*rc|settings|launch|tasks|extensions|devcontainer|api-extractor)\.json$/;

function isPlainJson(path: string): boolean {
  return path.endsWith('.json') && !COMMENTED_JSON.test(path);
}

function jsonFault(text: string): Fault | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const line = Number(/\(line (\d+) column \d+\)/.exec(message)?.[1] ?? splitLines(text).length);
    return { line: Math.max(1, line), text: message.split('\n', 1)[0]! };
  }
}

/** First and last line (1-based) of the original that a change touches. */
function changedLines(before: string, after: string): [number, number] {
  const [old, now] = [splitLines(before), splitLines(after)];
  let first = 0;
  while (first < old.length && first < now.length && old[first] === now[first]) first += 1;
  let end = 0;
  while (end < old.length - first && end < now.length - first && old.at(-1 - end) === now.at(-1 - end))
    end += 1;
  return [first + 1, Math.max(first + 1, old.length - end)];
}
