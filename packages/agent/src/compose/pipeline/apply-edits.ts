import { digestOf, ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import type { ToolContext } from '../../tool.ts';
import { apply } from '../../tools/edit/apply.ts';
import { refusePlaceholder } from '../../tools/edit/placeholder.ts';
import { replace } from '../../tools/edit/replace.ts';
import type { Run } from '../run.ts';
import type { Edits } from './answers.ts';

/**
 * The files with edits made to them, as a snapshot, by what the tool `edit` does: the same looser matches, the same
 * refusals. All are made or none. Throws ModelFacingError where one does not fit, or nothing changes.
 */
export async function withEdits(run: Run, snapshot: string, edits: Edits): Promise<string> {
  const fork = await run.ground.workspace.fork(snapshot);
  try {
    const context = contextIn(fork, run);
    for (const { path, text } of edits.created) {
      if ((await fork.files.stat(path)) !== null) {
        const message = `${path} exists already: an empty SEARCH part is for a new file.`;
        throw new ModelFacingError('exists', message);
      }
      refusePlaceholder(path, text, '');
      await apply(context, [{ path, before: null, after: text }], { force: false });
    }
    if (edits.replacements.length > 0) await replace(context, edits.replacements, { force: false });
    const made = await fork.snapshot();
    if (made === snapshot) throw new ModelFacingError('no-change', 'Your edits change nothing.');
    return made;
  } finally {
    await fork.dispose();
  }
}

/** For edits outside of a rollout: nothing was seen before, and the fork goes where an edit fails, so nothing is undone. */
function contextIn(workspace: Workspace, { signal, settings, remaining }: Run): ToolContext {
  return {
    workspace,
    objects: {
      put: digestOf,
      putAll: () => {},
      has: () => false,
      get: (digest) => {
        throw new Error(`${digest} was not kept`);
      },
    },
    checks: [],
    view: {
      base: '',
      snapshot: '',
      undo: [],
      reviewed: null,
      summary: null,
      last: false,
      secondsLeft: remaining().seconds,
      checkRun: () => ({ before: null, last: null }),
    },
    events: () => [],
    handle: (_, make) => make(),
    output: () => {},
    signal,
    seed: settings.seed,
  };
}
