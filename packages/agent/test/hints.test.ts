import type { EventOf } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { STAGE_HINTS } from '../src/hints.ts';
import { replay } from '../src/replay.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, call, FINISH, FIX, HOST, repository, runtime } from './support.ts';

type Step = { calls: { tool: string; input: unknown }[] };

/** `executed`: what it prints is the same each time, so that it can be run again. */
async function play(steps: Step[], options: object = {}, executed = false) {
  const run = runtime();
  const prompts: string[] = [];
  const script = [...steps, { calls: [FINISH] }, { calls: [FINISH] }];
  const model = scriptedModel((prompt, turn) => {
    prompts.push(JSON.stringify(prompt));
    return script[turn]!;
  });
  const task = {
    task: 'fix',
    repo: repository(BUGGY),
    model,
    checks: [],
    stuckCheck: false,
    ...HOST,
    ...options,
  };
  const result = await solve(task, run);
  const notes = run.seen.flatMap(({ event }) =>
    event.type === 'note.added' && event.about === 'stage' ? [event.name] : [],
  );
  const { store, home } = run;
  for (const execute of executed ? [true, false] : [false])
    expect(await replay({ rollout: result.rollout, execute }, { store, home })).toMatchObject({
      identical: true,
    });
  return { notes, prompts, run, result };
}

const WRONG = call('edit', { command: 'replace', path: 'sum.js', old: 'not there', new: 'x' });
const LONG = bash('seq 100000');
const LOOK = (n: number) => call('edit', { command: 'view', path: n % 2 === 0 ? 'sum.js' : 'package.json' });
const times = (count: number, step: (n: number) => Step) => Array.from({ length: count }, (_, n) => step(n));

describe('stage hints', () => {
  it.each<[string, Step[], object]>([
    ['edits-fail', [WRONG, WRONG], {}],
    ['outputs-cut', [LONG, LONG, LONG], {}],
    ['untried', [{ calls: [FIX] }, ...times(5, LOOK)], {}],
    ['nothing-changed', times(7, (n) => bash(`echo ${n}`)), { limits: { steps: 10 } }],
  ])('%s comes when it is due, and not again at once', async (name, steps, options) => {
    const { notes } = await play(steps, options);
    expect(notes).toEqual([name]);
    const { notes: quiet } = await play(steps.slice(0, -3), options);
    expect(quiet).toEqual([]);
  });

  it('comes again after its steps', async () => {
    const hint = STAGE_HINTS.find(({ name }) => name === 'edits-fail')!;
    const { notes } = await play(times(hint.every + 3, () => WRONG));
    expect(notes).toEqual(['edits-fail', 'edits-fail']);
  });

  it('says nothing over a rollout that goes well', async () => {
    const { notes } = await play([bash('cat sum.js'), { calls: [FIX] }, bash('npm test')]);
    expect(notes).toEqual([]);
  });
});

describe('views', () => {
  it('are told at the end of the prompt when they have changed, and else cost nothing', async () => {
    const { prompts, run } = await play(
      [
        call('watch', { name: 'start', command: 'grep -c "i = 0" sum.js || true' }),
        LOOK(0),
        { calls: [FIX] },
        LOOK(1),
      ],
      { tools: ['watch'] },
      true,
    );
    const told = (text: string, prompt: string) => prompt.split(`[view \\"start\\"]\\n${text}`).length - 1;
    expect(prompts.map((prompt) => told('0', prompt))).toEqual([0, 1, 1, 1, 1, 1]);
    expect(prompts.map((prompt) => told('1', prompt))).toEqual([0, 0, 0, 1, 1, 1]);
    for (const [index, prompt] of prompts.slice(1).entries())
      expect(prompt.startsWith(prompts[index]!.slice(0, -1))).toBe(true);
    const refreshed = run.seen.filter(({ event }) => event.type === 'view.refreshed');
    expect(refreshed).toHaveLength(5);
  });

  it('leave no trace in the files', async () => {
    const { result } = await play(
      [call('watch', { name: 'dirt', command: 'date +%N | tee dirt.txt' }), LOOK(0)],
      { tools: ['watch'] },
    );
    expect(result.patch).toBe('');
  });

  it('that fail are refused at once, and later taken away after three times', async () => {
    const flag = 'test ! -e broken || exit 3';
    const { run } = await play(
      [
        call('watch', { name: 'no', command: 'exit 3' }),
        call('watch', { name: 'flag', command: flag }),
        bash('touch broken'),
        ...times(4, LOOK),
        call('watch', { name: 'flag', command: null }),
      ],
      { tools: ['watch'] },
    );
    const seen = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
    expect(seen[0]).toMatchObject({ outcome: 'error', content: expect.stringContaining('exit code 3') });
    const failures = run.seen.filter(
      (recorded): recorded is typeof recorded & { event: EventOf<'view.refreshed'> } =>
        recorded.event.type === 'view.refreshed' && recorded.event.outcome === 'error',
    );
    expect(failures).toHaveLength(3);
    expect(seen.findLast(({ content }) => content.includes('There is no view "flag"'))).toBeDefined();
  });

  it('may find nothing: exit code 1 without output is empty', async () => {
    const { run } = await play(
      [
        call('watch', { name: 'todo', command: 'grep -rn LATER .' }),
        LOOK(0),
        bash('echo "// LATER" > todo.js'),
        bash('rm todo.js'),
        call('watch', { name: 'said', command: 'echo no; exit 1' }),
      ],
      { tools: ['watch'] },
      true,
    );
    const refreshed = run.seen.flatMap(({ event }) => (event.type === 'view.refreshed' ? [event] : []));
    const shown = refreshed.map(({ outcome, content }) => `${outcome}: ${content}`);
    expect(shown).toEqual([
      'ok: (empty)',
      'ok: (empty)',
      'ok: ./todo.js:1:// LATER',
      ...shown.slice(3).fill('ok: (empty)'),
    ]);
    const seen = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
    expect(seen[0]).toMatchObject({ outcome: 'ok', content: expect.stringContaining('View "todo" is kept') });
    expect(seen[4]).toMatchObject({ outcome: 'error', content: expect.stringContaining('exit code 1') });
  });

  it('are four at most', async () => {
    const { run } = await play(
      times(5, (n) => call('watch', { name: `v${n}`, command: 'true' })),
      { tools: ['watch'] },
    );
    const seen = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event.content] : []));
    expect(seen[4]).toContain('There are 4 views already (v0, v1, v2, v3)');
  });
});
