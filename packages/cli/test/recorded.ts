import type { CheckOutcome, Recorded, RolloutConfig, RolloutEvent } from '@heddle/core';

const CONFIG = {
  model: 'acme/large-1',
  seed: 7,
  limits: { steps: 150, usd: 5, tokens: 1e6, seconds: 3600 },
  checks: [{ name: 'test', command: 'npm test', framework: 'node:test', timeoutSeconds: 300 }],
  checksFrom: 'detected',
  sandbox: 'bubblewrap',
  network: false,
  tools: ['bash', 'edit', 'finish'],
} as RolloutConfig;
/** A rollout by hand: every kind of event once, awkward texts included. */
const ROLLOUT = '1t6x9b2k3a';
const STARTED_AT = Date.UTC(2026, 10, 21, 4, 50, 12);
const digest = '0'.repeat(64);

const failing = (...names: string[]): CheckOutcome => ({
  status: 'failed',
  exitCode: 1,
  counts: { passed: 34 - names.length, failed: names.length, skipped: 0 },
  failing: names,
});
const PASSING: CheckOutcome = {
  status: 'passed',
  exitCode: 0,
  counts: { passed: 34, failed: 0, skipped: 0 },
  failing: [],
};
const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens,
  reasoningTokens: 0,
});

export interface Objects {
  put(text: string): string;
}

/** `objects` takes the uncut outputs; without a store they are left out. */
export function recordedRollout(objects: Objects = { put: () => digest }): Recorded[] {
  const checks = (step: number, snapshot: string, test: CheckOutcome): RolloutEvent[] => [
    { type: 'check.started', step, check: 'test', snapshot },
    {
      type: 'check.completed',
      step,
      check: 'test',
      snapshot,
      outcome: test,
      output: objects.put(`${test.status}\n`),
      seconds: 2.25,
    },
  ];
  const requested = (step: number): RolloutEvent => ({
    type: 'model.requested',
    step,
    digest,
    bytes: 9,
    messages: 2,
  });
  const reply = (
    step: number,
    text: string,
    calls: [id: string, tool: string, input: unknown][],
  ): RolloutEvent => ({
    type: 'model.completed',
    step,
    content: [
      { type: 'reasoning', text: 'Where is it?' },
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      ...calls.map(([id, tool, input]) => ({
        type: 'call' as const,
        id,
        tool,
        input: JSON.stringify(input),
      })),
    ],
    finish: 'tool-calls',
    usage: usage(1200, 80),
    usd: 0.004,
    seconds: 1.5,
  });
  const action = (
    step: number,
    [call, tool, input]: [id: string, tool: string, input: unknown],
    end: Partial<Extract<RolloutEvent, { type: 'action.completed' }>>,
  ): RolloutEvent[] => [
    { type: 'action.started', step, call, tool, input },
    {
      type: 'action.completed',
      step,
      call,
      outcome: 'ok',
      content: '',
      details: null,
      output: null,
      snapshot: 's0',
      changed: [],
      seconds: 0.5,
      ...end,
    },
  ];
  const ls: [string, string, unknown] = ['c1', 'bash', { command: 'npm test 2>&1 | tail -40' }];
  const view: [string, string, unknown] = ['c2', 'edit', { command: 'view', path: 'src/totals.js' }];
  const fix: [string, string, unknown] = [
    'c3',
    'edit',
    { command: 'replace', path: 'src/totals.js', old: 'let i = 1', new: 'let i = 0' },
  ];
  const submit = (id: string): [string, string, unknown] => [
    id,
    'finish',
    { summary: 'The first row was left out.', probability: 0.9 },
  ];
  const long = Array.from({ length: 30 }, (_, line) => `line ${line + 1}`).join('\n');
  const events: RolloutEvent[] = [
    {
      type: 'rollout.started',
      task: {
        text: 'Totals leave out the first row\n\nSeen on Monday.',
        repo: '/home/ann/app',
        commit: '1a2b3c4d5e6f7a8b',
      },
      agent: { name: 'solo', version: digest },
      config: CONFIG,
      heddle: '0.1.0',
    },
    {
      type: 'workspace.prepared',
      snapshot: 's0',
      sandbox: 'bubblewrap',
      root: '/home/ann/app',
      notes: ['uncommitted changes carried over: src/a.js'],
    },
    ...checks(0, 's0', failing('totals > first row', 'totals > \u001b[2Jone row')),
    { type: 'note.added', from: 'harness', about: 'report', text: 'Checks before any edit: …' },
    requested(1),
    { type: 'model.retried', step: 1, code: 'rate-limited', message: 'acme answers 429', waitSeconds: 3 },
    reply(1, 'Let me see how it fails, and read the module that computes the totals.', [ls, view]),
    ...action(1, ls, {
      content: `${long}\n[exit code 1]`,
      details: { exitCode: 1 },
      output: objects.put(`${long}\nin full`),
    }),
    ...action(1, view, { content: '1\tlet i = 1' }),
    requested(2),
    reply(2, 'The loop starts at 1 — 行 0 is never added.', [fix]),
    ...action(2, fix, {
      content: 'Changed src/totals.js.',
      snapshot: 's1',
      changed: [{ path: 'src/totals.js', status: 'modified' }],
    }),
    ...checks(2, 's1', PASSING),
    { type: 'note.added', from: 'harness', about: 'report', text: 'Checks after this step: …' },
    { type: 'rollout.paused', reason: 'stopped by the user', code: 'interrupted', patch: objects.put('') },
    { type: 'rollout.resumed', config: CONFIG },
    { type: 'workspace.restored', snapshot: 's1' },
    requested(3),
    reply(3, '', [submit('c4')]),
    ...action(3, submit('c4'), {
      content: 'Not submitted yet.',
      snapshot: 's1',
      details: { finish: { phase: 'review' } },
    }),
    { type: 'note.added', from: 'user', about: 'instruction', text: 'keep it small' },
    requested(4),
    reply(4, '', [submit('c5')]),
    ...action(4, submit('c5'), {
      content: 'Submitted.',
      snapshot: 's1',
      details: { finish: { phase: 'submit', summary: 'The first row was left out.', probability: 0.9 } },
    }),
    {
      type: 'rollout.completed',
      status: 'solved',
      verified: true,
      probability: 0.9,
      reason: 'The first row was left out.',
      why: '',
      patch: objects.put(PATCH),
      snapshot: 's1',
    },
  ];
  return events.map((event, position) => ({
    rollout: ROLLOUT,
    position,
    at: STARTED_AT + position * 1000,
    event,
  }));
}

export const PATCH = `diff --git a/src/totals.js b/src/totals.js
index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644
--- a/src/totals.js
+++ b/src/totals.js
@@ -1,2 +1,2 @@
-let i = 1
+let i = 0
 add(i)
`;
