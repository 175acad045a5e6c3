import { digestOf } from '@heddle/core';
import type { RememberedDetails, UndoEntry } from '../../remembered.ts';
import type { ToolContext } from '../../tool.ts';
import { clipped, numberedLines, splitLines } from '../edit-text.ts';
import type { Document } from './document.ts';
import { refuseBroken } from './gate.ts';
import { tidyPath } from './paths.ts';
import { encode, NEW_FILE } from './text-file.ts';

/** Lines shown on each side of an edit, so that the model sees where it landed without a second look. */
const CONTEXT_LINES = 4;
/** Lines of one edit shown at most: the model wrote them itself. */
const MAX_ECHO_LINES = 24;

/** What is to become of one file. */
export interface FileChange {
  readonly path: string;
  /** Null: there is no such file yet. */
  readonly before: Document | null;
  /** Null: it is removed. */
  readonly after: string | null;
  /** A new file is encoded as this one is. */
  readonly like?: Document;
}

/**
 * Makes changes to files, all or none: each is looked at (syntax, encoding) before the first is written, and what was
 * written is put back if a later one can't be. Gives what the rollout is to remember of them.
 */
export async function apply(
  context: ToolContext,
  changes: readonly FileChange[],
  { force }: { force: boolean },
): Promise<Pick<RememberedDetails, 'undo' | 'seen'>> {
  const { workspace, objects } = context;
  const planned: { path: string; bytes: Buffer | null; undo: UndoEntry }[] = [];
  const seen: Record<string, string> = {};
  for (const { path, before, after, like } of changes) {
    const from = before ?? like;
    if (after !== null && !force && from?.notebook !== true)
      await refuseBroken(path, from?.text ?? null, after);
    const bytes = after === null ? null : (from?.encode(after) ?? encode(after, path, NEW_FILE));
    const tidy = tidyPath(path, workspace.root);
    if (bytes !== null) seen[tidy] = digestOf(bytes);
    const executable = bytes === null && (await workspace.files.stat(path))?.executable === true;
    planned.push({
      path,
      bytes,
      undo: {
        path: tidy,
        before: before === null ? null : objects.put(before.bytes),
        after: bytes === null ? null : digestOf(bytes),
        ...(executable ? { executable } : {}),
      },
    });
  }
  const done: UndoEntry[] = [];
  try {
    for (const { path, bytes, undo } of planned) {
      // What fails half-way is put back too.
      done.push(undo);
      if (bytes === null) await workspace.files.remove(path);
      else await workspace.files.write(path, bytes);
    }
  } catch (error) {
    for (const undo of done.reverse()) await putBack(context, undo).catch(() => {});
    throw error;
  }
  const undo = planned.map((each) => each.undo);
  return { undo: undo.length === 1 ? undo[0]! : undo, seen };
}

/** Makes a file what it was before an edit. */
export async function putBack({ workspace, objects }: ToolContext, undo: UndoEntry): Promise<void> {
  const { path, before } = undo;
  if (before === null) {
    if ((await workspace.files.stat(path)) !== null) await workspace.files.remove(path);
    return;
  }
  await workspace.files.write(path, objects.get(before));
  if (undo.executable) await workspace.exec(`chmod +x -- '${path.replaceAll("'", `'\\''`)}'`);
}

/** A stretch of a changed text: where its new lines are, 1-based. */
export interface Landing {
  readonly first: number;
  readonly last: number;
}

/** The lines round each landing, numbered; stretches that meet are shown as one, a long one without its middle. */
export function echo(text: string, landings: readonly Landing[]): string {
  const lines = splitLines(text);
  const windows: Landing[] = [];
  for (const { first, last } of landings.toSorted((left, right) => left.first - right.first)) {
    const window = {
      first: Math.max(1, first - CONTEXT_LINES),
      last: Math.min(lines.length, last + CONTEXT_LINES),
    };
    const previous = windows.at(-1);
    if (previous !== undefined && window.first <= previous.last + 1)
      windows[windows.length - 1] = { first: previous.first, last: Math.max(previous.last, window.last) };
    else windows.push(window);
  }
  const shown = windows.map(({ first, last }) => {
    const part = (from: number, to: number) => numberedLines(lines.slice(from - 1, to).map(clipped), from);
    if (last - first < MAX_ECHO_LINES) return part(first, last);
    const half = MAX_ECHO_LINES / 2;
    return [
      part(first, first + half - 1),
      `[lines ${first + half}-${last - half} are not shown]`,
      part(last - half + 1, last),
    ].join('\n');
  });
  return shown.join('\n[…]\n') || '(the file is empty now)';
}
