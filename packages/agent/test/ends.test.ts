import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, OperatorError } from '@heddle/core';
import { ModelError, scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/replay.ts';
import { readRollout, resultOf } from '../src/result.ts';
import { resume } from '../src/resume.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, FIX, HOST, repository, runtime, SOLVING } from './support.ts';

/** Mends the bug, then throws where a reply should be. */
const thenThrows = (error: unknown) =>
  scriptedModel((_, turn) => {
    if (turn > 0) throw error;
    return { calls: [FIX] };
  });

/** Without checks: how it ends is not theirs to say. */
const task = () => ({ task: 'fix', repo: repository(BUGGY), checks: [], ...HOST });

describe('a rollout that an exception ends', () => {
  it('has failed, with its patch and a line on why, and can be replayed', async () => {
    const run = runtime();
    const bug = new RangeError('out of\n  its range');
    await expect(solve({ ...task(), model: thenThrows(bug) }, run)).rejects.toBe(bug);
    const [row] = run.store.rollouts();
    const result = resultOf(run.store, row!.rollout);
    expect(result).toMatchObject({
      status: 'failed',
      verified: false,
      reason: 'a bug in Heddle: out of its range',
    });
    expect(result.patch).toContain('let i = 0');
    expect(run.store.isRunning(row!.rollout)).toBe(false);
    const { store, home } = run;
    expect(await replay({ rollout: row!.rollout, execute: false }, { store, home })).toMatchObject({
      identical: true,
    });
    // A newer Heddle may no longer have the bug.
    const rest = scriptedModel((_, turn) => SOLVING[turn + 1]!);
    const resumed = await resume({ rollout: row!.rollout, model: rest }, run);
    expect(resumed).toMatchObject({
      status: 'unverified',
      reason: expect.stringMatching(/^The first number/),
    });
    expect(resumed.patch).toContain('let i = 0');
  });

  it('is paused by what a person can mend, and goes on from there', async () => {
    const run = runtime();
    const full = new OperatorError('disk-full', 'no room is left', { hint: 'make some' });
    await expect(solve({ ...task(), model: thenThrows(full) }, run)).rejects.toBe(full);
    const [row] = run.store.rollouts();
    expect(resultOf(run.store, row!.rollout)).toMatchObject({
      status: 'interrupted',
      reason: 'no room is left; make some',
    });
    const rest = scriptedModel((_, turn) => SOLVING[turn + 1]!);
    expect(await resume({ rollout: row!.rollout, model: rest }, run)).toMatchObject({ status: 'unverified' });
  });

  it('has not failed because of who watches it: that is reported once', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    const broken = () => {
      throw new Error('nothing to draw on');
    };
    const run = runtime({ observer: { event: broken, delta: broken, output: broken } });
    const result = await solve({ ...task(), model: scriptedModel(SOLVING) }, run);
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(result.status).toBe('unverified');
    expect(warnings.map(({ message }) => message)).toEqual([
      'what shows the rollout failed, the rollout goes on: nothing to draw on',
    ]);
  });

  it('lets go of its journal only when its files are gone', async () => {
    const run = runtime();
    const release = run.store.release.bind(run.store);
    const standing: boolean[] = [];
    run.store.release = (rollout) => {
      standing.push(existsSync(join(run.home, 'work', rollout)));
      release(rollout);
    };
    await solve({ ...task(), model: scriptedModel(SOLVING) }, run);
    await expect(solve({ ...task(), model: thenThrows(new RangeError()) }, run)).rejects.toThrow(RangeError);
    expect(standing).toEqual([false, false]);
  });
});

describe('exit codes', () => {
  it.each(['unauthorized', 'forbidden', 'not-found', 'bad-request', 'out-of-credit'] as const)(
    '%s: that of the error, with what to do about it',
    async (code) => {
      const run = runtime();
      const refused = new ModelError(code, 'refused');
      const result = await solve({ ...task(), model: thenThrows(refused) }, run);
      expect(result.status).toBe('model-unreachable');
      expect(result.exitCode ?? EXIT.modelUnreachable).toBe(refused.exitCode);
      expect(result.reason).toBe(`refused; ${refused.hint}`);
      expect(resultOf(run.store, result.rollout)).toEqual(result);
      expect(readRollout(run.store, result.rollout).at(-1)!.event).toMatchObject({ type: 'rollout.paused' });
    },
  );
});
