import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { promptAt } from '../src/prompt-at.ts';
import { readRollout, resultOf } from '../src/result.ts';
import { forkRollout, resume } from '../src/resume.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, FINISH, FIX, HOST, repository, runtime, SOLVING } from './support.ts';

describe('resume', () => {
  it('goes on after an interruption as if nothing had happened', async () => {
    const stop = new AbortController();
    const run = runtime({ signal: stop.signal });
    const model = scriptedModel((_, turn) => {
      if (turn === 2) stop.abort();
      return SOLVING[turn]!;
    });
    const paused = await solve({ task: 'fix', repo: repository(BUGGY), model, ...HOST }, run);
    expect(paused).toMatchObject({ status: 'interrupted', verified: false });
    expect(paused.patch).toContain('let i = 0');
    const { signal: _, ...again } = run;
    const result = await resume({ rollout: paused.rollout, model: scriptedModel(SOLVING) }, again);
    expect(result).toMatchObject({
      status: 'solved',
      verified: true,
      steps: expect.any(Number),
      patch: paused.patch,
    });
  });

  it('tells the model of an action that was under way, and puts the files back', async () => {
    const stop = new AbortController();
    const run = runtime({ signal: stop.signal, observer: { output: () => stop.abort() } });
    const script = [
      bash('echo half > half.txt; echo started; sleep 30'),
      bash('ls'),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    const paused = await solve(
      { task: 'x', repo: repository({ a: 'a\n' }), model: scriptedModel(script), ...HOST },
      run,
    );
    const result = await resume({ rollout: paused.rollout, model: scriptedModel(script) }, runtimeOf(run));
    const events = readRollout(run.store, result.rollout).map(({ event }) => event);
    const ends = events.flatMap((event) => (event.type === 'action.completed' ? [event] : []));
    expect(ends[0]).toMatchObject({
      outcome: 'interrupted',
      content: expect.stringContaining('the process died while this ran'),
    });
    expect(ends[1]!.content).not.toContain('half.txt');
    expect(result.patch).toBe('');
  });

  it('refuses a finished and an unknown rollout in one line', async () => {
    const run = runtime();
    const { rollout } = await solve(
      { task: 'fix', repo: repository(BUGGY), model: scriptedModel(SOLVING), ...HOST },
      run,
    );
    const model = scriptedModel([]);
    await expect(resume({ rollout, model }, run)).rejects.toMatchObject({
      code: 'rollout-finished',
      reader: 'operator',
    });
    await expect(resume({ rollout: 'nobody', model }, run)).rejects.toMatchObject({
      code: 'no-such-rollout',
    });
  });
});

describe('fork', () => {
  const long = [
    bash('echo 1 > one'),
    bash('echo 2 > two'),
    bash('echo 3 > three'),
    { calls: [FIX] },
    { calls: [FINISH] },
    { calls: [FINISH] },
  ];

  it("continues from a step's files with the same prompt prefix, byte for byte", async () => {
    const run = runtime();
    const parent = await solve(
      { task: 'fix', repo: repository(BUGGY), model: scriptedModel(long), ...HOST },
      run,
    );
    const ending = [...long.slice(0, 2), bash('ls'), { calls: [FINISH] }, { calls: [FINISH] }];
    const child = await forkRollout(
      { rollout: parent.rollout, step: 2, say: 'Leave it at that.', model: scriptedModel(ending) },
      run,
    );
    const events = readRollout(run.store, child.rollout);
    const before = await promptAt(readRollout(run.store, parent.rollout), 3);
    const after = await promptAt(events, 3);
    expect(JSON.stringify(after.prompt.slice(0, before.prompt.length))).toBe(JSON.stringify(before.prompt));
    expect(after.prompt.slice(before.prompt.length)).toEqual([
      { role: 'user', content: [{ type: 'text', text: expect.stringContaining('the shell is a new one') }] },
      { role: 'user', content: [{ type: 'text', text: 'Leave it at that.' }] },
    ]);
    const listing = events.flatMap(({ event }) =>
      event.type === 'action.completed' ? [event.content] : [],
    )[2];
    expect(listing).toContain('two');
    expect(listing).not.toContain('three');
    expect(resultOf(run.store, parent.rollout)).toEqual(parent);
  });

  it('can go on from a finished rollout, from its start, and from a fork', async () => {
    const run = runtime();
    const parent = await solve(
      { task: 'fix', repo: repository(BUGGY), model: scriptedModel(SOLVING), ...HOST },
      run,
    );
    const last = await forkRollout(
      {
        rollout: parent.rollout,
        step: 4,
        model: scriptedModel([
          ...SOLVING,
          bash('echo more > more.txt'),
          { calls: [FINISH] },
          { calls: [FINISH] },
        ]),
      },
      run,
    );
    expect(last.patch).toContain('more.txt');
    const start = await forkRollout({ rollout: last.rollout, step: 0, model: scriptedModel(SOLVING) }, run);
    expect(start).toMatchObject({ status: 'solved', patch: parent.patch });
    const child = await forkRollout({ rollout: start.rollout, step: 1, model: scriptedModel(SOLVING) }, run);
    expect(child).toMatchObject({ status: 'solved', patch: parent.patch });
  });

  it('refuses a step that was not finished', async () => {
    const run = runtime();
    const { rollout } = await solve(
      { task: 'fix', repo: repository(BUGGY), model: scriptedModel(SOLVING), ...HOST },
      run,
    );
    const fork = forkRollout({ rollout, step: 9, model: scriptedModel([]) }, run);
    await expect(fork).rejects.toMatchObject({
      code: 'no-such-step',
      hint: expect.stringContaining('0 to 4'),
    });
  });
});

function runtimeOf({ store, home }: ReturnType<typeof runtime>) {
  return { store, home };
}
