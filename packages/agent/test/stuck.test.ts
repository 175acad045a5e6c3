import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/replay.ts';
import { solve } from '../src/solve.ts';
import { stuckIn, type Trace } from '../src/stuck.ts';
import { bash, FINISH, HOST, repository, runtime } from './support.ts';

const trace = (call: string, result = call, error = false): Trace => ({
  tool: 'bash',
  call,
  result,
  error,
  cut: false,
});
const traces = (letters: string, error = false) => [...letters].map((each) => trace(each, each, error));

describe('turning in circles', () => {
  it.each([
    ['the same with the same result', traces('xaaa'), 3, false],
    ['going on with it', traces('xaaaaa'), 5, true],
    ['two in turn', traces('xababab'), 6, false],
    ['two in turn, on and on', traces('ababababab'), 10, true],
    [
      'the same, which fails each time in another way',
      [1, 2, 3].map((n) => trace('a', `${n}`, true)),
      3,
      false,
    ],
    ['other things that fail for one reason', [1, 2, 3, 4].map((n) => trace(`${n}`, 'no', true)), 4, false],
  ])('is %s', (_, list, actions, hopeless) => {
    expect(stuckIn(list)).toMatchObject({ actions, hopeless });
  });

  it.each([
    ['nothing yet', []],
    ['the same twice', traces('aa')],
    ['looking again after something else', traces('aabaab')],
    ['the same with other results', [1, 2, 3, 4, 5].map((n) => trace('a', `${n}`))],
    [
      'a test between different edits',
      ['1', '2', '3', '4'].flatMap((n) => [trace(n), trace('test', 'failed')]),
    ],
    ['three in turn', traces('abcabcabc')],
    ['different failures', [1, 2, 3, 4, 5].map((n) => trace(`${n}`, `${n}`, true))],
  ])('is not %s', (_, list) => {
    expect(stuckIn(list)).toBeNull();
  });
});

describe('a rollout that turns in circles', () => {
  const play = async (script: Parameters<typeof scriptedModel>[0], options = {}) => {
    const run = runtime();
    const task = { task: 'x', repo: repository({ a: 'one\n' }), checks: [], ...HOST, ...options };
    const result = await solve({ ...task, model: scriptedModel(script) }, run);
    const nudges = run.seen.flatMap(({ event }) =>
      event.type === 'note.added' && event.about === 'nudge' ? [event.text] : [],
    );
    return { run, result, nudges };
  };
  const endless = () => bash('cat a');

  it('is told so once, ends if it goes on, and can be replayed', async () => {
    const { run, result, nudges } = await play(endless);
    expect(nudges).toEqual([
      expect.stringContaining(
        'You seem to turn in circles: the last 3 actions were the same, with the same result.',
      ),
    ]);
    expect(result).toMatchObject({
      status: 'gave-up',
      steps: 5,
      reason: expect.stringContaining('stuck: the last 5 actions were the same, with the same result'),
    });
    const { store, home } = run;
    expect(await replay({ rollout: result.rollout, execute: false }, { store, home })).toMatchObject({
      identical: true,
    });
  });

  it('is told before it ends, also where one reply held all of it', async () => {
    const many = { calls: Array.from({ length: 9 }, () => endless().calls[0]!) };
    const { result, nudges } = await play([many, bash('echo two'), { calls: [FINISH] }, { calls: [FINISH] }]);
    expect(nudges).toHaveLength(1);
    expect(result).toMatchObject({ status: 'unverified', steps: 4 });
    expect((await play(() => many)).result).toMatchObject({ status: 'gave-up', steps: 2 });
  });

  it('goes on when it does something else', async () => {
    const steps = [
      endless(),
      endless(),
      endless(),
      bash('echo two'),
      endless(),
      endless(),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    const { result, nudges } = await play(steps);
    expect(nudges).toHaveLength(1);
    expect(result.status).toBe('unverified');
  });

  it('is left alone where nobody wants it told', async () => {
    const { result, nudges } = await play(endless, { stuckCheck: false, limits: { steps: 8 } });
    expect(nudges).toEqual([]);
    expect(result).toMatchObject({ status: 'limit', steps: 8 });
  });
});

describe('the limits', () => {
  it('are told of at a half, four fifths and nearly all of them', async () => {
    const run = runtime();
    const usage = { inputTokens: 100, outputTokens: 0 };
    const model = scriptedModel((_, turn) => ({ ...bash(`echo ${turn}`), usage }));
    const task = { task: 'x', repo: repository({ a: '' }), checks: [], ...HOST, model };
    await solve({ ...task, limits: { steps: 40, tokens: 2_000 } }, run);
    const told = run.seen.flatMap(({ event }) =>
      event.type === 'note.added' && event.about === 'limit' ? [/^\S+ of \S+ \w+/.exec(event.text)![0]] : [],
    );
    expect(told).toEqual(['1000 of 2000 tokens', '1600 of 2000 tokens', '1900 of 2000 tokens']);
  });
});
