import { solve } from '@heddle/agent';
import { scriptedModel } from '@heddle/models';
import { expect, it } from 'vitest';
import type { MemoryTold, PromptTold, StepTold } from '../../src/told/step.ts';
import type { StepsTold } from '../../src/told/steps.ts';
import { repository, studio } from '../support.ts';

/** Enough output that the context is full more than once. */
const STEPS = 30;

it('shows what memory made of the oldest steps beside the original', { timeout: 120_000 }, async () => {
  const { store, home, told } = studio();
  const print = { tool: 'bash', input: { command: "head -c 3000 /dev/zero | tr '\\0' a | fold -w 80" } };
  const finish = { calls: [{ tool: 'finish', input: { summary: 'nothing', probability: 0.5 } }] };
  let turn = 0;
  const model = scriptedModel(
    () => {
      turn += 1;
      return turn <= STEPS ? { text: `turn ${turn}`, calls: [print] } : finish;
    },
    { contextTokens: 16_000 },
  );
  const repo = repository({ 'a.txt': 'a\n' });
  const { rollout } = await solve(
    { task: 'Look at it.', repo, model, sandbox: 'host', checks: [], stuckCheck: false },
    { store, home },
  );
  const { steps } = await told<StepsTold>(`/rollouts/${rollout}/steps`);
  const folded = steps.find(({ marks }) => marks.some(({ kind }) => kind === 'folded'))!;
  const { pieces } = await told<StepTold>(`/rollouts/${rollout}/steps/${folded.n}`);
  const piece = pieces.find((each) => each.kind === 'folded')!;
  expect(piece.after).toBeLessThan(piece.before * 0.7);
  const { text, originals } = await told<MemoryTold>(`/rollouts/${rollout}/memory?at=${piece.position}`);
  expect(text).toBe(piece.text.text);
  // The first thing it forgot is the first thing it said.
  const [first] = originals.filter(({ role }) => role === 'assistant');
  expect(first).toMatchObject({ step: 1, parts: [{ kind: 'text', text: 'turn 1' }, { kind: 'call' }] });
  const prompt = await told<PromptTold>(`/rollouts/${rollout}/steps/${folded.n + 1}/prompt`);
  expect(JSON.stringify(prompt.messages)).not.toContain('"turn 1"');
  // Of what was sent before only the beginning, which is never folded, can have been sent before.
  expect(prompt.messages.filter(({ state }) => state === 'sent').length).toBe(2);
});
