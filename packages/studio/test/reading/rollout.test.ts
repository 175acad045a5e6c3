import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { forkRollout, promptAt, readRollout, solve } from '@heddle/agent';
import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { newsOf } from '../../src/reading/rollout/news.ts';
import type { RolloutNews, RolloutTold, TreeTold } from '../../src/told/rollout.ts';
import type { DiffTold, ObjectTold, PromptTold, StepTold } from '../../src/told/step.ts';
import type { StepLine, StepsTold } from '../../src/told/steps.ts';
import { BUGGY, journal, LOOK, repository, SOLVING, studio } from '../support.ts';

async function solved(replies = SOLVING) {
  const here = studio();
  const repo = repository(BUGGY);
  const { rollout, patch } = await solve(
    { task: 'fix the sum', repo, model: scriptedModel(replies), sandbox: 'host' },
    { store: here.store, home: here.home },
  );
  return { ...here, repo, rollout, patch };
}

describe('a rollout that solved its task', () => {
  it('is told with its steps, each with what it did and what that changed', async () => {
    const { told, rollout, patch } = await solved();
    const head = await told<RolloutTold>(`/rollouts/${rollout}`);
    expect(head.line).toMatchObject({ status: 'solved', verified: true, probability: 0.9, steps: 4 });
    expect(head).toMatchObject({ steps: 5, files: [{ path: 'sum.js', status: 'modified' }] });
    expect(head.task.text).toBe('fix the sum');
    expect(head.checks).toMatchObject([
      { name: 'test', before: { counts: { passed: 1, failed: 1 } }, after: { status: 'passed' } },
    ]);
    const { steps, total } = await told<StepsTold>(`/rollouts/${rollout}/steps`);
    expect(total).toBe(5);
    expect(steps.map(({ n, thought, actions }) => [n, thought, actions.map(({ title }) => title)])).toEqual([
      [0, '', []],
      [1, 'I look at it.', ['bash cat sum.js']],
      [2, 'The loop starts at 1.', ['edit replace sum.js let i = 1 → let i = 0']],
      [3, '', [expect.stringMatching(/^finish /)]],
      [4, '', [expect.stringMatching(/^finish /)]],
    ]);
    expect(steps[2]).toMatchObject({
      files: [{ path: 'sum.js', status: 'modified' }],
      checks: [{ check: 'test', mendedCount: 1, brokeCount: 0, is: { status: 'passed' } }],
    });
    const step = await told<StepTold>(`/rollouts/${rollout}/steps/2`);
    expect(step.changed).toBe(true);
    expect(step.pieces.map(({ kind }) => kind)).toEqual(['thought', 'spent', 'action', 'check', 'note']);
    const { output } = step.pieces.find((piece) => piece.kind === 'check')!;
    const page = await told<ObjectTold>(`/objects/${output}`);
    expect(page.text).toContain('pass 2');

    const whole = await told<DiffTold>(`/rollouts/${rollout}/diff`);
    expect(whole.patch).toBe(patch);
    // One step made all of the change.
    expect((await told<DiffTold>(`/rollouts/${rollout}/diff?step=2`)).patch).toBe(patch);
    expect((await told<DiffTold>(`/rollouts/${rollout}/diff?upto=4`)).patch).toBe(patch);
    expect((await told<DiffTold>(`/rollouts/${rollout}/diff?step=1`)).patch).toBe('');
  });

  it('shows the prompt as it was sent, and which of it is new', async () => {
    const { told, rollout, store } = await solved();
    const { messages, tools } = await told<PromptTold>(`/rollouts/${rollout}/steps/2/prompt`);
    const sent = await promptAt(readRollout(store, rollout), 2);
    expect(messages.map(({ role }) => role)).toEqual(sent.prompt.map(({ role }) => role));
    expect(tools.map(({ name }) => name)).toEqual(sent.tools.map(({ name }) => name));
    // The reply of step 1 and what came back.
    expect(messages.filter(({ state }) => state === 'new').map(({ role }) => role)).toEqual([
      'assistant',
      'tool',
    ]);
    const [system] = messages;
    expect(system!.parts[0]!.cut + system!.parts[0]!.text.length).toBe(
      (sent.prompt[0]!.content as string).length,
    );
    const alone = await told<PromptTold>(`/rollouts/${rollout}/steps/2/prompt?message=0`);
    expect(alone.messages[0]!.parts[0]!.text).toBe(sent.prompt[0]!.content);
  });

  it('says in one line that its files are gone, and shows the rest', async () => {
    const { told, rollout, patch, home, repo } = await solved();
    rmSync(join(home, 'shadow'), { recursive: true });
    rmSync(repo, { recursive: true });
    const { patch: none, why } = await told<DiffTold>(`/rollouts/${rollout}/diff?step=2`);
    expect(none).toBeNull();
    expect(why).toMatch(/^the files of this step are not on this machine any more: [^\n]+$/);
    expect((await told<DiffTold>(`/rollouts/${rollout}/diff`)).patch).toBe(patch);
    expect((await told<StepTold>(`/rollouts/${rollout}/steps/2`)).pieces.length).toBeGreaterThan(3);
  });

  it('refuses what is not there', async () => {
    const { ask, rollout } = await solved([LOOK, ...SOLVING.slice(2)]);
    expect((await ask('/rollouts/nothing')).status).toBe(404);
    expect((await ask('/live/rollouts/nothing')).status).toBe(404);
    expect((await ask(`/rollouts/${rollout}/steps/99`)).status).toBe(404);
    expect((await ask(`/rollouts/${rollout}/steps?from=x`)).status).toBe(400);
    expect((await ask(`/objects/${'0'.repeat(64)}`)).status).toBe(404);
    expect((await ask('/objects/..%2f..%2fetc%2fpasswd')).status).toBe(404);
  });
});

describe('a fork', () => {
  it('shows the steps it shares as its parent’s, and stands in the tree', async () => {
    const here = await solved();
    const fork = await forkRollout(
      { rollout: here.rollout, step: 1, say: 'Keep it small.', model: scriptedModel(SOLVING) },
      { store: here.store, home: here.home },
    );
    const head = await here.told<RolloutTold>(`/rollouts/${fork.rollout}`);
    expect(head.forkedFrom).toEqual({ rollout: here.rollout, step: 1 });
    expect(head.inherited).toMatchObject({ steps: 1 });
    expect(head.line.steps).toBe(4);
    const { steps } = await here.told<StepsTold>(`/rollouts/${fork.rollout}/steps`);
    expect(steps.map(({ inherited }) => inherited)).toEqual([true, true, false, false, false]);
    expect(steps[1]!.marks.map(({ kind }) => kind)).toContain('forked');
    const { nodes } = await here.told<TreeTold>(`/rollouts/${here.rollout}/tree`);
    expect(nodes.map(({ rollout, depth, step }) => [rollout, depth, step])).toEqual([
      [here.rollout, 0, null],
      [fork.rollout, 1, 1],
    ]);
    // The same from wherever it is looked at.
    expect((await here.told<TreeTold>(`/rollouts/${fork.rollout}/tree`)).nodes.length).toBe(2);
  });
});

describe('a rollout that goes on', () => {
  it('is told as far as it is, and what is new from a cursor on: no more and no less', async () => {
    const from = await solved();
    const events = readRollout(from.store, from.rollout).map(({ event }) => event);
    const { store, context, told } = studio();
    const died = events.findIndex(({ type }) => type === 'action.started') + 1;
    journal(store, 'goeson', events.slice(0, died));
    const head = await told<RolloutTold>('/rollouts/goeson');
    // Nobody works on it, and nothing says how it ended.
    expect(head.line.status).toBe('interrupted');
    expect(head.line.reason).toBe('its process ended before it was finished');
    const first = await told<StepsTold>('/rollouts/goeson/steps');
    expect(first.steps.at(-1)!.actions).toMatchObject([{ outcome: 'running' }]);

    const heard = new Map<number, StepLine>(first.steps.entries());
    let { cursor } = head;
    expect(newsOf(context, 'goeson', cursor)).toBeNull();
    for (const [at, event] of events.entries()) {
      if (at < died) continue;
      store.append('goeson', at, event, Date.UTC(2026, 10, 21) + at * 1000);
      const news = newsOf(context, 'goeson', cursor)!;
      ({ cursor } = news);
      const { steps, from: place }: RolloutNews = news.data;
      expect(steps.length).toBeLessThanOrEqual(2);
      // As JSON: what is told later must not change what was told before.
      for (const [index, line] of steps.entries())
        heard.set(place + index, JSON.parse(JSON.stringify(line)) as StepLine);
    }
    expect(newsOf(context, 'goeson', cursor)).toBeNull();
    const last = await told<StepsTold>('/rollouts/goeson/steps');
    expect([...heard.values()]).toEqual(last.steps);
    expect((await told<RolloutTold>('/rollouts/goeson')).line.status).toBe('solved');
    // A server that was started anew tells the same from the same cursor.
    const anew = studio();
    journal(anew.store, 'goeson', events);
    expect(newsOf(anew.context, 'goeson', head.cursor)!.data.total).toBe(last.total);
  });
});
