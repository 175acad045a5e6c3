import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { overviewOf } from '@heddle/agent';
import { openStore, type Recorded } from '@heddle/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { palette } from '../src/render/palette.ts';
import { rolloutTable } from '../src/render/rollout-table.ts';
import { PATCH, recordedRollout } from './recorded.ts';
import { recordedAttempts } from './recorded-attempts.ts';
import { HEDDLE, heddle, run, temporaryFolder } from './support.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

/** Writes events into the journal of `home` as they are. */
function journal(
  rollout: string,
  events: (put: (text: string) => string) => readonly Recorded[],
  createdAt = 0,
): void {
  const store = openStore(join(home, 'journal.db'));
  store.create({ rollout, parent: null, createdAt });
  const put = (text: string) => store.objects.put(text);
  for (const { position, event, at } of events(put)) store.append(rollout, position, event, at);
  store.close();
}
const whole = (put: (text: string) => string) => recordedRollout({ put });
const show = async (...args: string[]) => (await heddle(['show', ...args], { home })).stdout;

describe('show', () => {
  beforeEach(() => journal('1t6x9b2k3a', whole));

  test('is a transcript to read from top to bottom, free of control sequences', async () => {
    const text = await show('last');
    expect(text).not.toMatch(/\u001b/);
    expect(text).toMatchInlineSnapshot(`
      "1t6x9b2k3a  ✓ solved  4 steps, 30 s, $0.02

      task        Totals leave out the first row

                  Seen on Monday.
      repository  /home/ann/app at 1a2b3c4d5e
      model       acme/large-1, seed 7
      sandbox     bubblewrap, network closed
      limits      150 steps, $5.00, 1 h
      checks      test: npm test
      started     2026-11-21 04:50:12 UTC, Heddle 0.1.0

      before any edit
      ! uncommitted changes carried over: src/a.js
        test  ✗ 2 failing  2.3 s
          ✗ totals > first row
          ✗ totals > one row

      step 1
        ↻ acme answers 429; again after 3.0 s
        Let me see how it fails, and read the module that computes the totals.
        ▸ bash npm test 2>&1 | tail -40
          │ line 1
          │ line 2
          │ line 3
          │ line 4
          │ line 5
          │ line 6
          │ … 22 more lines (--step 1)
          │ line 29
          │ line 30
          │ [exit code 1]
          exit 1
        ▸ edit view src/totals.js
          │ 1	let i = 1

      step 2
        The loop starts at 1 — 行 0 is never added.
        ▸ edit replace src/totals.js let i = 1 → let i = 0
          │ Changed src/totals.js.
          src/totals.js modified
        test  ✗ 2 failing → ✓ all 34 pass  2.3 s
          ✓ totals > first row
          ✓ totals > one row

      ‖ paused: stopped by the user
      ▸ resumed

      step 3
        ▸ finish The first row was left out. 0.9
          │ Not submitted yet.
        you: keep it small

      step 4
        ▸ finish The first row was left out. 0.9
          │ Submitted.

      ✓ solved, verified, the model gives it 90 %
        The first row was left out.
        test  ✓ all 34 pass
      "
    `);
  });

  test('--step shows one step with nothing cut', async () => {
    expect(await show('1t6x', '--step', '1')).toMatchInlineSnapshot(`
      "step 1
        ↻ acme answers 429; again after 3.0 s
        Where is it?
        Let me see how it fails, and read the module that computes the totals.
        (1.5 s, 1200 + 80 tokens, $0.004)
        ▸ bash npm test 2>&1 | tail -40
          command: npm test 2>&1 | tail -40
          │ line 1
          │ line 2
          │ line 3
          │ line 4
          │ line 5
          │ line 6
          │ line 7
          │ line 8
          │ line 9
          │ line 10
          │ line 11
          │ line 12
          │ line 13
          │ line 14
          │ line 15
          │ line 16
          │ line 17
          │ line 18
          │ line 19
          │ line 20
          │ line 21
          │ line 22
          │ line 23
          │ line 24
          │ line 25
          │ line 26
          │ line 27
          │ line 28
          │ line 29
          │ line 30
          │ in full
          exit 1
        ▸ edit view src/totals.js
          command: view
          path: src/totals.js
          │ 1	let i = 1
      "
    `);
  });

  test('--step 0 is what came before the first', async () => {
    expect(await show('--step', '0')).toContain(
      '\nbefore any edit\n! uncommitted changes carried over: src/a.js\n  test  ✗ 2 failing  2.3 s\n',
    );
  });

  test('--json gives the events, all or of one step', async () => {
    const all: Recorded[] = JSON.parse(await show('--json'));
    expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index));
    expect(all.at(-1)?.event).toMatchObject({ type: 'rollout.completed', status: 'solved' });
    const step: Recorded[] = JSON.parse(await show('--json', '--step', '4'));
    expect(step.map(({ event }) => event.type)).toEqual([
      'model.requested',
      'model.completed',
      'action.started',
      'action.completed',
      'rollout.completed',
    ]);
  });

  test('--diff gives the patch byte for byte', async () => {
    expect(await show('--diff')).toBe(PATCH);
  });

  test('--prompt gives what the model was asked: the conversation before the step', async () => {
    const text = await show('--prompt', '2');
    expect(text).toContain('Totals leave out the first row');
    expect(text).toContain('▸ bash {"command":"npm test 2>&1 | tail -40"}');
    expect(text).not.toContain('The loop starts at 1');
    const request = JSON.parse(await show('--prompt', '2', '--json'));
    expect(Object.keys(request)).toEqual(['prompt', 'tools']);
  });

  test.each([
    [['show', 'zzz'], 'heddle: there is no rollout zzz\n  hint: `heddle list` shows those there are\n'],
    [['show', '--step', '9'], 'heddle: there is no step 9\n  hint: the steps are 0 to 4\n'],
    [['show', '--prompt', '9'], 'heddle: step 9 asked no model\n  hint: the steps are 1 to 4\n'],
    [['resume', 'last'], 'heddle: rollout 1t6x9b2k3a is finished (solved)\n'],
    [['resume'], 'heddle: every rollout is finished or running\n'],
    [['fork', 'last@9', '--model', 'relay'], 'heddle: rollout 1t6x9b2k3a has no finished step 9\n'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await heddle(args, { home });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(message)).toBe(true);
  });
});

describe('list', () => {
  /** The first `count` events of the rollout, written under another id. */
  const part = (rollout: string, count: number) => (put: (text: string) => string) =>
    recordedRollout({ put })
      .slice(0, count)
      .map((recorded) => ({ ...recorded, rollout }));

  test('no rollout yet', async () => {
    expect((await heddle(['list'], { home })).stdout).toBe(
      'No rollout yet. Start one with `heddle solve`.\n',
    );
    expect((await heddle(['list', '--json'], { home })).stdout).toBe('[]\n');
  });

  test('none but trials', async () => {
    const [row] = [{ agent: 'solo', instance: 'a-1', attempt: 1, order: 0 }];
    const store = openStore(join(home, 'journal.db'));
    const plan = store.objects.put('{}');
    store.experiments.plan({ experiment: 'tried', name: '', plan, createdAt: 1 }, [row!]);
    for (const recorded of recordedRollout()) {
      if (recorded.position === 0) store.create({ rollout: recorded.rollout, parent: null, createdAt: 1 });
      store.append(recorded.rollout, recorded.position, recorded.event, recorded.at);
    }
    store.experiments.begin({ ...row!, experiment: 'tried' }, recordedRollout()[0]!.rollout);
    store.close();
    expect((await heddle(['list'], { home })).stdout).toBe(
      'No rollout but trials of experiments: `heddle list --all` lists them, `heddle experiments` their experiments.\n',
    );
    expect((await heddle(['list', '--all'], { home })).stdout).toContain(recordedRollout()[0]!.rollout);
  });

  test('newest first; how each stands is read from its journal', async () => {
    journal('1t6x9b2k3a', whole, 1);
    journal('1t6xaaaaaa', part('1t6xaaaaaa', 12), 2);
    journal('1t6xbbbbbb', () => [], 3);
    const { stdout } = await heddle(['list', '--json'], { home });
    expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
      [
        {
          "costUsd": 0.004,
          "rollout": "1t6xaaaaaa",
          "seconds": 11,
          "status": "interrupted",
          "task": "Totals leave out the first row

      Seen on Monday.",
          "verified": false,
        },
        {
          "costUsd": 0.016,
          "rollout": "1t6x9b2k3a",
          "seconds": 30,
          "status": "solved",
          "task": "Totals leave out the first row

      Seen on Monday.",
          "verified": true,
        },
      ]
    `);
    const store = openStore(join(home, 'journal.db'));
    const overviews = store.rollouts().flatMap(({ rollout }) => overviewOf(store, rollout, {}) ?? []);
    store.close();
    const now = overviews[0]!.startedAt + 3 * 3_600_000;
    expect(
      rolloutTable(
        overviews.map((overview) => ({ overview, within: null })),
        { columns: 80, palette: palette(false), now },
      ),
    ).toMatchInlineSnapshot(`
      "ROLLOUT     STARTED  STATUS         TIME    COST  TASK
      1t6xaaaaaa  3 h ago  ‖ interrupted  11 s  $0.004  Totals leave out the first row
      1t6x9b2k3a  3 h ago  ✓ solved       30 s   $0.02  Totals leave out the first row
      "
    `);
    const { stdout: table } = await heddle(['list', '-n', '3'], { home });
    expect(table.split('\n').map((line) => line.slice(0, 10))).toEqual([
      'ROLLOUT   ',
      '1t6xaaaaaa',
      '1t6x9b2k3a',
      '',
    ]);
  });

  test('one that cannot be read is a line of its own and hides no other', async () => {
    journal('1t6x9b2k3a', whole, 1);
    journal('1t6xnewnew', part('1t6xnewnew', 12), 2);
    const db = new DatabaseSync(join(home, 'journal.db'));
    db.exec("UPDATE events SET version = 99 WHERE rollout = '1t6xnewnew'");
    db.close();
    const reason =
      'event 0 of rollout 1t6xnewnew was written by a newer Heddle (format 99; this one reads up to 6)';
    const { code, stdout } = await heddle(['list', '--json'], { home });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      { rollout: '1t6xnewnew', status: 'unreadable', reason },
      expect.objectContaining({ rollout: '1t6x9b2k3a', status: 'solved' }),
    ]);
    const table = (await heddle(['list'], { home })).stdout.split('\n');
    expect(table[1]).toMatch(/^1t6xnewnew .*✗ unreadable .*event 0 of rollout/);
    expect(table[2]).toMatch(/^1t6x9b2k3a .*✓ solved/);
  });

  test('one whose process died before it wrote anything is told as that', async () => {
    journal('1t6xbbbbbb', () => []);
    for (const command of ['show', 'resume', 'replay']) {
      const { code, stderr } = await heddle([command, 'last'], { home });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^heddle: .*1t6xbbbbbb.*\n {2}hint: .*\n$/);
    }
  });

  test('a reader that leaves early is no fault', async () => {
    for (let i = 0; i < 3; i++) journal(`1t6x00000${i}`, part(`1t6x00000${i}`, 12), i);
    const end = await run('/bin/sh', ['-c', '"$0" show --json | head -n 1', HEDDLE], { home });
    expect(end).toEqual({ code: 0, stdout: '[\n', stderr: '' });
  });

  test('ambiguous beginnings are named', async () => {
    journal('1t6xaaaaaa', part('1t6xaaaaaa', 12));
    journal('1t6xbbbbbb', part('1t6xbbbbbb', 12), 2);
    const { code, stderr } = await heddle(['show', '1t6'], { home });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'heddle: several rollouts begin with 1t6\n  hint: one of 1t6xbbbbbb, 1t6xaaaaaa\n',
    });
  });
});

describe('a rollout made of agents', () => {
  beforeEach(() => {
    const store = openStore(join(home, 'journal.db'));
    const put = (text: string) => store.objects.put(text);
    const begun = new Set<string>();
    for (const { recorded } of recordedAttempts({ put })) {
      const { rollout, position, event, at } = recorded;
      if (!begun.has(rollout)) store.create({ rollout, parent: null, createdAt: at });
      begun.add(rollout);
      store.append(rollout, position, event, at);
    }
    store.close();
  });

  test('is listed without its parts, and is the last one; with --all they stand below it', async () => {
    const ids = (text: string) =>
      text
        .split('\n')
        .slice(1, -1)
        .map((line) => line.slice(0, 12).trimEnd());
    expect(ids((await heddle(['list'], { home })).stdout)).toEqual(['1t6x9b2k3a']);
    expect(ids((await heddle(['list', '--all', '-n', '1'], { home })).stdout)).toEqual([
      '1t6x9b2k3a',
      '  1t6xchild1',
      '  1t6xchild2',
      '  1t6xchild3',
      '  1t6xchild4',
      '  1t6xchild5',
    ]);
    expect(await show('last', '--diff')).toContain('+let i = 0\n');
  });

  test('its parts are not taken up without it', async () => {
    const { code, stderr } = await heddle(['resume'], { home });
    expect({ code, line: stderr.split('\n', 1)[0] }).toEqual({
      code: 2,
      line: 'heddle: every rollout is finished or running',
    });
  });

  test('shows its agents; a part says whose it is', async () => {
    expect((await show()).split('\n').slice(-17).join('\n')).toMatchInlineSnapshot(`
      "agents
        #1  ✓ handed in 92 %                          4 steps  21 s  $0.02  1t6xchild1
        #2  ? handed in 40 %  not verified, from #1…  4 steps  22 s  $0.02  1t6xchild2
        #3  ✓ handed in 80 %  from #1 step 2          4 steps  23 s  $0.02  1t6xchild3
        #4  ■ stopped  it was not needed any more, …  4 steps  24 s  $0.02  1t6xchild4
        #5  ✗ gave up  I see nothing wrong., from #…  4 steps  25 s  $0.02  1t6xchild5

        #1 was chosen (91 %): --crosscheck shows why

        test  ✗ 2 failing → ✓ all 34 pass  2.3 s
          ✓ totals > first row
          ✓ totals > one row

      ✓ solved, verified, the crosscheck gives it 91 %
        The first row was left out.
        test  ✓ all 34 pass
      "
    `);
    expect((await show('1t6xchild1')).split('\n')[1]).toBe(
      'a part of 1t6x9b2k3a, for bestOf/1/rollout: heddle show 1t6x9b2k3a',
    );
  });

  test('--crosscheck, for people and for programs; one clear line where there is none', async () => {
    expect(await show('--crosscheck')).toContain('\n#1 is chosen; it is right with a probability of 91 %.\n');
    const [selection] = JSON.parse(await show('--crosscheck', '--json'));
    expect(Object.keys(selection)).toEqual(['path', 'candidates', 'tests', 'comparisons', 'chosen']);
    expect(
      selection.tests.map(({ test: name, dismissed }: { test: string; dismissed: string }) => [
        name,
        dismissed,
      ]),
    ).toEqual([
      ['test', null],
      ['test, with the tests as they were', null],
      ['reproduction of #1', null],
      ['test/a-rather-long-name-of-a-file/with-folders/totals-of-all-rows.test.js', null],
      ['tests of #4', 'flaky'],
      ['total(rows)', null],
    ]);
    expect(await show('1t6xchild1', '--crosscheck')).toBe(
      '1t6xchild1 has no candidates: one agent made it alone; `heddle solve --attempts 5` makes several\n',
    );
    expect(await show('1t6xchild1', '--crosscheck', '--json')).toBe('[]\n');
  });
});
