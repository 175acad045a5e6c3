import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventOf, OperatorError } from '@heddle/core';
import { ModelError } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import type { Approver } from '../../src/guard/approver.ts';
import { replay } from '../../src/replay.ts';
import { resume } from '../../src/resume.ts';
import { solve } from '../../src/solve.ts';
import { refusing } from '../refusing.ts';
import { BUGGY, bash, call, HOST, repository, runtime, temporaryFolder } from '../support.ts';
import {
  ALSO_RIGHT,
  COMPARATORS,
  comparator,
  HAND_IN,
  HARMFUL,
  MISPLACED,
  OWN,
  own,
  play,
  RIGHT,
  RIVALS,
  replace,
  rival,
  SAME,
  USD,
  USELESS,
} from './played.ts';

const made = ({ content }: EventOf<'model.completed'>) =>
  content.flatMap((part) => (part.type === 'call' ? [part.input] : []));
const input = (reply: ReturnType<typeof call>) => JSON.stringify(reply.calls[0]!.input);
const tokens = (...all: { outputTokens: number }[]) =>
  all.reduce((sum, { outputTokens }) => sum + outputTokens, 0);

describe('two models for one edit', () => {
  it('the first’s is made where it mends more', async () => {
    const second = rival(USELESS);
    const { result, compared, of } = await play([RIGHT, ...HAND_IN], { rival: second.later });
    expect(result).toMatchObject({ status: 'solved', verified: true });
    expect(compared).toEqual([
      {
        type: 'edit.compared',
        step: 1,
        proposals: [
          { model: 'lab/own', outcome: { applied: true, passed: 1, failing: 0, broke: 0 } },
          { model: 'lab/rival', outcome: { applied: true, passed: 0, failing: 1, broke: 0 } },
        ],
        kept: 0,
        by: 'checks',
        why: 'lab/own: 1 newly passing, 0 failing, 0 broken; lab/rival: 0 newly passing, 1 failing, 0 broken',
      },
    ]);
    expect(made(of('model.completed')[0]!)).toEqual([input(RIGHT)]);
    expect(of('model.completed').map(({ model }) => model)).toEqual([undefined, undefined, undefined]);
    // It is asked where files are edited and nowhere else, and the very same.
    expect(second.asked).toHaveLength(1);
    expect(result.compared).toEqual([
      { step: 1, models: ['lab/own', 'lab/rival'], kept: 'lab/own', by: 'checks', why: compared[0]!.why },
    ]);
  });

  it('the second’s is made where it mends more, or breaks less, and its reply is the one that goes on', async () => {
    for (const worse of [USELESS, HARMFUL]) {
      const second = rival({ ...RIGHT, text: 'It starts at 1.' });
      const { result, compared, of, run } = await play([worse, ...HAND_IN], { rival: second.later });
      expect(result.verified).toBe(true);
      expect(compared).toMatchObject([{ kept: 1, by: 'checks' }]);
      const [reply] = of('model.completed');
      expect(reply).toMatchObject({ model: 'lab/rival', usage: RIVALS });
      expect(made(reply!)).toEqual([input(RIGHT)]);
      expect(of('action.started').map((event) => event.input)).toContainEqual(RIGHT.calls[0]!.input);
      expect(of('model.consulted')).toMatchObject([{ role: 'rival', model: 'lab/own', usage: OWN }]);
      expect(result.compared).toMatchObject([{ kept: 'lab/rival' }]);
      for (const execute of [true, false])
        expect(await replay({ rollout: result.rollout, execute }, run)).toMatchObject({ identical: true });
    }
  });

  it('the comparator decides where the checks find them equal, asked in both orders', async () => {
    const judge = comparator((text) =>
      isBefore(text, 'numbers[0]', 'let i = 0') ? 'FIRST: simpler' : 'SECOND: simpler',
    );
    const second = rival(ALSO_RIGHT);
    const { result, compared, of } = await play([RIGHT, ...HAND_IN], {
      rival: second.later,
      comparator: judge.later,
    });
    expect(compared).toMatchObject([{ kept: 1, by: 'comparator', why: 'lab/comparator: simpler' }]);
    expect(compared[0]!.proposals.map(({ outcome }) => outcome)).toEqual(
      Array(2).fill({ applied: true, passed: 1, failing: 0, broke: 0 }),
    );
    const [one, other] = judge.asked as [string, string];
    expect(isBefore(one, 'let i = 0', 'numbers[0]')).toBe(true);
    expect(isBefore(other, 'numbers[0]', 'let i = 0')).toBe(true);
    expect(one).toContain('no longer failing: sum.test.js > adds all');
    expect(of('model.consulted').map(({ role, model }) => `${role} ${model}`)).toEqual([
      'comparator lab/comparator',
      'comparator lab/comparator',
      'rival lab/own',
    ]);
    expect(result.verified).toBe(true);
  });

  it('the first’s is made where the comparator contradicts itself', async () => {
    const judge = comparator(() => 'FIRST: it reads well');
    const { compared, of } = await play([RIGHT, ...HAND_IN], {
      rival: rival(ALSO_RIGHT).later,
      comparator: judge.later,
    });
    expect(compared).toMatchObject([
      { kept: 0, by: 'first', why: expect.stringContaining('contradicts itself: it chose what stood first') },
    ]);
    expect(judge.asked).toHaveLength(2);
    expect(made(of('model.completed')[0]!)).toEqual([input(RIGHT)]);
  });

  it('without a comparator the rollout’s model compares', async () => {
    const { compared, of } = await play([RIGHT, ...HAND_IN], { rival: rival(ALSO_RIGHT).later });
    // A script knows nothing but its turns: what it says is no answer.
    expect(compared).toMatchObject([{ by: 'first', why: 'lab/own gave no answer that can be read' }]);
    expect(of('model.consulted')).toMatchObject([
      { role: 'comparator', model: 'lab/own' },
      { role: 'rival' },
    ]);
  });

  it('the same edit is not tried', async () => {
    const { compared, of } = await play([RIGHT, ...HAND_IN], { rival: rival(SAME).later });
    expect(compared).toMatchObject([
      { kept: 0, by: 'same', proposals: [{ outcome: null }, { outcome: null }] },
    ]);
    expect(made(of('model.completed')[0]!)).toEqual([input(RIGHT)]);
  });

  it('one that can be made comes before one that cannot; the refusal is told', async () => {
    const cannot = await play([MISPLACED, ...HAND_IN], { rival: rival(RIGHT).later });
    expect(cannot.compared[0]).toMatchObject({
      kept: 1,
      by: 'checks',
      why: 'lab/own’s cannot be made',
      proposals: [{ outcome: { applied: false, why: expect.stringContaining('sum.js') } }, {}],
    });
    expect(cannot.result.verified).toBe(true);
    const others = await play([RIGHT, ...HAND_IN], { rival: rival(MISPLACED).later });
    expect(others.compared[0]).toMatchObject({ kept: 0, by: 'checks', why: 'lab/rival’s cannot be made' });
    const both = await play([MISPLACED, RIGHT, ...HAND_IN], { rival: rival(MISPLACED).later });
    expect(both.compared[0]).toMatchObject({ kept: 0, by: 'first', why: 'neither can be made' });
    expect(both.of('action.completed')[0]!.outcome).toBe('error');
  });

  it('a rival that does something else leaves the first as it is', async () => {
    const { compared, of } = await play([RIGHT, ...HAND_IN], { rival: rival(bash('cat sum.js')).later });
    expect(compared).toMatchObject([
      {
        kept: 0,
        by: 'only',
        why: 'lab/rival does not edit here',
        proposals: [{ outcome: null }, { outcome: null }],
      },
    ]);
    expect(of('model.consulted')).toMatchObject([{ role: 'rival', model: 'lab/rival', usage: RIVALS }]);
  });

  it('is not asked where the first does not edit, looks, or runs a command before it edits', async () => {
    const second = rival(RIGHT);
    const look = call('edit', { command: 'view', path: 'sum.js' });
    const after = { calls: [...bash('sed -i s/x/y/ sum.js').calls, ...RIGHT.calls] };
    const part = call('edit', { command: 'create', path: 'long.txt', text: 'one\n', more: true });
    const { compared } = await play([bash('ls'), look, after, part, ...HAND_IN], { rival: second.later });
    expect(second.asked).toEqual([]);
    expect(compared).toEqual([]);
  });

  it('several edits of a reply are tried together, what follows them is not', async () => {
    const twice = {
      calls: [...USELESS.calls, ...replace('let i = 2', 'let i = 0').calls, ...bash('exit 7').calls],
    };
    const { compared, result } = await play([HARMFUL, ...HAND_IN], { rival: rival(twice).later });
    expect(compared).toMatchObject([
      { kept: 1, by: 'checks', proposals: [{ outcome: { broke: 1 } }, { outcome: { passed: 1, broke: 0 } }] },
    ]);
    expect(result.patch).toContain('let i = 0');
  });
});

describe('a rival that fails', () => {
  const edits = [1, 2, 3, 4].map((n) => call('edit', { command: 'create', path: `${n}.txt`, text: 'x\n' }));

  it('ends and delays nothing, and after three times in a row is asked no more', async () => {
    const second = rival(() => {
      throw new ModelError('forbidden', 'not for you');
    });
    const { result, compared, of } = await play([...edits, RIGHT, ...HAND_IN], { rival: second.later });
    expect(result).toMatchObject({ status: 'solved', verified: true });
    expect(second.asked).toHaveLength(3);
    expect(compared.map(({ by, kept }) => `${by} ${kept}`)).toEqual(['only 0', 'only 0', 'only 0']);
    expect(compared.map(({ why }) => why.includes('it is asked no more in this run'))).toEqual([
      false,
      false,
      true,
    ]);
    expect(of('model.consulted')).toMatchObject(Array(3).fill({ role: 'rival', failure: 'forbidden' }));
  });

  it('three failures that are not in a row do not count', async () => {
    let turn = 0;
    const second = rival(() => {
      turn += 1;
      if (turn % 2 === 1) throw new ModelError('forbidden', 'not for you');
      return bash('ls');
    });
    await play([...edits, RIGHT, ...HAND_IN], { rival: second.later });
    expect(second.asked).toHaveLength(5);
  });

  it('a missing key is told with what to do', async () => {
    const open = async () => {
      throw new OperatorError('no-key', 'there is no key for lab', { hint: 'set LAB_KEY' });
    };
    const { result, compared, of } = await play([RIGHT, ...HAND_IN], { rival: { id: 'lab/rival', open } });
    expect(result.verified).toBe(true);
    expect(compared).toMatchObject([{ by: 'only', why: 'there is no key for lab; set LAB_KEY' }]);
    expect(of('model.consulted')).toMatchObject([{ role: 'rival', failure: 'no-key' }]);
  });

  it('a comparator that fails, or has no key, decides nothing', async () => {
    const failing = comparator(() => {
      throw new ModelError('forbidden', 'not for you');
    });
    const open = async () => {
      throw new OperatorError('no-key', 'there is no key for lab');
    };
    for (const judge of [failing.later, { id: 'lab/comparator', open }]) {
      const { result, compared } = await play([RIGHT, ...HAND_IN], {
        rival: rival(ALSO_RIGHT).later,
        comparator: judge,
      });
      expect(result.verified).toBe(true);
      expect(compared).toMatchObject([
        { kept: 0, by: 'first', why: expect.stringMatching(/not for you|no key/) },
      ]);
      expect(compared[0]!.proposals[0]!.outcome).toMatchObject({ passed: 1 });
    }
  });
});

describe('what it costs', () => {
  it('is in the ledger: the replies kept, those that were not, and the comparator’s', async () => {
    const judge = comparator((text) =>
      isBefore(text, 'numbers[0]', 'let i = 0') ? 'FIRST: x' : 'SECOND: x',
    );
    const { result, of } = await play([RIGHT, ...HAND_IN], {
      rival: rival(ALSO_RIGHT).later,
      comparator: judge.later,
    });
    const asked = [OWN, RIVALS, COMPARATORS, COMPARATORS, OWN, OWN];
    expect(result.usage.outputTokens).toBe(tokens(...asked));
    expect(result.costUsd).toBeCloseTo(tokens(...asked) * USD);
    expect(result.steps).toBe(of('model.completed').length);
  });

  it('a rival is not asked with money that is spent', async () => {
    const second = rival(USELESS);
    const { compared, result } = await play(
      [RIGHT, ...HAND_IN],
      { rival: second.later },
      {
        limits: { usd: tokens(OWN) * USD },
      },
    );
    expect(second.asked).toEqual([]);
    expect(compared).toEqual([]);
    expect(result.status).toBe('limit');
  });
});

describe('what is only tried', () => {
  it('asks nobody, and calls no program beyond the sandbox', async () => {
    const asked: unknown[] = [];
    const approver: Approver = {
      by: 'person',
      approve: async ({ input: about }) => {
        asked.push(about);
        return { allow: true };
      },
    };
    const log = join(temporaryFolder(), 'log');
    const { compared, result } = await play([USELESS, ...HAND_IN], {
      rival: rival(RIGHT).later,
      guard: { mode: 'ask', approver },
      hooks: [{ on: 'after', tools: ['edit'], run: `echo once >> ${log}`, outside: true }],
    });
    expect(compared).toMatchObject([{ kept: 1 }]);
    expect(asked).toEqual([RIGHT.calls[0]!.input]);
    expect(readFileSync(log, 'utf8')).toBe('once\n');
    expect(result.verified).toBe(true);
  });

  it('leaves the files as they were', async () => {
    const second = rival(call('edit', { command: 'create', path: 'tried.txt', text: 'x\n' }));
    const { of, repo } = await play([RIGHT, ...HAND_IN], { rival: second.later });
    const { changed } = of('action.completed')[0]!;
    expect(changed).toEqual([{ path: 'sum.js', status: 'modified' }]);
    expect(existsSync(join(repo, 'tried.txt'))).toBe(false);
  });
});

describe('a rollout that is stopped meanwhile', () => {
  it('keeps the reply it has, and goes on with it', async () => {
    const stop = new AbortController();
    const second = rival(() => {
      stop.abort();
      return USELESS;
    });
    const first = await play([RIGHT, ...HAND_IN], { rival: second.later, signal: stop.signal });
    expect(first.result.status).toBe('interrupted');
    expect(first.compared).toMatchObject([{ kept: 0, why: expect.stringContaining('was stopped before') }]);
    const { signal: _, ...run } = first.run;
    const result = await resume(
      { rollout: first.result.rollout, model: own([call('bash', { command: 'exit 9' }), ...HAND_IN]) },
      { ...run, rival: second.later },
    );
    expect(result).toMatchObject({ verified: true, steps: 3 });
    expect(second.asked).toHaveLength(1);
  });

  it('ends what it tries, and makes the first’s', async () => {
    const stop = new AbortController();
    const slow = rival(call('edit', { command: 'create', path: 'slow', text: 'x\n' }));
    const command = 'test ! -e slow || (echo waiting; sleep 600); node --test';
    const { result } = await play(
      [RIGHT, ...HAND_IN],
      {
        rival: slow.later,
        signal: stop.signal,
        observer: { output: (chunk) => chunk.includes('waiting') && stop.abort() },
      },
      { checks: [{ name: 'test', command, framework: 'node:test', timeoutSeconds: 600 }] },
    );
    expect(result.status).toBe('interrupted');
    expect(result.compared).toMatchObject([
      { kept: 'lab/own', by: 'first', why: 'the rollout was stopped before they were compared' },
    ]);
  });
});

describe('a disk that does not take what the others cost', () => {
  it.each(['model.consulted', 'edit.compared'])(
    'ends the run at %s: nothing is spent unseen',
    async (type) => {
      const run = runtime({
        rival: rival(ALSO_RIGHT).later,
        comparator: comparator(() => 'EQUAL').later,
      });
      const task = { task: 'Mend sum().', repo: repository(BUGGY), ...HOST, model: own([RIGHT, ...HAND_IN]) };
      const started = solve(task, { ...run, store: refusing(run.store, type) });
      await expect(started).rejects.toMatchObject({ code: 'disk-full' });
      const [row] = run.store.rollouts();
      const result = await resume({ rollout: row!.rollout, model: own([RIGHT, ...HAND_IN]) }, run);
      expect(result).toMatchObject({ verified: true, compared: [{ by: 'first' }] });
    },
  );
});

function isBefore(text: string, one: string, other: string): boolean {
  return text.indexOf(one) < text.indexOf(other);
}
