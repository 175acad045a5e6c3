import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRollout } from '@heddle/agent';
import { OperatorError, type TrialKey } from '@heddle/core';
import { ModelError } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import type { Flag } from '../../src/cheating/flag.ts';
import { keptFlags } from '../../src/cheating/kept-flags.ts';
import { nothing, oracle } from '../../src/entrants/fixed.ts';
import { newExperiment } from '../../src/experiment/begin.ts';
import { runTrial } from '../../src/experiment/run-trial.ts';
import { answerInstance } from '../answer-instance.ts';
import { contextOf, FINISH, scripted, temporaryHome, write } from './support.ts';

const keyOf = (experiment: string, agent: string, id = 'a-1'): TrialKey => ({
  experiment,
  agent,
  instance: id,
  attempt: 1,
});

const unreachable = () => {
  throw new ModelError('unauthorized', 'scripted: the key was refused', {});
};
const overloaded = () => {
  throw new ModelError('out-of-credit', 'scripted: no credit left', {});
};

function begun(
  entrants: Parameters<typeof contextOf>[0],
  instances = [answerInstance('a-1')],
  more: Partial<Parameters<typeof contextOf>[2]> = {},
) {
  const place = temporaryHome();
  const context = contextOf(entrants, instances, { ...place, ...more });
  const { experiment } = newExperiment(place.store, context.plan, 'test');
  return { ...place, context, experiment };
}

describe('a trial', () => {
  it('is attempted, graded on a clean checkout, and booked', async () => {
    const good = scripted('good', () => [write('right'), FINISH, FINISH]);
    const { context, experiment, store } = begun([good]);
    const key = keyOf(experiment, 'good');
    const result = await runTrial(key, context);
    expect(result).toMatchObject({
      status: 'unverified',
      resolved: true,
      reward: 1,
      probability: 0.8,
      patch: 'applied',
      infra: null,
      flags: [],
    });
    const row = store.experiments.trial(key)!;
    expect(row).toMatchObject({ state: 'graded', tries: 1, result });
    expect(Buffer.from(store.objects.get(result!.patchDigest)).toString()).toContain('+right');
    expect(JSON.parse(Buffer.from(store.objects.get(result!.verdictDigest)).toString())).toMatchObject({
      resolved: true,
    });
    expect(store.isRunning(row.rollout!)).toBe(false);
    expect(await runTrial(key, context)).toBeNull();
  });

  it('keeps what its signs of cheating rest on, and counts those that are more than notes', async () => {
    const flag: Flag = {
      ...{ name: 'history-peeked', severity: 'grave', why: 'lists all refs', evidence: 'git log --all' },
      ...{ rollout: 'r', position: 3, step: 1 },
    };
    const flags: Flag[] = [flag, { ...flag, name: 'outside-read', severity: 'note' }];
    const good = scripted('good', () => [write('right'), FINISH, FINISH]);
    const { context, experiment, store } = begun([good], [answerInstance('a-1')], {
      flags: async () => flags,
    });
    const result = await runTrial(keyOf(experiment, 'good'), context);
    expect(result!.flags).toEqual(['history-peeked']);
    expect(keptFlags(store.objects, result!)).toEqual(flags);
  });

  it('of an agent that fails counts against it', async () => {
    const { context, experiment } = begun([scripted('bad', () => [write('left'), FINISH, FINISH])]);
    expect(await runTrial(keyOf(experiment, 'bad'), context)).toMatchObject({ resolved: false, infra: null });
  });

  it('of the oracle solves what can be solved, and of nothing does not', async () => {
    const { context, experiment, store } = begun([oracle('oracle'), nothing('nothing')]);
    expect(await runTrial(keyOf(experiment, 'oracle'), context)).toMatchObject({ resolved: true });
    expect(await runTrial(keyOf(experiment, 'nothing'), context)).toMatchObject({ resolved: false });
    const { rollout } = store.experiments.trial(keyOf(experiment, 'oracle'))!;
    expect(readRollout(store, rollout!).map(({ event }) => event.type)).toEqual([
      'rollout.started',
      'rollout.completed',
    ]);
  });

  it('tells another try what the tests said, and goes on from its work (tries: 2)', async () => {
    const tasks: string[] = [];
    const slow = scripted('slow', ({ task }) => {
      tasks.push(task);
      const second = task.includes('it says: left');
      return [write(second ? 'right' : 'left'), FINISH, FINISH];
    });
    const two = answerInstance('a-1', { tries: 2 });
    const { context, experiment, store } = begun([slow], [two]);
    const result = await runTrial(keyOf(experiment, 'slow'), context);
    expect(result).toMatchObject({ resolved: true, resolvedByTry: [false, true] });
    const patch = Buffer.from(store.objects.get(result!.patchDigest)).toString();
    expect(patch).toContain('-wrong');
    expect(patch).toContain('+right');
    expect(tasks).toHaveLength(2);
    const { rollout } = store.experiments.trial(keyOf(experiment, 'slow'))!;
    expect(readRollout(store, `${rollout}-2`).length).toBeGreaterThan(2);
  });

  it("has the instance's environment: what is shown, the search path, variables, and what was set up", async () => {
    const place = temporaryHome();
    const tools = join(place.home, 'tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'answer'), '#!/bin/sh\nprintf "%s\\n" "$WORD" $(cat setup.txt) | head -n 1\n', {
      mode: 0o755,
    });
    const placed = answerInstance('a-1', {
      environment: {
        ...{ name: 'local', shown: [tools], path: [tools], variables: { WORD: 'right', TOOLS: tools } },
        setup: ['echo done > setup.txt'],
      },
    });
    const command = 'test -e "$TOOLS/answer" && test -e setup.txt && answer > answer.txt';
    const agent = scripted('placed', () => [
      { calls: [{ tool: 'bash', input: { command } }] },
      FINISH,
      FINISH,
    ]);
    const context = contextOf([agent], [placed], place, { sandbox: 'auto' });
    const { experiment } = newExperiment(place.store, context.plan, 'test');
    const result = await runTrial(keyOf(experiment, 'placed'), context);
    expect(result).toMatchObject({ resolved: true, infra: null });
    // What setting up has made is not the agent's.
    const patch = Buffer.from(place.store.objects.get(result!.patchDigest)).toString();
    expect(patch).toContain('answer.txt');
    expect(patch).not.toContain('setup.txt');
  });

  it('stops for a person where only a person can help, and goes on from there', async () => {
    let refuse = true;
    const agent = scripted('keyless', () => (_, turn) => {
      if (turn === 1 && refuse) return unreachable();
      return [write('right'), FINISH, FINISH][turn]!;
    });
    const { context, experiment, store } = begun([agent]);
    const key = keyOf(experiment, 'keyless');
    await expect(runTrial(key, context)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(store.experiments.trial(key)).toMatchObject({ state: 'running', tries: 1 });
    refuse = false;
    expect(await runTrial(key, context)).toMatchObject({ resolved: true });
    // The first reply is in the journal: it was not asked for again.
    expect(agent.asked).toBe(4);
  });

  it('goes on with the same attempt after a passing fault once work was paid for', async () => {
    let failures = 2;
    const agent = scripted('flaky', () => (_, turn) => {
      if (turn === 1 && failures-- > 0) throw new OperatorError('workspace-gone', 'it is gone');
      return [write('right'), FINISH, FINISH][turn]!;
    });
    const { context, experiment, store } = begun([agent]);
    const result = await runTrial(keyOf(experiment, 'flaky'), context);
    expect(result).toMatchObject({ resolved: true, infra: null });
    expect(store.experiments.trial(keyOf(experiment, 'flaky'))).toMatchObject({ tries: 1 });
    expect(context.waits).toEqual([5, 10]);
  });

  it('is put away when the person stops, and costs nothing twice afterwards', async () => {
    const stop = new AbortController();
    const agent = scripted('stopped', () => (_, turn) => {
      if (turn === 1) stop.abort();
      return [write('right'), FINISH, FINISH][turn]!;
    });
    const { context, experiment, store } = begun([agent], undefined, { signal: stop.signal });
    const key = keyOf(experiment, 'stopped');
    await expect(runTrial(key, context)).rejects.toThrow();
    expect(store.experiments.trial(key)).toMatchObject({ state: 'running' });
    const again = { ...context, signal: new AbortController().signal };
    expect(await runTrial(key, again)).toMatchObject({ resolved: true });
  });

  it('that another process has is left to it', async () => {
    const { context, experiment, store } = begun([scripted('good', () => [FINISH, FINISH])]);
    const key = keyOf(experiment, 'good');
    store.experiments.begin(key, 'elsewhere');
    const busy = new OperatorError('rollout-running', 'it is');
    const claimed = new Proxy(store, {
      get(target, name) {
        if (name === 'claim')
          return () => {
            throw busy;
          };
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    expect(await runTrial(key, { ...context, store: claimed })).toBeNull();
  });
});

describe('a fault of the surroundings', () => {
  /** An agent that never gets to work. */
  const spoilt = (code: string, times: number) => {
    const good = scripted('agent', () => [write('right'), FINISH, FINISH]);
    return {
      ...good,
      attempt: (...args: Parameters<typeof good.attempt>) =>
        times-- > 0
          ? Promise.resolve({
              ...{ status: 'failed' as const, patch: '', probability: null, usd: 0, steps: 0, seconds: 0 },
              usage: {
                inputTokens: 0,
                outputTokens: 0,
                cacheReadTokens: 0,
                cacheWriteTokens: 0,
                reasoningTokens: 0,
              },
              reason: 'spoilt',
              infra: { class: 'sandbox' as const, code, message: 'spoilt' },
            })
          : good.attempt(...args),
    };
  };

  it('is tried again under another rollout where nothing was paid for yet', async () => {
    const { context, experiment, store } = begun([spoilt('sandbox-failed', 2)]);
    const key = keyOf(experiment, 'agent');
    expect(await runTrial(key, context)).toMatchObject({ resolved: true, infra: null });
    expect(store.experiments.trial(key)).toMatchObject({ tries: 3, state: 'graded' });
    expect(context.waits).toEqual([5, 10]);
  });

  it('leaves the trial without a verdict when every try is spoilt, or it will not pass', async () => {
    for (const [code, tries] of [
      ['sandbox-failed', 3],
      ['image-unsuitable', 1],
    ] as const) {
      const { context, experiment, store } = begun([spoilt(code, 9)]);
      const key = keyOf(experiment, 'agent');
      expect(await runTrial(key, context)).toMatchObject({ resolved: null, reward: null, infra: { code } });
      expect(store.experiments.trial(key)).toMatchObject({ tries });
    }
  });

  it('out of credit keeps the trial for later', async () => {
    const agent = scripted('poor', () => () => overloaded());
    const { context, experiment, store } = begun([agent]);
    await expect(runTrial(keyOf(experiment, 'poor'), context)).rejects.toMatchObject({
      code: 'out-of-credit',
    });
    expect(store.experiments.counts(experiment)).toEqual([{ agent: 'poor', state: 'running', count: 1 }]);
  });
});
