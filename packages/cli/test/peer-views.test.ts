import { join } from 'node:path';
import { openStore, type Recorded, type RolloutEvent } from '@heddle/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { palette } from '../src/render/palette.ts';
import { RunNarrator } from '../src/render/run-narrator.ts';
import { heddle, temporaryFolder } from './support.ts';

const ROLLOUT = '1t6xpeer01';
const PATCH = 'diff --git a/sum.js b/sum.js\n--- a/sum.js\n+++ b/sum.js\n@@ -1 +1 @@\n-1\n+0\n';
const edit = { step: 1, call: 't1', title: 'Edit sum.js', kind: 'edit', input: { path: 'sum.js' } } as const;
const run = {
  step: 2,
  call: 't2',
  title: 'npm test',
  kind: 'execute',
  input: { command: 'npm test' },
} as const;

/** A rollout that another program has carried out; its process died once. */
function events(put: (text: string) => string): RolloutEvent[] {
  const config = {
    ...{ model: 'acme/large-1', seed: 3, limits: { steps: 150, usd: 5, tokens: 20_000_000, seconds: 3600 } },
    ...{ checks: [], checksFrom: 'none' as const, sandbox: 'bubblewrap', network: false, tools: [] },
    peer: 'acp:acme',
  };
  const started = {
    protocol: 'acp',
    name: 'Acme',
    version: '1.2.0',
    program: 'acme --acp',
    seconds: 1.5,
  } as const;
  return [
    {
      type: 'rollout.started',
      task: { text: 'Mend the sum.', repo: '/home/ann/app', commit: null },
      agent: { name: 'acp:acme', version: 'aa' },
      config,
      heddle: '0.1.0',
    },
    { type: 'workspace.prepared', snapshot: 'c0', sandbox: 'bubblewrap', root: '/home/ann/app', notes: [] },
    { type: 'peer.started', ...started, session: 's1', how: 'new' },
    { type: 'peer.said', step: 1, kind: 'thought', text: 'It starts at 1.', whole: null },
    { type: 'peer.said', step: 1, kind: 'plan', text: '[>] Mend it\n[ ] Test it', whole: null },
    { type: 'peer.said', step: 1, kind: 'message', text: 'I mend the loop.', whole: null },
    { type: 'peer.called', ...edit },
    {
      type: 'peer.asked',
      step: 1,
      about: 'permission',
      subject: 'Edit sum.js',
      answer: 'allowed',
      call: 't1',
    },
    {
      type: 'peer.returned',
      ...{
        ...edit,
        outcome: 'ok',
        locations: ['sum.js:1'],
        content: 'sum.js\n-1\n+0',
        whole: null,
        seconds: 0.1,
      },
    },
    { type: 'peer.changed', step: 1, snapshot: 'c1', changed: [{ path: 'sum.js', status: 'modified' }] },
    { type: 'peer.called', ...run },
    { type: 'rollout.resumed', config },
    { type: 'workspace.restored', snapshot: 'c1' },
    {
      type: 'peer.returned',
      ...{ ...run, outcome: 'interrupted', locations: [], content: '', whole: null, seconds: 0 },
    },
    { type: 'peer.started', ...started, session: 's2', how: 'anew', why: 'it cannot load a session' },
    { type: 'peer.asked', step: 2, about: 'network', subject: 'example.com:443', answer: 'refused' },
    { type: 'peer.said', step: 3, kind: 'message', text: 'All tests pass.', whole: null },
    {
      type: 'peer.spent',
      usage: {
        ...{ inputTokens: 900, cacheReadTokens: 0, cacheWriteTokens: 0 },
        ...{ outputTokens: 120, reasoningTokens: 0 },
      },
      usd: 0.25,
      context: { used: 1020, size: 200_000 },
    },
    { type: 'peer.completed', end: 'finished', why: 'it ended its turn', exitCode: 0, errors: null },
    {
      type: 'rollout.completed',
      ...{ status: 'unverified', verified: false, probability: null, reason: 'it ended its turn', why: '' },
      ...{ patch: put(PATCH), snapshot: 'c1' },
    },
  ];
}

let home: string;
let recorded: Recorded[];
beforeEach(() => {
  home = temporaryFolder();
  const store = openStore(join(home, 'journal.db'));
  store.create({ rollout: ROLLOUT, parent: null, createdAt: 0 });
  recorded = events((text) => store.objects.put(text)).map((event, position) => ({
    ...{ rollout: ROLLOUT, position, at: 1_790_000_000_000 + position * 1000, event },
  }));
  for (const { position, event, at } of recorded) store.append(ROLLOUT, position, event, at);
  store.close();
});

const show = async (...args: string[]) => (await heddle(['show', 'last', ...args], { home })).stdout;

describe('a rollout that another program carried out', () => {
  test('is a transcript like any other', async () => {
    expect(await show()).toMatchInlineSnapshot(`
      "1t6xpeer01  ? unverified  3 steps, 18 s, $0.25

      task        Mend the sum.
      repository  /home/ann/app
      model       acme/large-1, seed 3
      sandbox     bubblewrap, network closed
      limits      150 steps, $5.00, 1 h
      started     2026-09-21 14:13:20 UTC, Heddle 0.1.0

      before any edit
        Acme 1.2.0, by acp  ready after 1.5 s

      step 1
        plan:
          [>] Mend it
          [ ] Test it
        I mend the loop.
        ▸ Edit sum.js
          │ sum.js
          │ -1
          │ +0
          sum.js modified

      step 2
      ▸ resumed
        ▸ execute: npm test (interrupted)
        Acme 1.2.0, by acp, begins anew  ready after 1.5 s
        ! it cannot load a session
        refused: network example.com:443

      step 3
        All tests pass.

      ? finished, not verified
        it ended its turn
      "
    `);
  });

  test('is shown step by step with nothing left out', async () => {
    expect(await show('--step', '1')).toMatchInlineSnapshot(`
      "step 1
        It starts at 1.
        plan:
          [>] Mend it
          [ ] Test it
        I mend the loop.
        allowed: permission Edit sum.js
        ▸ Edit sum.js
          path: sum.js
          at sum.js:1
          │ sum.js
          │ -1
          │ +0
          sum.js modified
      "
    `);
    expect(await show('--step', '3')).toMatchInlineSnapshot(`
      "step 3
        All tests pass.
        (900 + 120 tokens, $0.25, 1020 of 200000 tokens in its context)

      ? finished, not verified
        it ended its turn
      "
    `);
    expect(await show('--diff')).toBe(PATCH);
  });

  test('is listed with what it took', async () => {
    const { stdout } = await heddle(['list', '--json'], { home });
    expect(JSON.parse(stdout)).toEqual([
      {
        rollout: ROLLOUT,
        status: 'unverified',
        task: 'Mend the sum.',
        verified: false,
        seconds: 18,
        costUsd: 0.25,
      },
    ]);
  });

  test.each([['resume'], ['replay'], ['audit'], ['fork', '@1', '--model', 'repair']])(
    'is not gone on with by `heddle %s`',
    async (command, at = '', ...options) => {
      const { code, stderr } = await heddle([command, `${ROLLOUT}${at}`, ...options], { home });
      expect(code).toBe(2);
      expect(stderr).toContain(`rollout ${ROLLOUT} was carried out by another program (acp:acme)`);
    },
  );

  test('is told while it goes on, a line a step', () => {
    const narrator = new RunNarrator(() => ({ columns: 100, palette: palette(false) }));
    const lines = recorded.flatMap((each) => narrator.event(each));
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "heddle 1t6xpeer01  acme/large-1  bubblewrap
        Mend the sum.
        Acme 1.2.0, by acp
        1  I mend the loop.  Edit sum.js
      heddle 1t6xpeer01  resumed
        Acme 1.2.0, by acp
        ! refused: network example.com:443
        2  execute: npm test                                                                   interrupted
        3  All tests pass."
    `);
  });
});
