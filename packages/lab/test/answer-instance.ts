import type { Instance } from '../src/instance.ts';

/** Solved when `answer.txt` says what it should. */
export function answerInstance(id: string, more: Partial<Instance> = {}): Instance {
  return {
    id,
    cluster: id.split('-')[0]!,
    statement: `Write "right" to answer.txt (${id}).`,
    files: { kind: 'inline', files: { 'answer.txt': 'wrong\n', 'README.md': `${id}\n` } },
    checks: [],
    grading: {
      kind: 'tests',
      testPatch: '',
      files: {},
      command: 'grep -qx right answer.txt || { echo it says: $(cat answer.txt); exit 1; }',
      timeoutSeconds: 30,
      parser: 'exit-code',
      failToPass: ['tests'],
      passToPass: [],
    },
    gold: 'diff --git a/answer.txt b/answer.txt\n--- a/answer.txt\n+++ b/answer.txt\n@@ -1 +1 @@\n-wrong\n+right\n',
    environment: null,
    meta: {},
    ...more,
  };
}
