import { OperatorError, type Recorded } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import type { Answer, Approver, Question } from '../src/guard/approver.ts';
import { modelAuditor } from '../src/guard/auditor.ts';
import { guardDetailsOf } from '../src/guard/guard.ts';
import { replay } from '../src/replay.ts';
import { stateOf } from '../src/result.ts';
import { forkRollout, resume } from '../src/resume.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, FINISH, HOST, repository, runtime, SOLVING } from './support.ts';

/** Answers in order, and remembers what it was asked. */
function person(answers: readonly Answer[]): Approver & { readonly asked: Question[] } {
  const asked: Question[] = [];
  return {
    by: 'person',
    asked,
    async approve(question) {
      asked.push(question);
      return answers[asked.length - 1] ?? { allow: true };
    },
  };
}

const task = 'sum() leaves out the first number';
const steps = (...commands: string[]) =>
  scriptedModel([...commands.map(bash), { calls: [FINISH] }, { calls: [FINISH] }]);
const actions = (seen: readonly Recorded[]) =>
  seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
const options = (repo: string) => ({ task, repo, checks: [], ...HOST });

describe('modes', () => {
  it('never asks nobody and judges nothing', async () => {
    const approver = person([]);
    const at = runtime({ guard: { mode: 'never', approver } });
    await solve(
      { ...options(repository(BUGGY)), model: steps('rm sum.test.js', 'git commit --amend -qm x') },
      at,
    );
    expect(approver.asked).toEqual([]);
    expect(actions(at.seen).map(({ details }) => guardDetailsOf(details))).toEqual([null, null, null, null]);
  });

  it('risky asks before what destroys or leaves, and not before work', async () => {
    const approver = person([{ allow: false }, { allow: true }]);
    const at = runtime({ guard: { mode: 'risky', approver } });
    const repo = repository(BUGGY);
    await solve(
      {
        ...options(repo),
        model: steps('ls; echo x > new.txt', 'rm sum.test.js', 'git commit --amend -qm again && echo done'),
      },
      at,
    );
    expect(approver.asked.map(({ because }) => because.map(({ kind }) => kind))).toEqual([
      ['delete-tests'],
      ['history'],
    ]);
    const [work, refused, amended] = actions(at.seen);
    expect(guardDetailsOf(work?.details)).toBeNull();
    expect(refused).toMatchObject({
      outcome: 'error',
      content:
        'Refused by the user, so nothing was run: rm sum.test.js: may delete tests (delete-tests).\nDo it another way, or go on without it.',
      changed: [],
      details: { guard: { mode: 'risky', decision: 'refused', by: 'person' } },
    });
    expect(amended).toMatchObject({
      outcome: 'ok',
      details: { exitCode: 0, guard: { decision: 'allowed', by: 'person' } },
    });
  });

  it('ask asks before each writing action and not before reading', async () => {
    const approver = person([{ allow: true }]);
    const at = runtime({ guard: { mode: 'ask', approver } });
    const result = await solve({ task, repo: repository(BUGGY), model: scriptedModel(SOLVING), ...HOST }, at);
    expect(result.status).toBe('solved');
    expect(approver.asked.map(({ tool }) => tool)).toEqual(['edit']);
  });

  it('a refusal carries an instruction that the model reads', async () => {
    const approver = person([{ allow: false, instruction: 'Leave the tests alone; the bug is in sum.js.' }]);
    const at = runtime({ guard: { mode: 'risky', approver } });
    await solve({ ...options(repository(BUGGY)), model: steps('rm sum.test.js') }, at);
    expect(actions(at.seen)[0]?.content).toContain('\nLeave the tests alone; the bug is in sum.js.');
  });

  it('with nobody to ask, what would be asked is refused', async () => {
    const at = runtime({ guard: { mode: 'risky' } });
    await solve({ ...options(repository(BUGGY)), model: steps('git push origin main') }, at);
    expect(actions(at.seen)[0]).toMatchObject({
      outcome: 'error',
      details: { guard: { by: 'nobody', decision: 'refused' } },
    });
  });

  it('the user’s rules come before the mode, the strictest of a command line counts', async () => {
    const approver = person([]);
    const rules = {
      commands: [
        { command: 'git commit', decide: 'allow' as const },
        { command: 'git push', decide: 'deny' as const, say: 'Nothing is pushed from here.' },
      ],
    };
    const at = runtime({ guard: { mode: 'risky', rules, approver } });
    await solve(
      {
        ...options(repository(BUGGY)),
        model: steps('git commit --amend -qm x', 'git commit -qm x; git -C . push origin'),
      },
      at,
    );
    expect(approver.asked).toEqual([]);
    expect(actions(at.seen)[0]?.outcome).toBe('ok');
    expect(actions(at.seen)[1]?.content).toContain('Refused by the user’s rules');
    expect(actions(at.seen)[1]?.content).toContain('\nNothing is pushed from here.');
  });

  it('a sealed history is not looked at, in any mode', async () => {
    const at = runtime({ guard: { rules: { sealed: true } } });
    await solve(
      { ...options(repository(BUGGY)), model: steps('git log --all -p', 'git log -1 --format=%s') },
      at,
    );
    expect(
      actions(at.seen)
        .map(({ outcome }) => outcome)
        .slice(0, 2),
    ).toEqual(['error', 'ok']);
  });
});

describe('what was decided stays decided', () => {
  it('a replay, executed or not, is identical and asks nobody', async () => {
    const approver = person([{ allow: false, instruction: 'No.' }, { allow: true }]);
    const at = runtime({ guard: { mode: 'risky', approver } });
    const { rollout } = await solve(
      { ...options(repository(BUGGY)), model: steps('rm sum.test.js', 'rm sum.test.js') },
      at,
    );
    expect(approver.asked).toHaveLength(2);
    for (const execute of [false, true])
      expect(await replay({ rollout, execute }, { store: at.store, home: at.home })).toMatchObject({
        identical: true,
      });
    expect(approver.asked).toHaveLength(2);
  });

  it('the time that a person takes is not the rollout’s', async () => {
    const approver: Approver = {
      by: 'person',
      approve: () => new Promise((resolve) => setTimeout(() => resolve({ allow: true }), 120)),
    };
    const at = runtime({ guard: { mode: 'risky', approver } });
    await solve({ ...options(repository(BUGGY)), model: steps('rm sum.test.js') }, at);
    const [asked] = actions(at.seen);
    const seconds = guardDetailsOf(asked?.details)?.seconds ?? 0;
    expect(seconds).toBeGreaterThan(0);
    const passed = (at.seen.at(-1)!.at - at.seen[0]!.at) / 1000;
    expect(stateOf(at.seen).ledger.spent.seconds).toBeCloseTo(passed - seconds, 9);
  });

  it('the process dies while a person thinks: the action is interrupted, and asked about again when it is tried again', async () => {
    const stop = new AbortController();
    const waiting: Approver = {
      by: 'person',
      approve: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          stop.abort();
        }),
    };
    const repo = repository(BUGGY);
    const at = runtime({ signal: stop.signal, guard: { mode: 'risky', approver: waiting } });
    const { rollout, status } = await solve({ ...options(repo), model: steps('rm sum.test.js') }, at);
    expect(status).toBe('interrupted');
    const approver = person([{ allow: false }]);
    const again = { store: at.store, home: at.home, guard: { mode: 'risky' as const, approver } };
    const model = scriptedModel([
      bash('rm sum.test.js'),
      bash('rm sum.test.js'),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ]);
    await resume({ rollout, model }, again);
    const ends = actions([...at.store.read(rollout)]);
    expect(ends.map(({ outcome }) => outcome)).toEqual(['interrupted', 'error', 'ok', 'ok']);
    expect(approver.asked).toHaveLength(1);
    expect(await replay({ rollout, execute: false }, again)).toMatchObject({ identical: true });
  });
});

describe('a person talks', () => {
  it('what is said between steps is a note in the prompt, nothing is refused, and a replay knows it', async () => {
    const said = ['use a for-of loop'];
    let asked = 0;
    const inbox = { take: () => (asked < 2 ? [] : said.splice(0)) };
    const model = scriptedModel((prompt, turn) => {
      asked = turn + 1;
      const heard = JSON.stringify(prompt).includes('use a for-of loop');
      if (turn < 2) return { text: 'looking', ...bash(`echo ${turn}`) };
      return { text: heard ? 'heard' : 'deaf', calls: [FINISH] };
    });
    const at = runtime({ guard: { inbox } });
    const { rollout } = await solve({ ...options(repository(BUGGY)), model }, at);
    const notes = at.seen.flatMap(({ event }) =>
      event.type === 'note.added' && event.from === 'user' ? [event] : [],
    );
    expect(notes).toEqual([
      { type: 'note.added', from: 'user', about: 'instruction', text: 'use a for-of loop' },
    ]);
    const words = at.seen.flatMap(({ event }) => (event.type === 'model.completed' ? event.content : []));
    expect(words.filter((part) => part.type === 'text').map(({ text }) => text)).toEqual([
      'looking',
      'looking',
      'heard',
      'heard',
    ]);
    expect(await replay({ rollout, execute: true }, { store: at.store, home: at.home })).toMatchObject({
      identical: true,
    });
  });
});

describe('secrets', () => {
  const SECRET = 'hush-hush+4711/never';
  const guard = { secrets: [{ name: 'DEPLOY_KEY', value: SECRET }] };

  it('reach the command that names them and no other', async () => {
    const at = runtime({ guard });
    await solve(
      {
        ...options(repository(BUGGY)),
        model: steps(
          'test -n "$DEPLOY_KEY" && echo given',
          'printenv | grep -c DEPLOY || true',
          'printenv DEPLOY_"KEY"; echo none',
        ),
      },
      at,
    );
    const hints = at.seen.flatMap(({ event }) =>
      event.type === 'note.added' && event.about === 'hint' ? [event.text] : [],
    );
    expect(hints).toEqual([
      'Secrets: $DEPLOY_KEY. A command that names one so has it in its environment, and no other command does; you see its value masked.',
    ]);
    const [given, other, evasive] = actions(at.seen);
    expect(given?.content).toContain('given');
    expect(given?.details).toMatchObject({ guard: { decision: 'allowed', secrets: ['DEPLOY_KEY'] } });
    expect(other?.content).toMatch(/^0\n/);
    expect(evasive?.content).toMatch(/^none\n/);
  });

  it('are masked wherever text is kept or shown, in each form and when split over chunks', async () => {
    let shown = '';
    const base = runtime({ guard });
    const at = {
      ...base,
      observer: {
        event: base.observer?.event,
        output: (chunk: string) => {
          shown += chunk;
        },
      },
    } as typeof base;
    const each =
      'for ((i=0; i<$' + '{#DEPLOY_KEY}; i++)); do printf %s "$' + '{DEPLOY_KEY:i:1}"; done; echo; ';
    const leak = `echo "plain $DEPLOY_KEY"; printf %s "$DEPLOY_KEY" | base64; printf "x%s" "$DEPLOY_KEY" | base64 -w0; echo; ${each} printf %s "$DEPLOY_KEY" > kept.txt`;
    const { rollout, patch } = await solve({ ...options(repository(BUGGY)), model: steps(leak) }, at);
    const journal = JSON.stringify([...at.store.read(rollout)]);
    for (const text of [journal, shown, patch]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 24));
      expect(text).toContain('‹DEPLOY_KEY›');
    }
    expect(actions(at.seen)[0]?.content).toContain('plain ‹DEPLOY_KEY›');
    for (const { event } of [...at.store.read(rollout)]) {
      const digests = Object.values(event).filter(
        (value): value is string => typeof value === 'string' && at.store.objects.has(value),
      );
      for (const digest of digests)
        expect(Buffer.from(at.store.objects.get(digest)).toString()).not.toContain(SECRET);
    }
  });
});

describe('an auditor in the person’s place', () => {
  it('lets pass what serves the task and refuses with a reason', async () => {
    const questions: string[] = [];
    const auditor = scriptedModel((prompt) => {
      const text = JSON.stringify(prompt);
      questions.push(text);
      return {
        text: text.includes('git push')
          ? 'REFUSE: the task does not ask for publishing; finish instead.'
          : 'ALLOW',
      };
    });
    const at = runtime({ guard: { mode: 'risky', approver: modelAuditor(auditor) } });
    await solve(
      {
        ...options(repository(BUGGY)),
        model: steps('git push origin main', 'git commit --amend -qm x; echo ok'),
      },
      at,
    );
    const [pushed, amended] = actions(at.seen);
    expect(pushed?.content).toContain('Refused by the auditor');
    expect(pushed?.content).toContain('the task does not ask for publishing');
    expect(amended).toMatchObject({ outcome: 'ok', details: { guard: { by: 'auditor' } } });
    expect(questions[0]).toContain(task);
  });

  it('refuses when it answers anything else or cannot be asked', async () => {
    const signal = new AbortController().signal;
    const question: Question = {
      rollout: 'r',
      tool: 'bash',
      input: { command: 'x' },
      because: [],
      task,
      step: 1,
    };
    const mumbling = modelAuditor(scriptedModel([{ text: 'Well, it depends. ALLOW perhaps.' }]));
    expect(await mumbling.approve(question, signal)).toMatchObject({ allow: false });
    const broken = modelAuditor(
      scriptedModel(() => {
        throw new OperatorError('gone', 'no such server');
      }),
    );
    expect(await broken.approve(question, signal)).toMatchObject({ allow: false });
  });
});

it('a fork is judged by its own run’s guard', async () => {
  const at = runtime({ guard: { mode: 'risky' } });
  const repo = repository(BUGGY);
  const { rollout } = await solve({ ...options(repo), model: steps('git push') }, at);
  const model = scriptedModel([
    bash('x'),
    bash('git commit --amend -qm x'),
    { calls: [FINISH] },
    { calls: [FINISH] },
  ]);
  const fork = await forkRollout({ rollout, step: 1, model }, { store: at.store, home: at.home });
  expect(actions([...at.store.read(fork.rollout)])[0]?.outcome).toBe('ok');
});

describe('tampering', () => {
  const SKIP = {
    tool: 'edit',
    input: { command: 'replace', path: 'sum.test.js', old: "test('adds all'", new: "test.skip('adds all'" },
  };

  it('is told at the first call of finish and named in the result', async () => {
    const at = runtime();
    const model = scriptedModel([{ calls: [SKIP] }, { calls: [FINISH] }, { calls: [FINISH] }]);
    const { verified, reason, rollout } = await solve({ task, repo: repository(BUGGY), model, ...HOST }, at);
    const [, review] = actions(at.seen);
    const sign = 'sum.test.js:5 the test "adds all" is skipped now: test.skip (test-skipped)';
    expect(review?.content).toContain(
      `- Looks as if it made a check pass without doing the task: grave: ${sign}. Undo it,`,
    );
    expect(verified).toBe(false);
    expect(reason).toContain(`Signs of tampering: grave: ${sign}.`);
    expect(await replay({ rollout, execute: true }, { store: at.store, home: at.home })).toMatchObject({
      identical: true,
    });
  });

  it('is not told of honest work', async () => {
    const at = runtime();
    const { reason, verified } = await solve(
      { task, repo: repository(BUGGY), model: scriptedModel(SOLVING), ...HOST },
      at,
    );
    expect({ reason, verified }).toEqual({ reason: 'The first number was left out.', verified: true });
  });
});
