import type { Edit } from './edit.ts';
import { textOf } from './pool.ts';
import type { Call, Epoch, RepairState } from './state.ts';

type Calls = readonly Omit<Call, 'id'>[];

/**
 * With two faults the first change was chosen on little evidence: it mended a part, whatever else was broken. Once all
 * checks pass, the first is looked for again with the others in place: now every test has its say. Null: it can't be
 * done, or has been done.
 */
export function withoutFirst({ epochs, whole }: RepairState): Calls | null {
  if (epochs.length < 3 || whole?.left) return null;
  const later = epochs.slice(2).map(({ edit }) => edit!);
  const fits = later.every(({ path, old }) => {
    const view = epochs[0]!.files.get(path);
    return view !== undefined && occursOnce(textOf(view), old);
  });
  return fits ? [...undoing(epochs), ...later.map(making)] : null;
}

/** From the edits as they are now back to those with which all checks passed; null: these are they. */
export function backToWhole({ epochs, whole }: RepairState): Calls | null {
  if (whole === null) return null;
  const now = epochs.slice(1).map(({ edit }) => edit!);
  const same = now.length === whole.edits.length && now.every((edit, at) => isSame(edit, whole.edits[at]!));
  return same ? null : [...undoing(epochs), ...whole.edits.map(making)];
}

function undoing(epochs: readonly Epoch[]): Calls {
  return epochs
    .slice(1)
    .reverse()
    .map(({ edit }) => ({ tool: 'edit', input: { command: 'undo', path: edit!.path } }));
}

function making({ path, old, new: put }: Edit): Omit<Call, 'id'> {
  return { tool: 'edit', input: { command: 'replace', path, old, new: put } };
}

function isSame(a: Edit, b: Edit): boolean {
  return a.path === b.path && a.old === b.old && a.new === b.new;
}

function occursOnce(text: string, part: string): boolean {
  const at = text.indexOf(part);
  return at >= 0 && text.indexOf(part, at + 1) < 0;
}
