import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Subject } from '../guard/subject.ts';
import type { Tool, ToolContext } from '../tool.ts';
import { apply, echo, type FileChange } from './edit/apply.ts';
import { openDocument, refuseStale } from './edit/document.ts';
import { tidyPath } from './edit/paths.ts';
import { refusePlaceholder } from './edit/placeholder.ts';
import { type FilePatch, parsePatch } from './patch/parse.ts';
import { patched } from './patch/place.ts';

const schema = z.object({
  input: z
    .string()
    .check(
      z.describe('The patch, from "*** Begin Patch" to "*** End Patch". Paths are relative to the root.'),
    ),
  force: z.optional(
    z.boolean().check(z.describe('Apply although it was refused for its syntax or a placeholder.')),
  ),
});
type Input = z.infer<typeof schema>;

/** For the model families trained on this form of edits: everything it does, `edit` can undo. */
export const applyPatchTool: Tool<Input> = {
  name: 'apply_patch',
  description:
    'Applies a patch to files, all of it or nothing: "*** Add File:", "*** Update File:" (with "*** Move to:"), "*** Delete File:", ' +
    'hunks with "@@ line above" and lines that begin with " ", "-" or "+". A patch that would break the syntax is refused. ' +
    'The tool edit takes a file back (undo).',
  schema,
  touches: { writes: true, edits: true },
  subjects: ({ input }) => subjectsOf(input),
  async run({ input, force = false }, context) {
    const patches = parsePatch(input);
    const changes: FileChange[] = [];
    const told: string[] = [];
    const failed: string[] = [];
    const levels: string[] = [];
    for (const patch of patches) {
      try {
        const planned = await plan(patch, context, force);
        changes.push(...planned.changes);
        told.push(planned.told);
        levels.push(...planned.levels);
      } catch (error) {
        if (!(error instanceof ModelFacingError) || patches.length === 1) throw error;
        failed.push(`${patch.path}: ${error.message.replaceAll(/ ?Nothing was changed[.:]/g, '')}`);
      }
    }
    if (failed.length > 0) {
      throw new ModelFacingError(
        'patch-failed',
        `Nothing was changed: ${failed.length} of ${patches.length} files of the patch do not fit. Mend these and send the whole patch again.\n${failed.join('\n')}`,
      );
    }
    refuseTwice(changes, context);
    const remembered = await apply(context, changes, { force });
    return { content: told.join('\n'), details: { matches: levels, ...remembered } };
  },
};

interface Planned {
  readonly changes: readonly FileChange[];
  readonly told: string;
  readonly levels: readonly string[];
}

async function plan(patch: FilePatch, context: ToolContext, force: boolean): Promise<Planned> {
  const { files } = context.workspace;
  const { path } = patch;
  if (patch.kind === 'add') {
    await refuseExisting(path, context);
    if (!force) refusePlaceholder(path, patch.text, '');
    return {
      changes: [{ path, before: null, after: patch.text }],
      told: `Added ${path} (${patch.text.split('\n').length - 1} lines).`,
      levels: [],
    };
  }
  if (patch.kind === 'delete') {
    if ((await files.stat(path))?.kind === 'link') {
      throw new ModelFacingError('is-link', `${path} is a link. Nothing was changed: remove it with bash.`);
    }
    const before = { path, bytes: await files.read(path), text: '', remark: '', notebook: false };
    return {
      changes: [{ path, before: { ...before, encode: () => before.bytes }, after: null }],
      told: `Deleted ${path}.`,
      levels: [],
    };
  }
  const before = await openDocument(context, path);
  refuseStale(context, before);
  const { text: after, landings, levels } = patched(path, before.text, patch.hunks);
  if (!force)
    for (const { old, fresh } of patch.hunks) refusePlaceholder(path, fresh.join('\n'), old.join('\n'));
  const how = levels.length === 0 ? '' : ` (matched with ${[...new Set(levels)].join('; ')})`;
  const reads = landings.length === 0 ? '' : ` It now reads:\n${echo(after, landings)}`;
  if (patch.to === null) {
    return {
      changes: [{ path, before, after }],
      told: `Changed ${path}${how}.${reads}`,
      levels,
    };
  }
  await refuseExisting(patch.to, context);
  return {
    changes: [
      { path: patch.to, before: null, after, like: before },
      { path, before, after: null },
    ],
    told: `Moved ${path} to ${patch.to}${how}.${reads}`,
    levels,
  };
}

async function refuseExisting(path: string, { workspace }: ToolContext): Promise<void> {
  if ((await workspace.files.stat(path)) === null) return;
  throw new ModelFacingError(
    'exists',
    `${path} exists already. Nothing was changed: use "*** Update File:" for it.`,
  );
}

/** Each part is made against the files as they are: two for one file would undo each other. */
function refuseTwice(changes: readonly FileChange[], { workspace }: ToolContext): void {
  const seen = new Set<string>();
  for (const { path } of changes) {
    const tidy = tidyPath(path, workspace.root);
    if (seen.has(tidy)) {
      throw new ModelFacingError(
        'bad-patch',
        `The patch names ${path} twice. Nothing was changed: put all its hunks under one header.`,
      );
    }
    seen.add(tidy);
  }
}

/** The files it will write and remove; none where it cannot be read, for then nothing is done. */
function subjectsOf(input: string): Subject[] {
  try {
    return parsePatch(input).flatMap((patch): Subject[] => {
      const to = patch.kind === 'update' ? patch.to : null;
      const removes = patch.kind === 'delete' || to !== null;
      return [
        { kind: 'file', path: patch.path, removes },
        ...(to === null ? [] : [{ kind: 'file' as const, path: to }]),
      ];
    });
  } catch (error) {
    if (error instanceof ModelFacingError) return [];
    throw error;
  }
}
