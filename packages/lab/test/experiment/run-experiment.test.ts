import { ModelError } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { nothing, oracle } from '../../src/entrants/fixed.ts';
import { findExperiment, isFinished, newExperiment, sameExperiment } from '../../src/experiment/begin.ts';
import { censusOf, isSound, soundInstances } from '../../src/experiment/census.ts';
import { compareSides, sidesOf } from '../../src/experiment/compare-agents.ts';
import { reportOf } from '../../src/experiment/report.ts';
import { runExperiment } from '../../src/experiment/run-experiment.ts';
import { answerInstance } from '../answer-instance.ts';
import { contextOf, FINISH, planOf, scripted, temporaryHome, write } from './support.ts';

const INSTANCES = ['a-1', 'a-2', 'b-1'].map((id) => answerInstance(id));
const good = () => scripted('good', () => [write('right'), FINISH, FINISH]);
/** Solves what belongs to cluster `a`. */
const partly = () =>
  scripted('partly', ({ task }) => [write(task.includes('(a-') ? 'right' : 'left'), FINISH, FINISH]);

function begun(entrants: Parameters<typeof contextOf>[0], instances = INSTANCES, attempts = 1) {
  const place = temporaryHome();
  const context = contextOf(entrants, instances, place, { attempts });
  const experiment = newExperiment(place.store, context.plan, 'test');
  return { ...place, context, experiment };
}

describe('an experiment', () => {
  it('runs all that was planned and says what came of it', async () => {
    const { context, experiment, store } = begun([good(), partly()], INSTANCES, 2);
    expect(await runExperiment(experiment.experiment, context, { parallel: 2 })).toEqual({
      kind: 'complete',
    });
    const report = reportOf(store, experiment);
    expect(report.trials).toEqual({ planned: 12, finished: 12, running: 0 });
    const [first, second] = report.agents;
    expect(first!.counts).toMatchObject({ planned: 6, solved: 6, failed: 0, infra: 0, notRun: 0 });
    expect(second!.counts).toMatchObject({ planned: 6, solved: 4, failed: 2 });
    expect(second!.description!.mean.value).toBeCloseTo(2 / 3);
    expect(second!.calibration).toMatchObject({ count: 6 });
    expect(second!.description!.solved).toEqual({ always: 2, flaky: 0, never: 1 });
  });

  it('is compared agent with agent, down to where their transcripts part', async () => {
    const { context, experiment, store } = begun([good(), partly()]);
    await runExperiment(experiment.experiment, context, { parallel: 1 });
    const sides = sidesOf(store, experiment.experiment, undefined);
    const { comparison, flipped, conditions, spoilt } = compareSides(store, sides, { partings: 5 });
    expect(comparison.difference.value).toBeCloseTo(1 / 3);
    expect(conditions).toEqual([]);
    expect(spoilt).toBe(0);
    expect(flipped).toMatchObject([
      {
        instance: 'b-1',
        parting: {
          same: 0,
          a: { tool: 'bash', input: { command: 'echo right > answer.txt' } },
          b: { tool: 'bash', input: { command: 'echo left > answer.txt' } },
        },
      },
    ]);
    const whole = experiment.experiment;
    expect(
      sidesOf(store, `${whole}:partly`, `${whole.slice(0, 8)}:good`).map(({ agent }) => agent.name),
    ).toEqual(['partly', 'good']);
    expect(() => sidesOf(store, `${whole}:other`, 'last:good')).toThrow('is called other');
    expect(() => sidesOf(store, whole, whole)).toThrow('has 2 agents');
  });

  it('is found again by its plan while it is not finished, and after', () => {
    const { store, home } = temporaryHome();
    const { plan } = contextOf([oracle('o')], INSTANCES, { store, home });
    expect(sameExperiment(store, plan)).toBeNull();
    const { experiment } = newExperiment(store, plan, 'first');
    expect(sameExperiment(store, plan)).toMatchObject({ row: { experiment }, finished: false });
    expect(sameExperiment(store, { ...plan, attempts: 2 })).toBeNull();
    expect(findExperiment(store, experiment.slice(0, 6)).experiment).toBe(experiment);
    expect(findExperiment(store, 'first').experiment).toBe(experiment);
    expect(findExperiment(store, 'last').asked).toEqual(plan);
    expect(() => findExperiment(store, 'nothing')).toThrow('there is no experiment nothing');
  });

  it('stopped in the middle goes on and asks for nothing again', async () => {
    const stop = new AbortController();
    const agent = good();
    const { context, experiment, store } = begun([agent]);
    const stopping = {
      ...context,
      signal: stop.signal,
      observer: { graded: () => stop.abort(new Error('stopped by the test')) },
    };
    await expect(runExperiment(experiment.experiment, stopping, { parallel: 1 })).rejects.toThrow(
      'stopped by the test',
    );
    expect(isFinished(store, experiment.experiment)).toBe(false);
    expect(await runExperiment(experiment.experiment, context, { parallel: 2 })).toEqual({
      kind: 'complete',
    });
    expect(agent.asked).toBe(3 * INSTANCES.length);
  });

  it('begins no trial that the budget does not reach for, and goes on with more', async () => {
    const cheap = good();
    const paid = {
      ...cheap,
      attempt: async (...args: Parameters<typeof cheap.attempt>) => ({
        ...(await cheap.attempt(...args)),
        usd: 1,
      }),
    };
    const { context, experiment } = begun([paid]);
    const id = experiment.experiment;
    expect(await runExperiment(id, context, { parallel: 1, budgetUsd: 2.5 })).toEqual({
      kind: 'budget',
      left: 1,
    });
    expect(await runExperiment(id, context, { parallel: 1, budgetUsd: 2.5 })).toEqual({
      kind: 'budget',
      left: 1,
    });
    expect(await runExperiment(id, context, { parallel: 1, budgetUsd: 3 })).toEqual({ kind: 'complete' });
  });

  it('halts when the same fault spoils one trial after another', async () => {
    const many = Array.from({ length: 9 }, (_, at) => answerInstance(`a-${at}`));
    const refused = scripted('refused', () => () => {
      throw new ModelError('bad-request', 'scripted: the request was refused', {});
    });
    const { context, experiment, store } = begun([refused], many);
    await expect(runExperiment(experiment.experiment, context, { parallel: 1 })).rejects.toMatchObject({
      code: 'experiment-halted',
    });
    expect(store.experiments.counts(experiment.experiment)).toEqual([
      { agent: 'refused', state: 'due', count: 4 },
      { agent: 'refused', state: 'graded', count: 5 },
    ]);
    const { agents } = reportOf(store, experiment);
    expect(agents[0]).toMatchObject({
      counts: { infra: 5, notRun: 4, infraAsFailed: 0, infraExcluded: null },
      infra: { 'bad-request': 5 },
      description: null,
    });
  });
});

describe('a census', () => {
  it('says which instances are sound, for later experiments on the same dataset', async () => {
    const cannot = answerInstance('b-2', { gold: null });
    const solved = answerInstance('b-3', {
      files: { kind: 'inline', files: { 'answer.txt': 'right\n' } },
      gold: 'diff --git a/more.txt b/more.txt\nnew file mode 100644\n--- /dev/null\n+++ b/more.txt\n@@ -0,0 +1 @@\n+x\n',
    });
    const instances = [...INSTANCES, cannot, solved];
    const { context, experiment, store } = begun([oracle('oracle'), nothing('nothing')], instances);
    await runExperiment(experiment.experiment, context, { parallel: 2 });
    const census = censusOf(store, experiment.experiment, experiment.plan)!;
    expect(census.filter((each) => !isSound(each))).toEqual([
      { instance: 'b-2', cluster: 'b', oracle: false, nothing: false },
      { instance: 'b-3', cluster: 'b', oracle: true, nothing: true },
    ]);
    expect(soundInstances(store, context.plan.dataset.version)).toEqual(new Set(['a-1', 'a-2', 'b-1']));
    expect(soundInstances(store, 'another version')).toBeNull();
    const other = planOf([oracle('oracle')], instances);
    expect(
      censusOf(store, newExperiment(store, other, 'x').experiment, newExperiment(store, other, 'y').plan),
    ).toBeNull();
  });
});
