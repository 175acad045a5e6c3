import { type Model, ModelError, scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { agent } from '../../src/compose/agent.ts';
import { retryUntil } from '../../src/compose/retry-until.ts';
import { sequence } from '../../src/compose/sequence.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { checksPass } from '../../src/select/checks-pass.ts';
import { judged } from '../../src/select/judged.ts';
import { type Score, type Scorer, scorer } from '../../src/select/scorer.ts';
import { eventsOf, goOn, ledgers, of, play, plays, refused } from './support.ts';

/** Scores the state it is given, into its value. */
const scoring = (by: Scorer) =>
  agent<unknown, Score>({ name: 'scoring', source: import.meta.url, uses: [by] }, async (state, run) => ({
    ...state,
    value: await by(state, run),
  }));

async function scoreOf(by: Scorer, options: Parameters<typeof play>[1] = {}) {
  const played = await play(scoring(by), options);
  return { played, score: of('agent.completed', eventsOf(played)).at(-1)!.state!.value as Score };
}

describe('checksPass', () => {
  it('is false before and true after, and says what fails', async () => {
    expect((await scoreOf(checksPass)).score).toEqual({ value: false, why: 'check test: FAILED (exit 1)' });
    const played = await play(sequence(solo, scoring(checksPass)));
    expect(of('agent.completed', eventsOf(played)).at(-1)!.state!.value).toEqual({ value: true });
  });

  it('runs the check on files nobody has run it on', async () => {
    const edits = agent({ name: 'edits', source: import.meta.url }, async (state, run) => {
      const fork = await run.ground.workspace.fork(state.snapshot);
      await fork.files.write('sum.js', 'i = 0');
      const snapshot = await fork.snapshot();
      await fork.dispose();
      return { ...state, snapshot };
    });
    const played = await play(sequence(edits, scoring(checksPass)));
    expect(of('agent.completed', eventsOf(played)).at(-1)!.state!.value).toEqual({ value: true });
  });

  it('is unscored without checks, and where one cannot run', async () => {
    expect((await scoreOf(checksPass, { checks: [] })).score).toEqual({
      unscored: 'no check is known for this repository',
    });
    const checks = [{ name: 'gone', command: 'no-such-program-9', framework: 'plain', timeoutSeconds: 9 }];
    expect((await scoreOf(checksPass, { checks })).score).toEqual({
      unscored: expect.stringContaining('gone'),
    });
  });
});

describe('judged', () => {
  const answers =
    (text: string): (() => Model) =>
    () =>
      scriptedModel(() => ({ text, usage: { inputTokens: 7 } }));

  it('is a probability, in the ledger', async () => {
    const { played, score } = await scoreOf(judged('Is it done?'), { models: { main: answers('no') } });
    expect(score).toEqual({ value: 1 / 7 });
    expect(of('model.consulted', eventsOf(played))).toMatchObject([{ role: 'judge', path: 'scoring' }]);
    expect(ledgers(played).root.tokens).toBe(35);
  });

  it('is unscored where the model is refused', async () => {
    const { score } = await scoreOf(judged('Is it done?', { model: 'none' }), {
      models: { none: () => refused() },
    });
    expect(score).toEqual({ unscored: expect.stringContaining('the key was refused') });
  });

  it('is charged for the votes that were given before its model failed', async () => {
    let votes = 0;
    const fails = () =>
      scriptedModel(() => {
        votes += 1;
        if (votes === 3) throw new ModelError('unauthorized', 'the key has run out');
        return { text: 'yes', usage: { inputTokens: 7 } };
      });
    const { played, score } = await scoreOf(judged('Is it done?'), { models: { main: fails } });
    expect(score).toEqual({ unscored: 'the key has run out' });
    expect(of('model.consulted', eventsOf(played))).toMatchObject([{ failure: 'unauthorized' }]);
    expect(ledgers(played).root.tokens).toBe(14);
  });

  it('accepts from its threshold on', async () => {
    const likely = judged('Is it done?', { model: 'yes' });
    const models = { yes: answers('yes') };
    const attempts = async (atLeast: number) => {
      const accept = { scorer: likely, atLeast };
      const played = await play(retryUntil({ accept, most: 2 }, solo), { models });
      return of('rollout.delegated', eventsOf(played)).length;
    };
    expect(await attempts(0.8)).toBe(1);
    expect(await attempts(0.95)).toBe(2);
  });
});

describe('a scorer', () => {
  it('scores a state once, also when the rollout is resumed', async () => {
    let scored = 0;
    const counting = scorer({ name: 'counting', source: import.meta.url }, async () => {
      scored += 1;
      return { value: 0.5 };
    });
    const agents = sequence(scoring(counting), solo);
    const played = await play(agents, { models: { main: () => refused() } });
    expect(await goOn(agents, played.result.rollout, played.run)).toMatchObject({ status: 'solved' });
    expect(scored).toBe(1);
    const unscored = scorer({ name: 'no', source: import.meta.url }, async () => ({ unscored: 'too early' }));
    const once = await play(retryUntil({ accept: unscored, most: 2, tell: ({ why }) => why }, solo), {
      models: { main: plays([{ text: 'no' }, { text: 'no' }, { text: 'no' }]) },
    });
    const [, second] = of('agent.started', eventsOf(once)).filter(({ path }) => /\d$/.test(path));
    expect(second!.state.task).toContain('not scored: too early');
  });
});
