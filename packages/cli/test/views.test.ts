import type { RolloutEvent } from '@heddle/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiveView } from '../src/render/live-view.ts';
import { palette } from '../src/render/palette.ts';
import { replayText } from '../src/render/replay-text.ts';
import { RunNarrator } from '../src/render/run-narrator.ts';
import { type StepSummary, stepLine } from '../src/render/step-line.ts';
import { columnsOf } from '../src/render/text.ts';
import { openView, plainView } from '../src/render/view.ts';
import { terminalOf } from '../src/terminal.ts';
import { FakeTerminal, sink } from './fake-terminal.ts';
import { recordedRollout } from './recorded.ts';

function liveView(columns: number) {
  const terminal = new FakeTerminal(columns);
  const events = recordedRollout();
  let now = events[0]!.at;
  const narrator = new RunNarrator(() => terminalOf(terminal, { TERM: 'xterm' }));
  const view = new LiveView(terminal, { narrator, stoppingText: 'stopping', now: () => now });
  const until = (type: string, count = 1) => {
    for (let left = count; left > 0; ) {
      const recorded = events.shift()!;
      now = recorded.at;
      view.event(recorded);
      if (recorded.event.type === type) left -= 1;
    }
  };
  return { terminal, view, until };
}

describe('the live view at 80 columns', () => {
  test('shows what is going on in its bottom line', async () => {
    const { terminal, view, until } = liveView(80);
    until('action.started');
    view.output('ok 1 - first\nok 2 - \u001b[31msecond\u001b[0m row of a long test report\n');
    view.draw();
    expect(await terminal.text()).toMatchInlineSnapshot(`
      "heddle 1t6x9b2k3a  acme/large-1  bubblewrap
        Totals leave out the first row
        ! uncommitted changes carried over: src/a.js
        test  ✗ 2 failing  2.3 s
          ✗ totals > first row
          ✗ totals > one row
        ! acme answers 429; asking again in 3.0 s
       ⠦ step 1  bash npm test 2>&1 | tail …  ok 2 - second row of a lon…  8 s  $0.004"
    `);
    view.end();
  });

  test('leaves one line a step, and no bottom line at the end', async () => {
    const { terminal, view, until } = liveView(80);
    until('model.requested', 2);
    view.delta('The loop');
    view.draw();
    view.stopping();
    expect((await terminal.text()).split('\n').at(-1)).toMatchInlineSnapshot(
      `" ⠋ stopping                                                         12 s  $0.004"`,
    );
    until('rollout.completed');
    view.end();
    expect(await terminal.text()).toMatchInlineSnapshot(`
      "heddle 1t6x9b2k3a  acme/large-1  bubblewrap
        Totals leave out the first row
        ! uncommitted changes carried over: src/a.js
        test  ✗ 2 failing  2.3 s
          ✗ totals > first row
          ✗ totals > one row
        ! acme answers 429; asking again in 3.0 s
        1  Let me see how it fails, and rea…  bash npm test 2>&1 | tail -40 ·…  exit 1
        2  The loop starts at 1 …  edit replace src/tota…  ✗ 2 failing → ✓ all 34 pass
      heddle 1t6x9b2k3a  resumed
        you: keep it small
        3  finish The first row was left out. 0.9
        4  finish The first row was left out. 0.9"
    `);
  });

  test('fits a narrow terminal', async () => {
    const { terminal, view, until } = liveView(40);
    until('rollout.completed');
    view.end();
    expect(await terminal.text()).toMatchInlineSnapshot(`
      "heddle 1t6x9b2k3a  acme/large-1  bubblew
      rap
        Totals leave out the first row
        ! uncommitted changes carried over: sr
      c/a.js
        test  ✗ 2 failing  2.3 s
          ✗ totals > first row
          ✗ totals > one row
        ! acme answers 429; asking again in 3.
      0 s
        1  bash npm test 2>&1 | tail …  exit 1
        2  edit …  ✗ 2 failing → ✓ all 34 pass
      heddle 1t6x9b2k3a  resumed
        you: keep it small
        3  finish The first row was left out.…
        4  finish The first row was left out.…"
    `);
  });
});

test('plain lines: no control sequence, one a step', async () => {
  const { stream, text } = sink();
  const view = await openView(stream, { quiet: false });
  for (const recorded of recordedRollout()) view.event!(recorded);
  view.end();
  expect(text()).not.toMatch(/[\u001b\r]/);
  expect(text()).toMatchInlineSnapshot(`
    "heddle 1t6x9b2k3a  acme/large-1  bubblewrap
      Totals leave out the first row
      ! uncommitted changes carried over: src/a.js
      test  ✗ 2 failing  2.3 s
        ✗ totals > first row
        ✗ totals > one row
      ! acme answers 429; asking again in 3.0 s
      1  Let me see how it fails, and rea…  bash npm test 2>&1 | tail -40 ·…  exit 1
      2  The loop starts at 1 …  edit replace src/tota…  ✗ 2 failing → ✓ all 34 pass
    heddle 1t6x9b2k3a  resumed
      you: keep it small
      3  finish The first row was left out. 0.9
      4  finish The first row was left out. 0.9
    "
  `);
});

test('quiet says nothing', async () => {
  const stream = {
    write: () => {
      throw new Error('not quiet');
    },
  };
  const view = await openView(stream, { quiet: true });
  view.event?.(recordedRollout()[0]!);
  view.stopping();
  view.end();
});

test('a rollout that goes on is told from where it was', () => {
  const events = recordedRollout();
  const cut = events.findIndex(({ event }) => event.type === 'model.completed' && event.step === 2) + 1;
  const { stream, text } = sink();
  const view = plainView(
    stream,
    new RunNarrator(() => terminalOf(stream), { events: events.slice(0, cut), children: [] }),
  );
  for (const recorded of events.slice(cut)) view.event!(recorded);
  expect(text().split('\n')[0]).toMatchInlineSnapshot(
    `"  2  The loop starts at 1 …  edit replace src/tota…  ✗ 2 failing → ✓ all 34 pass"`,
  );
});

describe('terminalOf', () => {
  const tty = { isTTY: true, columns: 300 };
  test.each([
    ['a terminal', tty, { TERM: 'xterm' }, { live: true, columns: 120, colours: true }],
    ['a pipe', {}, {}, { live: false, columns: 80, colours: false }],
    ['NO_COLOR', tty, { NO_COLOR: '1' }, { live: false, columns: 120, colours: false }],
    ['CI', tty, { CI: 'true' }, { live: false, columns: 120, colours: true }],
    ['a dumb terminal', tty, { TERM: 'dumb' }, { live: false, columns: 120, colours: false }],
  ])('%s', (_, stream, env, expected) => {
    const { live, columns, palette: paint } = terminalOf(stream, env);
    expect({ live, columns, colours: paint.red('x') !== 'x' }).toEqual(expected);
  });
});

describe('a step line', () => {
  const outcome = (failed: number) => ({
    status: failed === 0 ? ('passed' as const) : ('failed' as const),
    exitCode: failed === 0 ? 0 : 1,
    counts: { passed: 3, failed, skipped: 0 },
    failing: [],
  });
  const look = { columns: 80, palette: palette(false) };

  test.each<[string, Partial<StepSummary>]>([
    [
      'several checks: those that changed',
      {
        checks: [
          { name: 'lint', before: outcome(0), after: outcome(0) },
          { name: 'test', before: outcome(2), after: outcome(1) },
        ],
      },
    ],
    [
      'several checks, none changed: the worst',
      {
        checks: [
          { name: 'lint', before: outcome(0), after: outcome(0) },
          { name: 'test', before: outcome(2), after: outcome(2) },
        ],
      },
    ],
    [
      'a long problem',
      { actions: [{ title: 'edit view a.js', problem: `error: ${'no such file '.repeat(9)}` }] },
    ],
    ['no action', { actions: [], say: 'I have nothing to do.' }],
  ])('%s', (_, part) => {
    const summary = {
      step: 12,
      say: '',
      actions: [{ title: 'bash make', problem: '' }],
      checks: [],
      ...part,
    };
    expect(stepLine(summary, look)).toMatchSnapshot();
  });

  test('never is wider than the terminal', () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 120 })
      .map((each) => each.replaceAll(/[\p{C}\s]/gu, ' ').trim());
    const action = fc.record({ title: text, problem: text });
    const check = fc.record({
      name: fc.constantFrom('test', 'lint'),
      before: fc.constantFrom(null, outcome(2)),
      after: fc.constantFrom(outcome(0), outcome(3)),
    });
    const summary = fc.record({
      step: fc.nat(999),
      say: text,
      actions: fc.array(action, { maxLength: 3 }),
      checks: fc.array(check, { maxLength: 1 }),
    });
    fc.assert(
      fc.property(summary, fc.integer({ min: 60, max: 120 }), (step, columns) => {
        expect(columnsOf(stepLine(step, { columns, palette: palette(false) }))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

test('a replay that differs: what depends on the clock is not shown', () => {
  const checked = (seconds: number, output: string, exitCode: number) =>
    ({
      type: 'check.completed',
      step: 1,
      name: 'test',
      snapshot: 's',
      seconds,
      output,
      outcome: { status: 'failed', exitCode },
    }) as unknown as RolloutEvent;
  const result = {
    identical: false,
    rollout: '1t6x',
    position: 7,
    expected: checked(1.5, 'took 1.5 s', 1),
    got: checked(2.25, 'took 2.25 s', 2),
  } as const;
  expect(replayText('1t6x', result)).toMatchInlineSnapshot(`
    "different: event 7 of 1t6x (check.completed)
      outcome
        expected  {"status":"failed","exitCode":1}
        got       {"status":"failed","exitCode":2}
    "
  `);
});
