import { digestOf, ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../../tool.ts';
import { putBack } from './apply.ts';
import { tidyPath } from './paths.ts';

/** Takes the last edit of a file back, to the byte: also its creation or removal. */
export async function undo(path: string, context: ToolContext): Promise<ToolResult> {
  const { workspace, view } = context;
  const tidy = tidyPath(path, workspace.root);
  const entry = view.undo.findLast((each) => tidyPath(each.path, workspace.root) === tidy);
  if (entry === undefined) throw new ModelFacingError('no-undo', `There is no edit of ${path} to take back.`);
  const present =
    (await workspace.files.stat(path)) === null ? null : digestOf(await workspace.files.read(path));
  if (present !== null && entry.after !== undefined && present !== entry.after) {
    throw new ModelFacingError(
      'changed-since',
      `${path} was changed after that edit by something else than this tool (a command?), and undo would lose that too. Nothing was changed: take the edit back with replace.`,
    );
  }
  await putBack(context, entry);
  const what = entry.before === null ? 'it is gone again' : 'it is as it was before it';
  const seen = entry.before === null ? {} : { seen: { [tidy]: entry.before } };
  return {
    content: `Took back the last edit of ${path}: ${what}.`,
    details: { path, undone: entry.path, ...seen },
  };
}
