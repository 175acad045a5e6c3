import { ModelFacingError } from '@heddle/core';
import type { WorkspaceFiles } from '@heddle/workspace';

/** `old` becomes `new`; with `line`, the occurrence that begins on that line. */
export interface CandidateEdit {
  readonly path: string;
  readonly line?: number | undefined;
  readonly old: string;
  readonly new: string;
}

/** Files as they were, for putting them back. */
export type Originals = ReadonlyMap<string, Buffer>;

/** The texts a candidate makes of the files it names. Throws {@link ModelFacingError} when an edit doesn't fit. */
export async function changedFiles(
  files: WorkspaceFiles,
  edits: readonly CandidateEdit[],
): Promise<{ changed: Map<string, string>; originals: Originals }> {
  const byPath = Map.groupBy(edits, ({ path }) => path);
  const changed = new Map<string, string>();
  const originals = new Map<string, Buffer>();
  for (const [path, own] of byPath) {
    const bytes = await files.read(path);
    originals.set(path, bytes);
    changed.set(path, changedText(bytes.toString('utf8'), own));
  }
  return { changed, originals };
}

/** All edits are against the same original, so their order says nothing and they must not overlap. */
function changedText(text: string, edits: readonly CandidateEdit[]): string {
  const spans = edits.map((edit) => spanOf(text, edit)).sort((a, b) => a.start - b.start);
  let out = '';
  let at = 0;
  for (const { start, end, put } of spans) {
    if (start < at) throw new ModelFacingError('overlap', 'two of its edits overlap');
    out += text.slice(at, start) + put;
    at = end;
  }
  return out + text.slice(at);
}

function spanOf(text: string, edit: CandidateEdit): { start: number; end: number; put: string } {
  // A file with Windows line ends is matched by the plain ones a model writes, and keeps its own.
  const crlf = text.includes('\r\n') && !edit.old.includes('\r\n');
  const [old, put] = crlf ? [toCrlf(edit.old), toCrlf(edit.new)] : [edit.old, edit.new];
  const where = `${edit.path}${edit.line === undefined ? '' : `:${edit.line}`}`;
  if (old === '') throw new ModelFacingError('no-match', `old is empty for ${where}`);
  if (old === put) throw new ModelFacingError('no-change', `old and new are the same for ${where}`);
  const start =
    edit.line === undefined ? onlyPlace(text, old, where) : placeOnLine(text, old, edit.line, where);
  return { start, end: start + old.length, put };
}

function onlyPlace(text: string, old: string, where: string): number {
  const start = text.indexOf(old);
  if (start < 0) throw new ModelFacingError('no-match', `the old text is not in ${where}`);
  if (text.indexOf(old, start + 1) >= 0) {
    throw new ModelFacingError(
      'ambiguous',
      `the old text occurs more than once in ${where}; say on which line`,
    );
  }
  return start;
}

function placeOnLine(text: string, old: string, line: number, where: string): number {
  let from = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', from);
    if (next < 0) throw new ModelFacingError('no-match', `there is no line ${where}`);
    from = next + 1;
  }
  const stop = text.indexOf('\n', from);
  const start = text.indexOf(old, from);
  if (start < 0 || (stop >= 0 && start > stop)) {
    throw new ModelFacingError('no-match', `the old text does not begin on ${where}`);
  }
  return start;
}

function toCrlf(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n');
}

/** Writes files and removes what Python compiled of them: it goes by whole seconds and sizes, and would run the old. */
export async function writeFiles(
  files: WorkspaceFiles,
  texts: ReadonlyMap<string, string | Buffer>,
): Promise<void> {
  for (const [path, text] of texts) {
    await files.write(path, text);
    if (path.endsWith('.py')) await removeCompiled(files, path);
  }
}

async function removeCompiled(files: WorkspaceFiles, path: string): Promise<void> {
  const slash = path.lastIndexOf('/') + 1;
  const folder = `${path.slice(0, slash)}__pycache__`;
  const stem = path.slice(slash, -'.py'.length);
  if ((await files.stat(folder))?.kind !== 'directory') return;
  for (const name of await files.list(folder)) {
    if (name.startsWith(`${stem}.`) && name.endsWith('.pyc')) await files.remove(`${folder}/${name}`);
  }
}
