import type { CheckOutcome, ContentPart } from '@heddle/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { better, changeOf } from '../../src/rival/check-change.ts';
import { editsOf } from '../../src/rival/edits.ts';
import { samePatch } from '../../src/rival/same-patch.ts';
import { allTools } from '../../src/tools/registry.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
/** A run in which some tests ran, and some of these failed. */
const counted = (ran: readonly string[], failing: readonly string[]): CheckOutcome => ({
  status: failing.length > 0 ? 'failed' : 'passed',
  exitCode: failing.length > 0 ? 1 : 0,
  counts: { passed: ran.length - failing.length, failed: failing.length, skipped: 0 },
  failing: [...failing],
});
const plain = (status: CheckOutcome['status']): CheckOutcome => ({
  status,
  exitCode: null,
  counts: null,
  failing: [],
});
const run = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 })
  .chain((ran) => fc.tuple(fc.constant(ran), fc.subarray(ran)));

describe('what an edit did to a check', () => {
  it('is nothing where nothing is different', () => {
    fc.assert(
      fc.property(run, ([ran, failing]) => {
        expect(changeOf(counted(ran, failing), counted(ran, failing))).toEqual({
          passed: 0,
          failing: failing.length,
          broke: 0,
        });
      }),
    );
  });

  it('is told exactly where the same tests ran', () => {
    fc.assert(
      fc.property(run, fc.func(fc.boolean()), ([ran, was], fails) => {
        const is = ran.filter((name) => fails(name));
        const { passed, broke } = changeOf(counted(ran, was), counted(ran, is));
        expect(passed).toBe(was.filter((name) => !is.includes(name)).length);
        expect(broke).toBe(is.filter((name) => !was.includes(name)).length);
      }),
    );
  });

  it('whoever removes tests breaks them, and mends none', () => {
    fc.assert(
      fc.property(run, run, ([ran, was], [left, is]) => {
        fc.pre(left.length < ran.length);
        const { passed, broke } = changeOf(counted(ran, was), counted(left, is));
        expect(passed).toBe(0);
        expect(broke).toBeGreaterThanOrEqual(ran.length - left.length);
      }),
    );
  });

  it.each([
    [
      'a file that loads now and has a failing test',
      counted(['a'], ['a']),
      counted(['a1', 'a2'], ['a2']),
      1,
      0,
    ],
    ['a file that loads no more', counted(['a', 'b', 'c'], []), counted(['file'], ['file']), 0, 3],
    ['a failing test that is added', counted(['a'], []), counted(['a', 'b'], ['b']), 0, 0],
    ['a check that hangs now', counted(['a', 'b'], ['b']), plain('hung'), 0, 2],
    [
      'a check nobody can count any more, though it passes',
      counted(['a', 'b'], ['b']),
      plain('passed'),
      0,
      2,
    ],
    ['a plain check that passes now', plain('failed'), plain('passed'), 1, 0],
    ['a plain check that fails now', plain('passed'), plain('failed'), 0, 1],
    ['one that could not run and now runs', plain('broken'), counted(['a', 'b', 'c'], ['c']), 2, 0],
    [
      'a runner that fails over what is no test',
      counted(['a'], []),
      { ...counted(['a'], []), status: 'failed' as const },
      0,
      1,
    ],
  ])('%s', (_, before, after, passed, broke) => {
    expect(changeOf(before, after)).toMatchObject({ passed, broke });
  });

  it('breaking less comes before mending more', () => {
    const change = (passed: number, broke: number) => ({ passed, failing: 0, broke });
    expect(better(change(5, 1), change(1, 0))).toBe(1);
    expect(better(change(2, 0), change(1, 0))).toBe(0);
    expect(better(change(1, 0), change(1, 0))).toBe(null);
  });
});

describe('the edits of a reply', async () => {
  const tools = await allTools();
  const part = (tool: string, input: unknown): ContentPart => ({
    type: 'call',
    id: `${tool} ${JSON.stringify(input)}`,
    tool,
    input: typeof input === 'string' ? input : JSON.stringify(input),
  });
  const write = part('edit', { command: 'create', path: 'x', text: 'x\n' });
  const patch = part('apply_patch', { input: '*** Begin Patch\n*** Delete File: x\n*** End Patch' });
  const look = part('edit', { command: 'view', path: 'x' });
  const command = part('bash', { command: 'rm x' });
  const plan = part('plan', { items: [] });
  const tried = (...content: ContentPart[]) =>
    editsOf({ content }, tools)?.map(({ id }) =>
      content.findIndex((each) => each.type === 'call' && each.id === id),
    );

  it('are those before the first command', () => {
    expect(tried(write, command, patch)).toEqual([0]);
    expect(tried(plan, look, write, patch)).toEqual([1, 2, 3]);
    expect(tried(command, write)).toBeUndefined();
    expect(tried(look)).toBeUndefined();
    expect(tried({ type: 'text', text: 'Done.' })).toBeUndefined();
  });

  it('arguments that cannot be read are an edit that will be refused; a part of a text is none yet', () => {
    expect(tried(part('edit', '{"command": "create", "pa'))).toEqual([0]);
    expect(tried(part('edit', { command: 'create', path: 'x', text: 'x\n', more: true }))).toBeUndefined();
  });
});

it('white space at line ends makes no other edit', () => {
  const patch = 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';
  expect(samePatch(patch, patch.replace('+b', '+b  ').replace('1..2', '1..3'))).toBe(true);
  expect(samePatch(patch, patch.replace('+b', '+ b'))).toBe(false);
});
