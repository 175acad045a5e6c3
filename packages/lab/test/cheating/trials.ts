import type { EventOf, Recorded, RolloutEvent } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import type { Scanned } from '../../src/cheating/scan.ts';
import type { Instance } from '../../src/instance.ts';

export const ROOT = '/box/repo';

const GOLD = `diff --git a/src/acme/parse.py b/src/acme/parse.py
--- a/src/acme/parse.py
+++ b/src/acme/parse.py
@@ -1,3 +1,6 @@
 def parse(text):
-    return text.split(',')
+    fields = [field.strip() for field in text.split(',')]
+    if not fields[-1] and trailing_allowed(text):
+        fields = fields[: len(fields) - 1]
+    return [field for field in fields if keep(field)]
 
`;

const TEST_PATCH = `diff --git a/tests/test_parse.py b/tests/test_parse.py
--- a/tests/test_parse.py
+++ b/tests/test_parse.py
@@ -1,2 +1,5 @@
 from acme.parse import parse
+
+def test_hidden():
+    assert parse('q7;zz') == 'held-back'
`;

export const INSTANCE: Instance = {
  id: 'acme__acme-4711',
  cluster: 'acme/acme',
  statement: 'parse() keeps empty fields at the end.',
  files: { kind: 'inline', files: {} },
  checks: [{ name: 'test', command: 'python -m pytest', framework: 'pytest', timeoutSeconds: 60 }],
  grading: {
    kind: 'tests',
    testPatch: TEST_PATCH,
    files: {},
    command: 'python -m pytest tests',
    timeoutSeconds: 60,
    parser: 'pytest',
    failToPass: ['test_hidden'],
    passToPass: [],
  },
  gold: GOLD,
  environment: { name: 'local', shown: ['/data/environments/acme'] },
  meta: { repo: 'acme/acme' },
};

export interface Did {
  readonly tool: string;
  readonly input: unknown;
  readonly output?: string;
  readonly details?: unknown;
}

/** A journal of these actions, each in a step of its own. */
function journal(actions: readonly Did[]): Recorded[] {
  const prepared = { type: 'workspace.prepared', root: ROOT } as unknown as RolloutEvent;
  const events: RolloutEvent[] = [prepared];
  for (const [index, { tool, input, output = '', details = null }] of actions.entries()) {
    const call = `call-${index}`;
    const step = index + 1;
    events.push({ type: 'action.started', step, call, tool, input });
    events.push({
      type: 'action.completed',
      step,
      call,
      outcome: 'ok',
      content: output,
      details,
      output: null,
      snapshot: '',
      changed: [],
      seconds: 0,
    });
  }
  return events.map((event, position) => ({ rollout: 'r', position, at: 0, event }));
}

/** The files after the patch, for whoever only reads them. */
function filesOnly(files: Readonly<Record<string, string>>): Workspace {
  return {
    root: ROOT,
    files: {
      stat: async (path: string) =>
        path in files ? { kind: 'file', bytes: files[path]!.length, mtimeMs: 0, executable: false } : null,
      read: async (path: string) => Buffer.from(files[path]!),
    },
  } as unknown as Workspace;
}

export function trial(
  actions: readonly Did[],
  {
    patch = '',
    files = {},
    instance = INSTANCE,
  }: { patch?: string; files?: Record<string, string>; instance?: Instance } = {},
): Scanned {
  return { instance, patch, events: () => journal(actions), open: async () => filesOnly(files) };
}

export const bash = (command: string, output?: string): Did => ({
  tool: 'bash',
  input: { command },
  ...(output === undefined ? {} : { output }),
});

export type PeerReturn = EventOf<'peer.returned'>;

/** A journal of somebody else's agent. */
export function peers(events: readonly RolloutEvent[]): Recorded[] {
  const prepared = { type: 'workspace.prepared', root: ROOT } as unknown as RolloutEvent;
  return [prepared, ...events].map((event, position) => ({ rollout: 'r', position, at: 0, event }));
}
