import { applyEdits } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../../tool.ts';
import { apply, type FileChange } from '../edit/apply.ts';
import { openDocument } from '../edit/document.ts';
import { askServer } from './ask-server.ts';
import { type Address, findTarget, refuseTwoMeanings } from './target.ts';

type UriEdits = ReadonlyMap<string, Parameters<typeof applyEdits>[1]>;

/** Renames a symbol wherever it is meant, in all files or in none. */
export async function rename(
  { to, ...address }: Address & { readonly to: string },
  context: ToolContext,
): Promise<ToolResult> {
  const target = await findTarget(context, address);
  const answer = await askServer(context, target.path, async (client, limit) => {
    await refuseTwoMeanings(client, target, limit);
    // At a use, an import would only get another name for it: the definition is what is renamed.
    const [definition] = await client.definition(target.path, target.position, limit);
    const path = definition === undefined ? null : client.pathOf(definition.uri);
    if (definition !== undefined && path === null)
      throw new ModelFacingError(
        'foreign-symbol',
        `${target.name} is defined outside the repository. Nothing was changed.`,
      );
    const edits = await client.rename(
      path ?? target.path,
      definition?.range.start ?? target.position,
      to,
      limit,
    );
    return edits === null ? null : { edits, pathOf: (uri: string) => client.pathOf(uri) };
  });
  if (answer.by === null) {
    throw new ModelFacingError(
      'no-rename',
      `Nothing was renamed: ${answer.why}. List the places with references, and change them with edit replace (edits).`,
    );
  }
  const { value } = answer;
  if (value === null || value.edits.size === 0)
    throw new ModelFacingError('no-rename', `Nothing was renamed: ${answer.by} has no edits for it.`);
  const { changes, places } = await changesOf(context, value.edits, value.pathOf);
  const remembered = await apply(context, changes, { force: false });
  const lines = changes.map(({ path }) => `${path}: ${places.get(path)}`);
  return {
    content: `Renamed ${target.name} to ${to} in ${changes.length} file${changes.length === 1 ? '' : 's'} (places in each):\n${lines.join('\n')}\nTexts and comments are not renamed. edit undo takes it back file by file.`,
    details: { paths: changes.map(({ path }) => path), ...remembered },
  };
}

/** What a server's edits make of the files. Throws ModelFacingError when they do not fit. */
export async function changesOf(
  context: ToolContext,
  edits: UriEdits,
  pathOf: (uri: string) => string | null,
): Promise<{ readonly changes: FileChange[]; readonly places: ReadonlyMap<string, number> }> {
  const changes: FileChange[] = [];
  const places = new Map<string, number>();
  for (const [uri, list] of edits) {
    const path = pathOf(uri);
    if (path === null)
      throw new ModelFacingError(
        'outside-workspace',
        `The edit would change ${decodeURIComponent(uri)}, which is outside the repository. Nothing was changed.`,
      );
    const before = await openDocument(context, path);
    const after = applyEdits(before.text, list);
    if (after === null)
      throw new ModelFacingError(
        'bad-edit',
        `The language server's edits of ${path} contradict each other. Nothing was changed.`,
      );
    changes.push({ path, before, after });
    places.set(path, list.length);
  }
  return { changes, places };
}
