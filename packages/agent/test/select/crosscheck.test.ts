import { join } from 'node:path';
import type { EventOf, EventType, Recorded } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { type BestOfOptions, bestOf } from '../../src/compose/best-of.ts';
import { resumeAgent, runAgent } from '../../src/compose/run-agent.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { BUGGY, bash, call, HOST, repository, runtime, temporaryFolder } from '../support.ts';

/** Replies that put these texts there and hand in. */
function writing(files: Record<string, string>, probability = 0.8) {
  const finish = call('finish', { summary: 'done', probability });
  return [
    bash('cat sum.js'),
    bash(
      Object.entries(files)
        .map(([path, text]) => `cat > ${path} <<'END'\n${text}END\n`)
        .join('') || 'true',
    ),
    finish,
    finish,
  ];
}

const RIGHT =
  'export function sum(numbers) {\n  let total = 0;\n  for (let i = 0; i < numbers.length; i++) total += numbers[i];\n  return total;\n}\n';
/** The visible tests begin with 1 or are empty. */
const OVERFITTED = RIGHT.replace('total = 0', 'total = numbers.length > 0 ? 1 : 0').replace('i = 0', 'i = 1');
const BREAKING = 'export function sum(numbers) {\n  return 6;\n}\n';
const testOf = (expression: string, value: number) =>
  `import test from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from './sum.js';\ntest('mine: ${expression}', () => assert.equal(${expression}, ${value}));\n`;

async function select(scripts: readonly ReturnType<typeof writing>[], options: Partial<BestOfOptions> = {}) {
  const run = runtime();
  const composition = {
    model: scriptedModel([]),
    agent: bestOf({ attempts: scripts.length, stop: 'never', ...options }, solo),
    spec: {},
    openModel: async (_: string, { seed }: { seed: number }) => scriptedModel(scripts[seed]!),
  };
  const task = 'sum([1,2,3]) is 5';
  const result = await runAgent({ task, repo: repository(BUGGY), ...HOST, ...composition }, run);
  return { result, run, composition };
}

/** `test about: outcome`, in a stable order. */
function matrix(events: readonly Recorded[]): string[] {
  const cells = events.flatMap(({ event }) =>
    event.type === 'evidence.measured' ? [`${event.test} on ${event.about}: ${event.outcome}`] : [],
  );
  return [...new Set(cells)].sort();
}

function only<T extends EventType>(events: readonly Recorded[], type: T): EventOf<T>[] {
  return events.flatMap(({ event }) => (event.type === type ? [event as EventOf<T>] : []));
}

describe('crosscheck', () => {
  it('prefers what others’ tests confirm to what only passes the visible ones', {
    timeout: 180_000,
  }, async () => {
    const { result, run } = await select([
      writing({ 'sum.js': OVERFITTED }, 0.99),
      writing({ 'sum.js': RIGHT, 'more.test.js': testOf('sum([5])', 5) }),
      writing({ 'sum.js': `// mended\n${RIGHT}`, 'tail.test.js': testOf('sum([4, 4])', 8) }),
      writing({}),
      writing({ 'sum.js': BREAKING }),
    ]);
    expect(
      only(run.seen, 'candidate.proposed').map(({ candidate, same, out }) => [candidate, same, out]),
    ).toEqual([
      [1, null, null],
      [2, null, null],
      [3, 2, null],
      [4, null, 'it changed nothing: done'],
      [5, null, null],
    ]);
    expect(matrix(run.seen)).toMatchInlineSnapshot(`
      [
        "behaviour of sum in sum.js on 0: passed",
        "behaviour of sum in sum.js on 1: passed",
        "behaviour of sum in sum.js on 2: passed",
        "behaviour of sum in sum.js on 5: passed",
        "test on 0: failed",
        "test on 1: passed",
        "test on 2: passed",
        "test on 5: failed",
        "test with the original tests on 2: passed",
        "tests of #2 on 0: failed",
        "tests of #2 on 1: failed",
        "tests of #2 on 2: passed",
        "tests of #2 on 5: failed",
        "tests of #2, 2 on 0: failed",
        "tests of #2, 2 on 1: failed",
        "tests of #2, 2 on 2: passed",
        "tests of #2, 2 on 5: failed",
      ]
    `);
    const [chosen] = only(run.seen, 'candidate.chosen');
    expect(chosen!.ranking.map(({ candidate }) => candidate)).toEqual([2, 1, 5]);
    expect(result).toMatchObject({ status: 'solved', verified: true, probability: chosen!.probability });
    expect(result.patch).toContain('i = 0');
    expect(result.patch).toContain('more.test.js');
  });

  it('gives nothing for tests that pass without any change, nor for those that are not the same twice', {
    timeout: 180_000,
  }, async () => {
    // Fails on the other candidate the first time only.
    const mark = join(temporaryFolder(), 'mark');
    const flaky = `import test from 'node:test';
import assert from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { sum } from './sum.js';
test('now and then', () => {
  assert.notEqual(sum([5]), 0);
  if (readFileSync(new URL('./sum.js', import.meta.url), 'utf8').includes('? 1 : 0') || existsSync('${mark}')) return;
  writeFileSync('${mark}', '');
  assert.fail();
});
`;
    const { run } = await select([
      writing({ 'sum.js': RIGHT, 'more.test.js': testOf('sum([0, 0])', 0) }),
      writing({ 'sum.js': OVERFITTED, 'odd.test.js': flaky }),
    ]);
    const why = new Map(only(run.seen, 'evidence.dismissed').map((each) => [each.test, each.why]));
    expect(Object.fromEntries(why)).toEqual({ 'tests of #1': 'passes-without', 'tests of #2': 'flaky' });
  });

  it('says that none is good enough where all of them break what worked', async () => {
    const { result, run } = await select([writing({ 'sum.js': BREAKING }, 0.3), writing({})]);
    expect(only(run.seen, 'candidate.chosen')[0]!.candidate).toBeNull();
    expect(result).toMatchObject({ status: 'gave-up', verified: false, patch: '' });
    expect(result.reason).toContain('None is good enough');
  });

  it('measures nothing twice when it was interrupted', { timeout: 180_000 }, async () => {
    const stop = new AbortController();
    const scripts = [
      writing({ 'sum.js': RIGHT, 'more.test.js': testOf('sum([5])', 5) }),
      writing({ 'sum.js': OVERFITTED }),
    ];
    const run = runtime();
    const seen = run.seen;
    const stopping = {
      ...run,
      signal: stop.signal,
      observer: {
        event(recorded: Recorded) {
          seen.push(recorded);
          if (only(seen, 'evidence.measured').length === 3) stop.abort();
        },
      },
    };
    const composition = {
      model: scriptedModel([]),
      agent: bestOf({ attempts: 2, stop: 'never' }, solo),
      spec: {},
      openModel: async (_: string, { seed }: { seed: number }) => scriptedModel(scripts[seed]!),
    };
    const given = { task: 'sum([1,2,3]) is 5', repo: repository(BUGGY), ...HOST, ...composition };
    const paused = await runAgent(given, stopping);
    expect(paused.status).toBe('interrupted');
    const before = only(seen, 'evidence.measured').length;
    const result = await resumeAgent({ rollout: paused.rollout, ...composition }, run);
    expect(result).toMatchObject({ status: 'solved', verified: true });
    const cells = only(seen, 'evidence.measured').map(
      ({ test, snapshot, run: turn }) => `${test} ${snapshot} ${turn}`,
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.length).toBeGreaterThan(before);
    expect(only(seen, 'rollout.delegated')).toHaveLength(2);
  });
});
