import type { RolloutEvent } from '@heddle/core';
import { expect, it } from 'vitest';
import type { RolloutTold } from '../../src/told/rollout.ts';
import type { StepTold } from '../../src/told/step.ts';
import type { StepsTold } from '../../src/told/steps.ts';
import { journal, studio } from '../support.ts';

const PATCH = 'diff --git a/sum.js b/sum.js\n--- a/sum.js\n+++ b/sum.js\n@@ -1 +1 @@\n-1\n+0\n';
const edit = { step: 1, call: 't1', title: 'Edit sum.js', kind: 'edit', input: { path: 'sum.js' } } as const;

/** A rollout that another program has carried out. */
function events(put: (text: string) => string): RolloutEvent[] {
  const config = {
    ...{ model: 'acme/large-1', seed: 3, limits: { steps: 150, usd: 5, tokens: 20_000_000, seconds: 3600 } },
    ...{ checks: [], checksFrom: 'none' as const, sandbox: 'bubblewrap', network: false, tools: [] },
    peer: 'acp:acme',
  };
  const usage = {
    inputTokens: 900,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 120,
    reasoningTokens: 0,
  };
  return [
    {
      type: 'rollout.started',
      task: { text: 'Mend the sum.', repo: '/home/ann/app', commit: null },
      agent: { name: 'acp:acme', version: 'aa' },
      config,
      heddle: '0.1.0',
    },
    { type: 'workspace.prepared', snapshot: 'c0', sandbox: 'bubblewrap', root: '/home/ann/app', notes: [] },
    {
      type: 'peer.started',
      ...{ protocol: 'acp', name: 'Acme', version: '1.2.0', program: 'acme --acp', seconds: 1.5 },
      ...{ session: 's1', how: 'new' },
    },
    { type: 'peer.said', step: 1, kind: 'message', text: 'I mend the loop.', whole: null },
    { type: 'peer.called', ...edit },
    {
      type: 'peer.returned',
      ...{ ...edit, outcome: 'ok', locations: ['sum.js:1'], content: '-1\n+0', whole: null, seconds: 0.1 },
    },
    { type: 'peer.changed', step: 1, snapshot: 'c1', changed: [{ path: 'sum.js', status: 'modified' }] },
    { type: 'peer.asked', step: 2, about: 'network', subject: 'example.com:443', answer: 'refused' },
    { type: 'peer.said', step: 2, kind: 'message', text: 'All tests pass.', whole: null },
    { type: 'peer.spent', usage, usd: 0.25, context: { used: 1020, size: 200_000 } },
    { type: 'peer.completed', end: 'finished', why: 'it ended its turn', exitCode: 0, errors: null },
    {
      type: 'rollout.completed',
      ...{ status: 'unverified', verified: false, probability: null, reason: 'it ended its turn', why: '' },
      ...{ patch: put(PATCH), snapshot: 'c1' },
    },
  ];
}

it('tells a rival’s rollout like any other, as much as its protocol shows', async () => {
  const { store, told } = studio();
  journal(
    store,
    'rival',
    events((text) => store.objects.put(text)),
  );
  const head = await told<RolloutTold>('/rollouts/rival');
  expect(head.peer).toMatchObject({ name: 'Acme', protocol: 'acp', end: 'finished: it ended its turn' });
  expect(head.line).toMatchObject({ steps: 2, usd: 0.25, status: 'unverified' });
  expect(head.files).toEqual([{ path: 'sum.js', status: 'modified' }]);
  const { steps } = await told<StepsTold>('/rollouts/rival/steps');
  expect(steps).toMatchObject([
    { n: 0 },
    { n: 1, thought: 'I mend the loop.', actions: [{ title: 'Edit sum.js', outcome: 'ok' }], fileCount: 1 },
    { n: 2, thought: 'All tests pass.', tokens: { input: 900, output: 120 }, usd: 0.25 },
  ]);
  expect(steps[2]!.marks.map(({ kind }) => kind)).toContain('refused');
  const { pieces, hasPrompt } = await told<StepTold>('/rollouts/rival/steps/1');
  expect(hasPrompt).toBe(false);
  expect(pieces).toMatchObject([
    { kind: 'thought' },
    { kind: 'action', content: { text: '-1\n+0' } },
    { kind: 'line' },
  ]);
});
