import { join } from 'node:path';
import { digestOf, openStore, recordVersion, type Store, type VersionTree, versionOf } from '@heddle/core';
import { textPatch } from '@heddle/lab/text-patch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportText } from '../src/render/final-report.ts';
import { palette } from '../src/render/palette.ts';
import { versionTable } from '../src/render/version-table.ts';
import { BUGGY, heddle, LOOK, repository, SOLVING, scripted, temporaryFolder } from './support.ts';

let home: string;
let store: Store;
beforeEach(() => {
  home = temporaryFolder();
  store = openStore(join(home, 'journal.db'));
});
afterEach(() => store.close());

interface Made {
  readonly system?: string;
  readonly usd?: number;
  readonly tools?: readonly string[];
}

/** Records an agent without code of its own. */
function record({ system = 'Be good.', usd = 5, tools = ['bash'] }: Made, at: number): VersionTree {
  const uses = tools.map((name) =>
    versionOf({ kind: 'tool', name, prompts: { description: `It is ${name}.` }, config: { schema: {} } }),
  );
  const tree = versionOf({
    kind: 'agent',
    name: 'solo',
    prompts: { system },
    config: { limits: { usd } },
    uses,
  });
  recordVersion(store, tree, { at });
  return tree;
}

const run = async (...args: string[]) => {
  const { stdout, stderr, code } = await heddle(args, { home });
  return code === 0 ? stdout : stderr;
};

describe('versions', () => {
  test('none yet', async () => {
    expect(await run('versions')).toBe('No version yet: the first rollout records its own.\n');
    expect(await run('versions', '--json')).toBe('[]\n');
  });

  test('a line for the newest of each name; of one name, each with what changed', async () => {
    record({}, 1);
    record({ usd: 2, tools: ['bash', 'search'] }, 2);
    record({ usd: 2, tools: ['search', 'bash'], system: 'Be better.' }, 3);
    record({ usd: 2, tools: ['bash', 'search'], system: 'Be better.' }, 4);
    const look = { columns: 80, palette: palette(false), now: 3 * 3_600_000 };
    expect(versionTable(store.versions.list({ name: 'bash' }), look)).toMatchInlineSnapshot(`
      "KIND  NAME    DIGEST        FIRST SEEN  ROLLOUTS
      tool  bash@1  bd4b10f8d98f  2 h ago     0
      "
    `);
    expect(await run('versions')).toMatchInlineSnapshot(`
      "KIND           NAME           DIGEST        FIRST SEEN  ROLLOUTS
      agent          solo@4         c15e78d6f1ee  1970-01-01  0
      tool           bash@1         bd4b10f8d98f  1970-01-01  0
      tool           search@1       12667f4a7d75  1970-01-01  0
      prompt         solo.system@2  45f80db92a89  1970-01-01  0
      configuration  solo@2         4893afdb4f6f  1970-01-01  0
      "
    `);
    expect(await run('versions', 'solo')).toMatchInlineSnapshot(`
      "KIND           NAME    DIGEST        FIRST SEEN  ROLLOUTS
      agent          solo@1  5f0805140264  1970-01-01  0
      agent          solo@2  14943b27b87e  1970-01-01  0
        since @1: limits.usd 5 → 2; with tool search
      agent          solo@3  e871a78badde  1970-01-01  0
        since @2: 1 prompt differs (system)
      agent          solo@4  c15e78d6f1ee  1970-01-01  0
        since @3: the same parts in another order
      configuration  solo@1  463b9ca78dd2  1970-01-01  0
      configuration  solo@2  4893afdb4f6f  1970-01-01  0
        since @1: limits.usd 5 → 2
      "
    `);
    const listed = JSON.parse(await run('versions', 'solo', '--json'));
    expect(listed[1]).toEqual({
      kind: 'agent',
      name: 'solo',
      number: 2,
      at: 2,
      rollouts: 0,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      change: 'since @1: limits.usd 5 → 2; with tool search',
    });
  });
});

describe('diff', () => {
  test('of prompts, configuration and tools, told in one line and then in full', async () => {
    record({}, 1);
    record({ usd: 2, tools: ['bash', 'search'], system: 'Be good.\nBe brief.' }, 2);
    expect(await run('diff', 'solo@1', 'solo')).toMatchInlineSnapshot(`
      "solo@1 → solo@2
      1 prompt differs (system); same code; limits.usd 5 → 2; with tool search

      configuration
        limits.usd  5 → 2

      uses
        + tool search

      prompts
      --- system
      +++ system
      @@ -1,1 +1,2 @@
       Be good.
      +Be brief.
      "
    `);
    expect(await run('diff', 'solo@1', 'solo@2', '--stat')).toMatchInlineSnapshot(`
      "solo@1 → solo@2
      1 prompt differs (system); same code; limits.usd 5 → 2; with tool search
      "
    `);
    const json = JSON.parse(await run('diff', 'solo@1', 'solo@2', '--json'));
    expect(json).toMatchObject({
      a: { kind: 'agent', name: 'solo', number: 1 },
      b: { number: 2 },
      summary: '1 prompt differs (system); same code; limits.usd 5 → 2; with tool search',
      equal: false,
      prompts: [{ name: 'system', patch: expect.stringContaining('+Be brief.') }],
      config: [{ key: 'limits.usd', was: 5, is: 2 }],
      uses: [{ kind: 'tool', name: 'search', change: 'added' }],
    });
  });

  test('of equal trees says so', async () => {
    const { digest } = record({}, 1);
    expect(await run('diff', 'solo', digest.slice(0, 8))).toBe('solo@1 → solo@1\nthe same version\n');
    expect(JSON.parse(await run('diff', 'solo', 'solo@1', '--json'))).toMatchObject({ equal: true });
  });

  test('of a prompt or a configuration by itself', async () => {
    record({}, 1);
    record({ usd: 2, system: 'Be better.' }, 2);
    expect(await run('diff', 'prompt:solo.system@1', 'solo.system@2')).toMatchInlineSnapshot(`
      "prompt:solo.system@1 → prompt:solo.system@2
      1 prompt differs (solo.system)

      prompts
      --- solo.system
      +++ solo.system
      @@ -1,1 +1,1 @@
      -Be good.
      +Be better.
      "
    `);
    expect(await run('diff', 'configuration:solo@1', 'configuration:solo')).toMatchInlineSnapshot(`
      "configuration:solo@1 → configuration:solo@2
      limits.usd 5 → 2

      configuration
        limits.usd  5 → 2
      "
    `);
  });

  test('of what is not there, or not clear, is refused with what to do', async () => {
    record({}, 1);
    const other = record({ usd: 2 }, 2);
    expect(await run('diff', 'solo@1', 'solo@9')).toBe(
      'heddle: there is no solo@9\n  hint: solo has versions 1 to 2\n',
    );
    expect(await run('diff', 'solo', 'tool:none')).toBe(
      'heddle: there is no tool:none\n  hint: `heddle versions` shows what there is\n',
    );
    expect(await run('diff', 'solo', 'nothing')).toBe(
      'heddle: there is no version or rollout nothing\n  hint: `heddle versions` shows the versions, `heddle list` the rollouts\n',
    );
    // A rollout whose id begins as the digest does.
    store.create({ rollout: `${other.digest.slice(0, 4)}zzzzzz`, parent: null, createdAt: 1 });
    expect(await run('diff', 'solo', other.digest.slice(0, 4))).toMatch(
      /^heddle: several versions or rollouts begin with [0-9a-f]{4}\n {2}hint: one of [0-9a-f]{8} \(solo@2\), rollout [0-9a-f]{4}zzzzzz\n$/,
    );
  });
});

describe('the patch of a text', () => {
  const put = (text: string) => store.objects.put(text);

  test('is a unified diff; a new, a removed and a moved one are told as that', () => {
    const was = put('one\ntwo\n');
    const is = put('one\n2');
    const patch = (change: Parameters<typeof textPatch>[1]) => textPatch(store.objects, change);
    expect(patch({ name: 'a.ts', was, is })).toEqual({
      patch: '--- a.ts\n+++ a.ts\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n',
    });
    expect(patch({ name: 'a.ts', was: null, is })).toEqual({
      patch: '--- /dev/null\n+++ a.ts\n@@ -0,0 +1,2 @@\n+one\n+2\n',
    });
    expect(patch({ name: 'a.ts', was, is: null })).toMatchObject({
      patch: expect.stringMatching(/^--- a\.ts\n\+\+\+ \/dev\/null\n/),
    });
    expect(patch({ name: 'src/a.ts', from: 'a.ts', was, is: was })).toEqual({
      patch: 'rename a.ts => src/a.ts\n',
    });
    expect(patch({ name: 'src/a.ts', from: 'a.ts', was, is })).toMatchObject({
      patch: expect.stringMatching(/^--- a\.ts\n\+\+\+ src\/a\.ts\n/),
    });
  });

  test('of prose is told sentence by sentence', () => {
    const was = put('Be good. Look first. Then do it: one thing at a time.');
    const is = put('Be good. Look twice. Then do it: one thing at a time.');
    expect(textPatch(store.objects, { name: 'system', was, is }, true)).toEqual({
      patch:
        '--- system\n+++ system\n@@ -1,4 +1,4 @@\n Be good.\n-Look first.\n+Look twice.\n Then do it:\n one thing at a time.\n',
    });
  });

  test('that is not kept, or has nothing in common, is said', () => {
    const digest = digestOf('never kept');
    expect(textPatch(store.objects, { name: 'a', was: put('x'), is: digest })).toEqual({
      problem: 'not-kept',
      message: `the text ${digest.slice(0, 12)} is not kept here`,
    });
    const long = put('line\n'.repeat(5_000));
    expect(textPatch(store.objects, { name: 'a', was: null, is: long })).toHaveProperty('patch');
    const lines = (word: string) =>
      put(Array.from({ length: 3_000 }, (_, line) => `${word} ${line}`).join('\n'));
    expect(textPatch(store.objects, { name: 'a', was: lines('was'), is: lines('is') })).toMatchObject({
      problem: 'too-different',
    });
  });
});

describe('rollouts', () => {
  const solve = async (repo: string, steps: readonly unknown[], ...more: string[]) => {
    const args = ['solve', 'fix sum', '--repo', repo, '--model', scripted(steps), '--sandbox', 'host', '-q'];
    return heddle([...args, ...more], { home });
  };

  test('say whether the result is the same as before; diff says what they ran with and where they part', async () => {
    const repo = repository(BUGGY);
    const first = JSON.parse((await solve(repo, SOLVING, '--json')).stdout);
    const second = JSON.parse((await solve(repo, SOLVING, '--json')).stdout);
    expect(first.sameAs).toBeUndefined();
    expect(second.sameAs).toEqual({ rollout: first.rollout, result: 'same' });
    const third = await solve(repo, [LOOK, LOOK, ...SOLVING]);
    expect(third.stdout).toContain(
      `  compared     the same result as ${second.rollout}, of the same task, files, agent, model and seed\n`,
    );
    expect(await run('diff', first.rollout, second.rollout)).toBe(
      `${first.rollout} (solo@1) → ${second.rollout} (solo@1)\nthe same version\n` +
        'same task, files, checks and seed; what they did is the same to the end\n',
    );
    expect(await run('diff', second.rollout, 'last')).toMatch(
      /\nthe same version\nsame task, files, checks and seed; they part at step 2, model\.completed \(event \d+\)\n$/,
    );
  });

  test('are told with what they ran with', async () => {
    const repo = repository(BUGGY);
    const first = JSON.parse((await solve(repo, SOLVING, '--json')).stdout);
    await solve(repo, SOLVING, '--seed', '4', '--budget', '1');
    expect(await run('diff', first.rollout, 'last', '--stat')).toMatch(
      /^\w+ \(solo@1\) → \w+ \(solo@1\)\nthe same version\nof the run: limits\.usd, seed differ; /,
    );
    const versions = await run('versions', 'last');
    expect(versions).toContain('agent          solo@1');
    expect(versions).toContain('tool           bash@1');
    expect(await run('show', 'last')).toMatch(/^\w+ {2}✓ solved .* solo@1\n/);
  });

  test('that ended otherwise say where, and how to look closer', () => {
    const report = {
      rollout: '1t6xbbbbbb',
      status: 'unverified' as const,
      verified: false,
      patch: '',
      probability: null,
      checks: [],
      steps: 3,
      usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 },
      costUsd: 0,
      seconds: 2,
      reason: 'Done.',
      sameAs: {
        rollout: '1t6xaaaaaa',
        result: 'different' as const,
        parts: { step: 2, type: 'model.completed' as const, positions: [9, 10] as const },
      },
      outcome: [],
      delivery: {},
    };
    expect(
      reportText(report, { columns: 80, rows: 24, live: false, palette: palette(false) }),
    ).toMatchInlineSnapshot(`
      "
      ? finished, but not verified in 3 steps, 2.0 s, $0

        Done.

        compared     not the result of 1t6xaaaaaa, of the same task, files, agent, model and seed: they part at step 2, model.completed (events 9 and 10)
        differences  heddle diff 1t6xaaaaaa 1t6xbbbbbb
        look closer  heddle show 1t6xbbbbbb
      "
    `);
  });
});
