import { rmSync } from 'node:fs';
import { openStore } from '@heddle/core';
import { openWorkspace, type SandboxKind } from '@heddle/workspace';
import { onTestFinished } from 'vitest';
import { withDiagnostics } from '../../src/diagnostics.ts';
import type { RememberedDetails, UndoEntry } from '../../src/remembered.ts';
import type { ToolContext } from '../../src/tool.ts';
import { applyPatchTool } from '../../src/tools/apply-patch.ts';
import { editTool } from '../../src/tools/edit.ts';
import { navigateTool } from '../../src/tools/navigate.ts';
import { repository, temporaryFolder } from '../support.ts';

type NavigateInput = Parameters<typeof navigateTool.run>[0];
type EditInput = Parameters<typeof editTool.run>[0];

/** The tools for code over a workspace of their own, as a rollout would use them. */
export async function codeTools(
  files: Record<string, string>,
  { sandbox = 'host', home = temporaryFolder() }: { sandbox?: SandboxKind; home?: string } = {},
) {
  const repo = repository(files);
  const { workspace, base } = await openWorkspace({ repo, home, id: `w${Date.now()}`, sandbox });
  const undo: UndoEntry[] = [];
  const handles = new Map<string, unknown>();
  const store = openStore(':memory:');
  const heard: string[] = [];
  const context: ToolContext = {
    workspace,
    objects: store.objects,
    home,
    checks: [],
    view: {
      base,
      snapshot: base,
      undo,
      reviewed: null,
      summary: null,
      last: false,
      secondsLeft: 600,
      checkRun: () => ({ before: null, last: null }),
    },
    signal: new AbortController().signal,
    seed: 0,
    events: () => [],
    output: (chunk) => heard.push(chunk),
    handle: <T>(key: string, make: () => T): T => {
      if (!handles.has(key)) handles.set(key, make());
      return handles.get(key) as T;
    },
  };
  const dispose = async () => {
    for (const handle of handles.values())
      await (handle as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
    handles.clear();
    await workspace.dispose();
    rmSync(repo, { recursive: true, force: true });
  };
  onTestFinished(dispose);
  const edit = withDiagnostics(editTool);
  const patch = withDiagnostics(applyPatchTool);
  const remember = (details: unknown) => {
    const entry = ((details ?? {}) as RememberedDetails).undo;
    if (entry !== undefined) undo.push(...[entry].flat());
  };
  return {
    workspace,
    home,
    heard,
    dispose,
    read: async (path: string) => (await workspace.files.read(path)).toString('utf8'),
    async navigate(input: NavigateInput): Promise<string> {
      const { content, details } = await navigateTool.run(input, context);
      remember(details);
      return content;
    },
    async patch(input: string): Promise<string> {
      return (await patch.run({ input }, context)).content;
    },
    async edit(input: EditInput): Promise<string> {
      const { content, details } = await edit.run(input, context);
      remember(details);
      return content;
    },
  };
}
