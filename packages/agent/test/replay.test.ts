import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/replay.ts';
import { comparable } from '../src/replay-compare.ts';
import { resume } from '../src/resume.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, FINISH, FIX, HOST, repository, runtime } from './support.ts';

/** Thirty steps that read, write, fail and mend. */
const THIRTY = Array.from({ length: 30 }, (_, step) => {
  if (step === 27) return { calls: [FIX] };
  if (step >= 28) return { calls: [FINISH] };
  if (step % 5 === 4) return bash('no-such-command; ls -1; git log --oneline | wc -l');
  if (step % 3 === 0)
    return bash(`mkdir -p notes && echo "line ${step}" >> notes/${step % 4}.txt && cat notes/*`);
  return bash(`wc -c sum.js; echo "Ran in 0.${step}s"`);
});

describe('replay', () => {
  it.each([true, false])('of a 30-step rollout is identical (actions run again: %s)', async (execute) => {
    const run = runtime();
    const result = await solve(
      { task: 'fix', repo: repository(BUGGY), model: scriptedModel(THIRTY), ...HOST },
      run,
    );
    expect(result).toMatchObject({ status: 'solved', steps: 30 });
    const replayed = await replay({ rollout: result.rollout, execute }, run);
    expect(replayed).toEqual({ identical: true, events: run.seen.length / 2, patch: result.patch });
  });

  it('names the first event that differs', async () => {
    const run = runtime();
    const script = [
      bash('echo same'),
      bash('date +%N; cat /proc/sys/kernel/random/uuid'),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    const { rollout } = await solve(
      { task: 'x', repo: repository({ a: 'a\n' }), model: scriptedModel(script), ...HOST },
      run,
    );
    const replayed = await replay({ rollout, execute: true }, { store: run.store, home: run.home });
    const uuid = run.seen.findIndex(({ event }) => event.type === 'action.completed' && event.step === 2);
    expect(replayed).toMatchObject({
      identical: false,
      position: uuid,
      expected: { type: 'action.completed', step: 2 },
    });
    expect(await replay({ rollout, execute: false }, { store: run.store, home: run.home })).toMatchObject({
      identical: true,
    });
  });

  it.each([true, false])(
    'goes through interruptions and resumptions (actions run again: %s)',
    async (execute) => {
      const stop = new AbortController();
      const run = runtime({
        signal: stop.signal,
        observer: { output: (chunk) => chunk.includes('started') && stop.abort() },
      });
      const script = [
        bash('echo 1 > one'),
        bash('echo started; sleep 30'),
        { calls: [FIX] },
        { calls: [FINISH] },
        { calls: [FINISH] },
      ];
      const { rollout } = await solve(
        { task: 'fix', repo: repository(BUGGY), model: scriptedModel(script), ...HOST },
        run,
      );
      const quiet = { store: run.store, home: run.home };
      const result = await resume({ rollout, model: scriptedModel(script) }, quiet);
      expect(result.status).toBe('solved');
      expect(await replay({ rollout, execute }, quiet)).toMatchObject({
        identical: true,
        patch: result.patch,
      });
    },
  );
});

describe('what counts as the same', () => {
  const action = (content: string) =>
    comparable({
      type: 'action.completed',
      step: 1,
      call: 'c',
      outcome: 'ok',
      content,
      details: null,
      output: null,
      snapshot: 's',
      changed: [],
      seconds: Math.random(),
    });

  it.each([
    ['# duration_ms 12.34', '# duration_ms 9'],
    ['Ran 3 tests in 0.001s', 'Ran 3 tests in 0.120s'],
    ['Duration  1.22s (tests 3ms)', 'Duration  987ms (tests 12ms)'],
    ['time: 0:01', 'time: 0:02'],
  ])('%s = %s', (left, right) => expect(action(left)).toBe(action(right)));

  it.each([
    ['3 passed', '4 passed'],
    ['exit code 1', 'exit code 2'],
    ['line 12', 'line 13'],
  ])('%s ≠ %s', (left, right) => expect(action(left)).not.toBe(action(right)));
});
