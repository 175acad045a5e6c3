import {
  type CheckOutcome,
  type CompositionEvent,
  eventSchema,
  type Recorded,
  type RolloutConfig,
  type RolloutEvent,
} from '@heddle/core';
import type { Objects } from './recorded.ts';

const ROOT = '1t6x9b2k3a';
const STARTED_AT = Date.UTC(2026, 10, 21, 4, 50, 12);
const DIGEST = '0'.repeat(64);
const agent = (name: string) => ({ name, version: DIGEST });
const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens,
  reasoningTokens: 0,
});
const outcome = (...failing: string[]): CheckOutcome => ({
  status: failing.length === 0 ? 'passed' : 'failed',
  exitCode: failing.length === 0 ? 0 : 1,
  counts: { passed: 34 - failing.length, failed: failing.length, skipped: 0 },
  failing,
});
const BOTH = ['totals > first row', 'totals > one row'];
const patchOf = (line: string) =>
  `diff --git a/src/totals.js b/src/totals.js\n--- a/src/totals.js\n+++ b/src/totals.js\n@@ -1 +1 @@\n-let i = 1\n+${line}\n`;

const CONFIG: RolloutConfig = {
  model: 'acme/large-1',
  seed: 7,
  limits: { steps: 150, usd: 5, tokens: 1e6, seconds: 3600 },
  checks: [{ name: 'test', command: 'npm test', framework: 'node:test', timeoutSeconds: 300 }],
  checksFrom: 'detected',
  sandbox: 'bubblewrap',
  network: false,
  tools: [],
  agent: { bestOf: { attempts: 5, fork: 'late' } },
};
const TASK = { text: 'Totals leave out the first row', repo: '/home/ann/app', commit: '1a2b3c4d5e6f7a8b' };

const PREPARED: RolloutEvent = {
  type: 'workspace.prepared',
  snapshot: 's0',
  sandbox: 'bubblewrap',
  root: '/home/ann/app',
  notes: [],
};

/** An event, and whether it is one of a rollout that works for the others. */
export interface Told {
  readonly recorded: Recorded;
  readonly child: boolean;
}

/**
 * Five attempts with a late fork, by hand: one explores, the others go on from it; one comes to the same change as
 * another, one is out, one is stopped; tests of all kinds and all outcomes, a comparison, a choice.
 */
export function recordedAttempts(objects: Objects = { put: () => DIGEST }): Told[] {
  const told: Told[] = [];
  const positions = new Map<string, number>();
  let at = STARTED_AT;
  const tell = (rollout: string, event: RolloutEvent, after = 1000) => {
    at += after;
    const position = positions.get(rollout) ?? 0;
    positions.set(rollout, position + 1);
    // Through the schema: what no journal can hold is no test of how it is shown.
    told.push({
      recorded: { rollout, position, at, event: eventSchema.parse(event) },
      child: rollout !== ROOT,
    });
  };
  const root = (event: RolloutEvent) => tell(ROOT, event);
  const idOf = (attempt: number) => `1t6xchild${attempt}`;
  const pathOf = (attempt: number) => `bestOf/${attempt}`;
  const state = { task: TASK.text, snapshot: 's0', work: null, value: null };

  const check = (rollout: string, step: number, snapshot: string, end: CheckOutcome) => {
    tell(rollout, { type: 'check.started', step, check: 'test', snapshot }, 100);
    tell(rollout, {
      type: 'check.completed',
      step,
      check: 'test',
      snapshot,
      outcome: end,
      output: objects.put(`${end.status}\n`),
      seconds: 2.25,
    });
  };
  const turn = (
    attempt: number,
    step: number,
    text: string,
    [tool, input]: [string, object],
    changed = false,
  ) => {
    const rollout = idOf(attempt);
    const call = `c${step}`;
    tell(rollout, { type: 'model.requested', step, digest: DIGEST, bytes: 9, messages: 2 });
    tell(rollout, {
      type: 'model.completed',
      step,
      content: [
        { type: 'text', text },
        { type: 'call', id: call, tool, input: JSON.stringify(input) },
      ],
      finish: 'tool-calls',
      usage: usage(1200, 80),
      usd: 0.004,
      seconds: 1.5,
    });
    tell(rollout, { type: 'action.started', step, call, tool, input });
    const snapshot = changed ? `s${attempt}` : 's0';
    tell(rollout, {
      type: 'action.completed',
      step,
      call,
      outcome: 'ok',
      content: '',
      details: null,
      output: null,
      snapshot,
      changed: changed ? [{ path: 'src/totals.js', status: 'modified' }] : [],
      seconds: 0.5,
    });
  };
  const begin = (attempt: number, forked?: { rollout: string; step: number }) => {
    root({ type: 'agent.started', path: pathOf(attempt), agent: agent('solo'), state });
    root({
      type: 'rollout.delegated',
      path: `${pathOf(attempt)}/rollout`,
      rollout: idOf(attempt),
      agent: agent('solo'),
      model: CONFIG.model,
      seed: 6 + attempt,
      ...(forked === undefined ? {} : { forked }),
    });
    const within = { rollout: ROOT, path: `${pathOf(attempt)}/rollout` };
    const config = { ...CONFIG, seed: 6 + attempt };
    if (forked === undefined) {
      tell(idOf(attempt), {
        type: 'rollout.started',
        task: TASK,
        agent: agent('solo'),
        config,
        heddle: '0.1.0',
        within,
      });
      tell(idOf(attempt), PREPARED, 0);
    } else
      tell(idOf(attempt), { type: 'rollout.forked', parent: { ...forked, position: 9 }, config, within });
  };
  const edit = (attempt: number, step: number, line: string, ...failing: string[]) => {
    turn(
      attempt,
      step,
      'The loop starts at 1.',
      ['edit', { command: 'replace', path: 'src/totals.js', old: 'let i = 1', new: line }],
      true,
    );
    check(idOf(attempt), step, `s${attempt}`, outcome(...failing));
  };
  const end = (
    attempt: number,
    {
      status,
      probability,
      reason,
      verified = status === 'solved',
    }: {
      status: 'solved' | 'unverified' | 'gave-up' | 'interrupted';
      probability: number | null;
      reason: string;
      verified?: boolean;
    },
    patch: string,
  ) => {
    const rollout = idOf(attempt);
    const snapshot = patch === '' ? 's0' : `s${attempt}`;
    const digest = objects.put(patch);
    if (status === 'interrupted')
      tell(rollout, { type: 'rollout.paused', reason, code: 'interrupted', patch: digest });
    else
      tell(rollout, {
        type: 'rollout.completed',
        status,
        verified,
        probability,
        reason,
        why: '',
        patch: digest,
        snapshot,
      });
    const work = { status, verified, probability, reason, rollout };
    root({
      type: 'rollout.returned',
      path: `${pathOf(attempt)}/rollout`,
      rollout,
      work,
      snapshot,
      patch: digest,
      spent: { steps: 4, usd: 0.016, tokens: 5120 + attempt, seconds: 20 + attempt },
      usage: usage(4800, 320 + attempt),
      ...(attempt === 1 ? {} : { saved: { steps: 2, usd: 0.008, tokens: 2560, seconds: 9 } }),
    });
    root({
      type: 'agent.completed',
      path: pathOf(attempt),
      outcome: 'returned',
      state: { ...state, snapshot, work },
    });
  };

  root({ type: 'rollout.started', task: TASK, agent: agent('bestOf'), config: CONFIG, heddle: '0.1.0' });
  root(PREPARED);
  check(ROOT, 0, 's0', outcome(...BOTH));
  root({ type: 'agent.started', path: 'bestOf', agent: agent('bestOf'), state });
  begin(1);
  check(idOf(1), 0, 's0', outcome(...BOTH));
  turn(1, 1, 'Let me see how it fails.', ['bash', { command: 'npm test 2>&1 | tail -40' }]);
  turn(1, 2, '', ['edit', { command: 'view', path: 'src/totals.js' }]);
  edit(1, 3, 'let i = 0');
  for (const attempt of [2, 3, 4, 5]) begin(attempt, { rollout: idOf(1), step: 2 });
  turn(2, 3, 'Where is it called?', ['bash', { command: 'grep -rn totals src' }]);
  edit(3, 3, 'let i = 0 ');
  edit(4, 3, 'let i = -1', ...BOTH, 'totals > empty');
  tell(idOf(4), {
    type: 'model.retried',
    step: 4,
    code: 'rate-limited',
    message: 'acme answers 429',
    waitSeconds: 3,
  });
  end(
    1,
    { status: 'solved', probability: 0.92, reason: 'The first row was left out.' },
    patchOf('let i = 0'),
  );
  edit(2, 4, 'let i = 0 // all rows', BOTH[1]!);
  end(3, { status: 'solved', probability: 0.8, reason: 'Starts at 0.' }, patchOf('let i = 0 '));
  end(
    2,
    { status: 'unverified', probability: 0.4, reason: 'One test still fails.' },
    patchOf('let i = 0 // all rows'),
  );
  end(5, { status: 'gave-up', probability: null, reason: 'I see nothing wrong.' }, '');
  end(
    4,
    { status: 'interrupted', probability: null, reason: 'stopped: it was not needed any more' },
    patchOf('let i = -1'),
  );

  const path = 'bestOf';
  const propose = (
    candidate: number,
    patch: string,
    more: { same?: number; out?: string; probability?: number },
  ) =>
    root({
      type: 'candidate.proposed',
      path,
      candidate,
      rollout: idOf(candidate),
      snapshot: `s${candidate}`,
      patch: objects.put(patch),
      probability: more.probability ?? null,
      same: more.same ?? null,
      out: more.out ?? null,
    });
  propose(1, patchOf('let i = 0'), { probability: 0.92 });
  propose(2, patchOf('let i = 0 // all rows'), { probability: 0.4 });
  propose(3, patchOf('let i = 0 '), { same: 1, probability: 0.8 });
  propose(4, patchOf('let i = -1'), {});
  propose(5, '', { out: 'it changed nothing: I see nothing wrong.' });
  type Evidence = Extract<CompositionEvent, { type: 'evidence.measured' }>;
  const measure = (
    test: Pick<Evidence, 'test' | 'kind'> & { readonly by?: number },
    about: number,
    said: Evidence['outcome'] | { behaviour: string },
    run = 1,
  ) => {
    const passed = typeof said === 'object' || said === 'passed';
    root({
      type: 'evidence.measured',
      path,
      by: null,
      ...test,
      about,
      snapshot: `s${about}`,
      outcome: typeof said === 'object' ? 'passed' : said,
      exitCode: passed ? 0 : 1,
      counts: test.kind === 'check' ? { passed: 32, failed: passed ? 0 : 2, skipped: 0 } : null,
      failing: [],
      ...(typeof said === 'object' ? said : {}),
      run,
      output: objects.put(''),
      seconds: 1,
    });
  };
  const test = { test: 'test', kind: 'check' } as const;
  measure(test, 0, 'failed');
  measure(test, 1, 'passed');
  measure(test, 2, 'failed');
  measure(test, 4, 'failed');
  const kept = { test: 'test, with the tests as they were', kind: 'regression' } as const;
  measure(kept, 0, 'failed');
  measure(kept, 2, 'failed');
  const own = { test: 'reproduction of #1', kind: 'reproduction', by: 1 } as const;
  measure(own, 0, 'failed');
  measure(own, 1, 'passed');
  measure(own, 2, 'passed');
  measure(own, 4, 'failed');
  const wrote = {
    test: 'test/a-rather-long-name-of-a-file/with-folders/totals-of-all-rows.test.js',
    kind: 'tests',
    by: 2,
  } as const;
  measure(wrote, 0, 'failed');
  measure(wrote, 1, 'passed');
  measure(wrote, 2, 'passed');
  measure(wrote, 4, 'broken');
  const shaky = { test: 'tests of #4', kind: 'tests', by: 4 } as const;
  measure(shaky, 0, 'failed');
  measure(shaky, 1, 'passed');
  measure(shaky, 1, 'failed', 2);
  root({ type: 'evidence.dismissed', path, test: shaky.test, why: 'flaky' });
  const inputs = { test: 'total(rows)', kind: 'behaviour' } as const;
  for (const [about, behaviour] of [
    [0, 'x'],
    [1, 'y'],
    [2, 'y'],
    [4, 'z'],
  ] as const)
    measure(inputs, about, { behaviour });
  root({
    type: 'model.consulted',
    step: 0,
    role: 'comparator',
    path,
    model: 'acme/large-1',
    usage: usage(900, 100),
    usd: 0.005,
    seconds: 2,
  });
  root({
    type: 'candidates.compared',
    path,
    first: 1,
    second: 2,
    winner: 1,
    model: 'acme/large-1',
    why: '#2 leaves a test failing.',
  });
  root({
    type: 'candidate.chosen',
    path,
    candidate: 1,
    probability: 0.91,
    ranking: [
      { candidate: 1, score: 0.91, agrees: [2] },
      { candidate: 2, score: 0.3, agrees: [1] },
      { candidate: 4, score: 0.05, agrees: [] },
    ],
    reasons: ['#1 passes every check and mends 2 tests.', '40 % of the attempts came to it.'],
  });
  const work = {
    status: 'solved' as const,
    verified: true,
    probability: 0.91,
    reason: 'The first row was left out.',
    rollout: idOf(1),
  };
  root({ type: 'agent.completed', path, outcome: 'returned', state: { ...state, snapshot: 's1', work } });
  root({ type: 'workspace.restored', snapshot: 's1' });
  check(ROOT, 0, 's1', outcome());
  root({
    type: 'rollout.completed',
    status: 'solved',
    verified: true,
    probability: 0.91,
    reason: 'The first row was left out.',
    why: '',
    patch: objects.put(patchOf('let i = 0')),
    snapshot: 's1',
  });
  return told;
}
