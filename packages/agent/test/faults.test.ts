import { ModelError, scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, call, FINISH, FIX, HOST, repository, runtime, SOLVING } from './support.ts';

/** Plays a script and gives the result and what the model was told after each of its calls. */
async function play(
  script: Parameters<typeof scriptedModel>[0],
  options: Partial<Parameters<typeof solve>[0]> = {},
) {
  const run = runtime();
  const result = await solve(
    { task: 'fix', repo: repository(BUGGY), model: scriptedModel(script), ...HOST, ...options },
    run,
  );
  const told = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event.content] : []));
  return { result, told, events: run.seen.map(({ event }) => event) };
}

const HAND_IN = [{ calls: [FINISH] }, { calls: [FINISH] }];

describe("the model's faults are told to it", () => {
  it('an unknown tool', async () => {
    const { told } = await play([call('browse', {}), ...HAND_IN]);
    expect(told[0]).toBe(
      'There is no tool "browse". Nothing was run. The tools are: bash, edit, recall, ask, finish.',
    );
  });

  it('broken JSON, never repaired', async () => {
    const { told, events } = await play([
      { calls: [{ tool: 'bash', input: '{"command": "echo step' }] },
      ...HAND_IN,
    ]);
    expect(told[0]).toContain('are not a JSON object, so nothing was run. You wrote: {"command": "echo step');
    expect(events.find((event) => event.type === 'action.completed')).toMatchObject({
      outcome: 'error',
      changed: [],
    });
  });

  it('wrong types, with the field, the rule and what was given', async () => {
    const { told } = await play([
      call('bash', { command: ['ls'], cmd: 'ls' }),
      call('edit', { command: 'look', path: 'a' }),
      ...HAND_IN,
    ]);
    expect(told[0]).toContain('The arguments of bash do not fit, so nothing was run. "command":');
    expect(told[0]).toContain('(got ["ls"])');
    expect(told[0]).toContain('It takes no "cmd": its arguments are command, session,');
    expect(told[1]).toContain('"command":');
  });

  it('a reply without a tool call: told twice, then the rollout ends', async () => {
    const { result, events } = await play([{ text: 'Hm.' }, { text: 'Hm.' }, { text: 'Hm.' }]);
    expect(result).toMatchObject({ status: 'gave-up', steps: 3 });
    expect(events.filter((event) => event.type === 'note.added' && event.about === 'format')).toHaveLength(2);
  });

  it('an empty reply', async () => {
    const { result } = await play([{}, ...SOLVING.slice(1)].map((reply, i) => (i === 0 ? {} : reply)));
    expect(result.status).toBe('gave-up');
  });

  it('a reply cut by length', async () => {
    const { events } = await play(
      [{ text: 'I will now', finish: 'length' as const }, ...SOLVING.slice(1), FINISH_TWICE].flat(),
    );
    const note = events.find((event) => event.type === 'note.added' && event.about === 'format');
    expect(note).toMatchObject({ text: expect.stringContaining('cut off by the output limit') });
  });
});

const FINISH_TWICE = HAND_IN;

describe('limits hand in the patch so far', () => {
  const endless = (_: unknown, turn: number) => (turn === 0 ? { calls: [FIX] } : bash(`echo ${turn}`));

  it('steps', async () => {
    const { result } = await play(endless, { limits: { steps: 3 } });
    expect(result).toMatchObject({
      status: 'limit',
      steps: 3,
      reason: 'step limit reached (3)',
      verified: true,
    });
    expect(result.patch).toContain('let i = 0');
  });

  it('tokens', async () => {
    const script = (_: unknown, turn: number) => ({
      ...endless(_, turn),
      usage: { inputTokens: 400, outputTokens: 100 },
    });
    const { result } = await play(script, { limits: { tokens: 1_000 } });
    expect(result).toMatchObject({ status: 'limit', steps: 2 });
    expect(result.reason).toContain('token limit reached');
  });

  it('time', async () => {
    const { result } = await play(() => bash('sleep 0.3'), { limits: { seconds: 1 } });
    expect(result.status).toBe('limit');
    expect(result.reason).toContain('time limit reached');
  });

  it('time, in the middle of an action', async () => {
    const { result, told } = await play(() => bash('echo begun; sleep 30'), { limits: { seconds: 2 } });
    expect(result).toMatchObject({ status: 'limit', steps: 1 });
    expect(told[0]).toContain('begun');
  });

  it('time, in the middle of an attempt', async () => {
    const candidates = Array.from({ length: 20 }, (_, index) => ({
      label: `endless ${index}`,
      edits: [
        { path: 'sum.js', old: 'let total = 0;', new: `let total = 0; while (total > -${index + 1}) {}` },
      ],
    }));
    const tries = call('attempt', { check: 'test', candidates });
    const { result, told } = await play(() => tries, { tools: ['attempt'], limits: { seconds: 2 } });
    expect(result).toMatchObject({ status: 'limit', steps: 1 });
    expect(told[0]).toBe('Ended: the time limit is reached.');
  });

  it('a full context', async () => {
    const script = (_: unknown, turn: number) => {
      if (turn === 1) throw new ModelError('context-too-long', 'too long');
      return endless(_, turn);
    };
    const { result } = await play(script);
    expect(result).toMatchObject({ status: 'limit', verified: true });
    expect(result.reason).toContain("the model's context is full");
  });
});

describe('a model that cannot be reached', () => {
  it('pauses the rollout with the patch so far', async () => {
    const script = (_: unknown, turn: number) => {
      if (turn === 1) throw new ModelError('unauthorized', 'the key was refused');
      return { calls: [FIX] };
    };
    const { result, events } = await play(script);
    expect(result).toMatchObject({ status: 'model-unreachable', verified: false });
    expect(result.patch).toContain('let i = 0');
    expect(events.at(-1)).toMatchObject({ type: 'rollout.paused', code: 'model-unreachable' });
  });
});

describe("tools' faults", () => {
  it('a command over its time limit is ended and the shell goes on', async () => {
    const { told } = await play([
      call('bash', { command: 'cd /tmp; echo before; sleep 60', timeout_seconds: 1 }),
      bash('pwd'),
      ...HAND_IN,
    ]);
    expect(told[0]).toContain('before');
    expect(told[0]).toContain('[ended at its time limit of 1 s: no exit code]');
    expect(told[1]).toContain('/tmp');
  });

  it('50 MB of output: cut in the middle, counted', async () => {
    const { told } = await play([bash('head -c 50000000 /dev/zero | tr "\\0" x | fold -w 99'), ...HAND_IN]);
    expect(told[0]!.length).toBeLessThan(20_000);
    expect(told[0]).toMatch(/left out …\]/);
    expect(told[0]).toMatch(/\[50\d{6} bytes in all: /);
  });

  it('binary output, and silence', async () => {
    const { told } = await play([bash('head -c 300 /dev/urandom'), bash('true'), ...HAND_IN]);
    expect(told[0]).toMatch(/^\[binary output, not shown.*\]\n\[exit code 0\]$/);
    expect(told[1]).toBe('(it printed nothing)\n[exit code 0]');
  });

  it('a check that hangs is ended and reported as hung', async () => {
    const checks = [{ name: 'slow', command: 'sleep 60', framework: 'plain', timeoutSeconds: 1 }];
    const { result } = await play(HAND_IN, { checks });
    expect(result).toMatchObject({ status: 'unverified', checks: [{ before: { status: 'hung' } }] });
  });

  it('a check whose program is missing is broken, not failed', async () => {
    const checks = [{ name: 'gone', command: 'no-such-program-here', framework: 'plain', timeoutSeconds: 5 }];
    const { result } = await play(HAND_IN, { checks });
    expect(result).toMatchObject({
      status: 'unverified',
      checks: [{ before: { status: 'broken', exitCode: 127 } }],
    });
  });
});
