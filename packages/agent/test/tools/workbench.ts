import { openStore } from '@heddle/core';
import { openWorkspace, type Workspace } from '@heddle/workspace';
import { afterEach } from 'vitest';
import type { Draft, RememberedDetails, UndoEntry } from '../../src/remembered.ts';
import type { Tool, ToolContext, ToolResult } from '../../src/tool.ts';
import { editTool } from '../../src/tools/edit.ts';
import { repository, temporaryFolder } from '../support.ts';

const opened: Workspace[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((workspace) => workspace.dispose()));
});

export type EditInput = Parameters<typeof editTool.run>[0];

/** Tools over a real workspace; what they want remembered is kept as the fold keeps it. */
export async function workbench(files: Record<string, string | Uint8Array>) {
  const repo = repository({ '.keep': '' });
  const { workspace, base } = await openWorkspace({
    repo,
    home: temporaryFolder(),
    id: 'w',
    sandbox: 'host',
  });
  opened.push(workspace);
  for (const [path, content] of Object.entries(files)) await workspace.files.write(path, content);
  const undo: UndoEntry[] = [];
  const seen = new Map<string, string>();
  const handles = new Map<string, unknown>();
  let draft: Draft | null = null;
  const { objects } = openStore(':memory:');
  const context: ToolContext = {
    workspace,
    objects,
    checks: [],
    view: {
      base,
      snapshot: base,
      undo,
      seen,
      get draft() {
        return draft;
      },
      reviewed: null,
      summary: null,
      last: false,
      secondsLeft: 60,
      checkRun: () => ({ before: null, last: null }),
    },
    signal: new AbortController().signal,
    seed: 0,
    events: () => [],
    output: () => {},
    handle: <T>(key: string, make: () => T): T => {
      if (!handles.has(key)) handles.set(key, make());
      return handles.get(key) as T;
    },
  };
  const use = async <Input>(tool: Tool<Input>, input: Input): Promise<ToolResult> => {
    const result = await tool.run(input, context);
    const details = (result.details ?? {}) as RememberedDetails;
    if (details.undo !== undefined) {
      undo.push(...[details.undo].flat());
      draft = null;
    }
    if (details.undone !== undefined) {
      const last = undo.findLastIndex(({ path }) => path === details.undone);
      undo.splice(last, 1);
    }
    for (const [path, digest] of Object.entries(details.seen ?? {})) seen.set(path, digest);
    if (details.draft !== undefined) draft = details.draft;
    return result;
  };
  const edit = async (input: EditInput) => (await use(editTool, input)).content;
  return {
    workspace,
    use,
    edit,
    /** The fault of an edit that must not be made, as `code: message`. */
    refused: (input: EditInput) =>
      edit(input).then(
        (content) => `done: ${content}`,
        ({ code, message }) => `${code}: ${message}`,
      ),
    bytes: (path: string) => workspace.files.read(path),
    read: async (path: string) => (await workspace.files.read(path)).toString('utf8'),
  };
}
