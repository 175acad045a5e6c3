import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, call, FINISH, HOST, repository, runtime } from './support.ts';

const HAND_IN = [{ calls: [FINISH] }, { calls: [FINISH] }];
const plain = (command: string) => [{ name: 'test', command, framework: 'plain', timeoutSeconds: 20 }];

async function play(
  files: Record<string, string>,
  script: Parameters<typeof scriptedModel>[0],
  options: Partial<Parameters<typeof solve>[0]> = {},
) {
  const run = runtime();
  const model = scriptedModel(script);
  const result = await solve({ task: 'x', repo: repository(files), model, ...HOST, ...options }, run);
  const notes = run.seen.flatMap(({ event }) => (event.type === 'note.added' ? [event.text] : []));
  return { result, notes };
}

describe('what a check writes', () => {
  const checks = plain('mkdir -p coverage && date +%N > coverage/out.json && echo run >> a.txt && rm b.txt');

  it('is no part of the patch, and the edits of the model are', async () => {
    const script = [
      call('edit', { command: 'replace', path: 'a.txt', old: 'a', new: 'A' }),
      bash('mkdir coverage; echo mine > coverage/mine.txt'),
      ...HAND_IN,
    ];
    const { result } = await play({ 'a.txt': 'a\n', 'b.txt': 'b\n' }, script, { checks });
    const files = [...result.patch.matchAll(/^diff --git a\/(\S+)/gm)].map(([, path]) => path);
    expect(files).toEqual(['a.txt', 'coverage/mine.txt']);
    expect(result.patch).toContain('+A\n');
    expect(result.patch).not.toContain('run');
  });

  it('stays while a background job of the model may have written it', async () => {
    const script = [
      call('bash', { command: '(sleep 0.3; echo late > late.txt; sleep 30) &\necho x > x.txt' }),
      bash('cat late.txt; kill %1'),
      ...HAND_IN,
    ];
    const slow = plain('echo c > coverage.txt; echo run >> a.txt; sleep 1');
    const { result } = await play({ 'a.txt': 'a\n' }, script, { checks: slow });
    const files = [...result.patch.matchAll(/^diff --git a\/(\S+)/gm)].map(([, path]) => path);
    // What the check was seen to write before there was a job is known to be its own.
    expect(files).toEqual(['late.txt', 'x.txt']);
  });
});

describe('tests that the work itself brought', () => {
  const files = { ...BUGGY, 'sum.js': BUGGY['sum.js']!.replace('let i = 1', 'let i = 0') };
  const feature = bash(
    `echo 'export const mean = (numbers) => sum(numbers) / numbers.length;' >> sum.js; cat > mean.test.js <<'END'
import test from 'node:test';
import assert from 'node:assert';
import * as all from './sum.js';
test('mean of two', () => assert.equal(all.mean([1, 3]), 2));
test('mean of one', () => assert.equal(all.mean([1]), 1));
test('sum still adds', () => assert.equal(all.sum([1]), 1));
END`,
  );

  it('do not verify it, but are said to tell it from the files as they were', async () => {
    const { result } = await play(files, [feature, ...HAND_IN]);
    expect(result).toMatchObject({ status: 'unverified', verified: false, probability: 0.9 });
    expect(result.reason).toContain(
      'Not verified: the checks passed before the change too; 2 tests it added or changed fail without it and pass with it.',
    );
  });

  it('are said to show nothing when they pass on the files as they were', async () => {
    const idle = bash(
      `echo '// more' >> sum.js; echo "import test from 'node:test'; test('nothing', () => {});" > idle.test.js`,
    );
    const { result } = await play(files, [idle, ...HAND_IN]);
    expect(result).toMatchObject({ status: 'unverified', verified: false });
    expect(result.reason).toContain('the tests it added or changed pass without it');
  });
});

describe('a check that the sandbox ends', () => {
  it('is broken, and model and user are told why', async () => {
    const { result, notes } = await play({ 'a.txt': 'a\n' }, HAND_IN, { checks: plain('yes') });
    expect(result.checks[0]!.before).toMatchObject({ status: 'broken', ended: 'output' });
    expect(notes[0]).toContain('- test: COULD NOT RUN (it printed more than the sandbox allows)');
    expect(result.reason).toContain('it printed more than the sandbox allows');
  });
});
