import { PassThrough } from 'node:stream';
import { DeskPerson, openAsks, type Question } from '@heddle/agent';
import { Journal, openStore, type Store } from '@heddle/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JsonLines } from '../src/run/json-lines.ts';
import { Lines } from '../src/run/lines.ts';
import type { Person } from '../src/run/person.ts';
import { TwoPlaces } from '../src/run/two-places.ts';

const question: Question = {
  rollout: 'r',
  tool: 'bash',
  input: { command: 'git push' },
  because: [{ kind: 'publish', command: 'git push', why: 'sends commits to a remote' }],
  task: 'x',
  step: 3,
};
const never = new AbortController().signal;

let store: Store;
let input: PassThrough;
let shown: string;
const output = {
  write: (text: string) => {
    shown += text;
  },
};
beforeEach(() => {
  store = openStore(':memory:');
  Journal.create(store, 'r').append({ type: 'workspace.restored', snapshot: 's' });
  input = new PassThrough();
  shown = '';
});
afterEach(() => store.close());

const at = (here: Person, waits = false) => new TwoPlaces(here, new DeskPerson(store.desk), { waits });
const answer = (given: unknown) => {
  const [row] = openAsks(store);
  return store.desk.answer({ rollout: 'r', ask: row!.ask, answer: given, at: 1 });
};

describe('a person at the terminal and one at the desk', () => {
  test('the terminal is told of an answer from the desk, and takes what is typed next for an instruction', async () => {
    const lines = new Lines({ input, output });
    const person = at(lines);
    const asked = person.approve(question, never);
    expect(openAsks(store)).toMatchObject([
      { kind: 'approval', asked: { because: 'git push: sends commits to a remote (publish)' } },
    ]);
    answer({ allow: false, instruction: 'use a branch' });
    expect(await asked).toEqual({ allow: false, instruction: 'use a branch' });
    input.write('thanks\n');
    await new Promise(setImmediate);
    expect(shown).toContain('step 3 wants: bash git push');
    expect(shown).toContain('answered at the desk: refused: use a branch');
    expect(lines.take()).toEqual(['thanks']);
  });

  test('an answer typed at the terminal takes the question from the desk', async () => {
    const asked = at(new Lines({ input, output })).approve(question, never);
    const [row] = openAsks(store);
    input.write('y\n');
    expect(await asked).toEqual({ allow: true });
    expect(openAsks(store)).toEqual([]);
    expect(store.desk.answer({ rollout: 'r', ask: row!.ask, answer: { allow: false }, at: 1 })).toBe(false);
  });

  test('who was told at the desk that theirs counts was sooner', async () => {
    const asked = at(new Lines({ input, output })).approve(question, never);
    answer({ allow: false });
    input.write('y\n');
    expect(await asked).toEqual({ allow: false });
  });

  test('several questions are at the desk at once, and one after the other at the terminal', async () => {
    const person = at(new Lines({ input, output }));
    const asked = { rollout: 'r', question: 'Tabs?', assumption: 'spaces' };
    const first = person.answer(asked, never);
    const second = person.answer({ ...asked, question: 'Semicolons?' }, never);
    expect(openAsks(store)).toHaveLength(2);
    expect(shown).not.toContain('Semicolons?');
    const row = openAsks(store).find((each) => JSON.stringify(each).includes('Semicolons?'))!;
    store.desk.answer({ rollout: 'r', ask: row.ask, answer: { answer: 'yes' }, at: 1 });
    expect(await second).toBe('yes');
    input.write('tabs\n');
    expect(await first).toBe('tabs');
    await new Promise(setImmediate);
    expect(shown).not.toContain('Semicolons?');
  });

  test('where nobody is at the terminal any more, the desk is waited for only if it was asked for', async () => {
    const lines = new Lines({ input, output });
    input.end();
    expect(await at(lines).approve(question, never)).toMatchObject({ allow: false });
    const asked = at(lines, true).approve(question, never);
    answer({ allow: true });
    expect(await asked).toEqual({ allow: true });
  });

  test('the end of the run ends the waiting and takes the question back', async () => {
    const stop = new AbortController();
    const asked = at(new Lines({ input, output })).approve(question, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
    await new Promise(setImmediate);
    expect(store.desk.open()).toEqual([]);
  });
});

test('a program that shares its place names what it answers, and is told when it is too late', async () => {
  const lines = new JsonLines({ input, output, onStop: () => {}, shared: true });
  const person = at(lines, true);
  const first = person.approve(question, never);
  answer({ allow: false });
  expect(await first).toEqual({ allow: false });
  await new Promise(setImmediate);
  input.write('{"approve":true,"ask":1}\n');
  await new Promise(setImmediate);
  const second = person.approve(question, never);
  await new Promise(setImmediate);
  input.write('{"approve":true,"ask":1}\n{"approve":true}\n{"approve":true,"ask":2}\n');
  expect(await second).toEqual({ allow: true });
  expect(await second).toEqual({ allow: true });
  const told = shown
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told).toMatchObject([
    { type: 'approval', ask: 1 },
    { type: 'answered', ask: 1, message: 'answered at the desk: refused' },
    { type: 'error', message: 'not understood: too late' },
    { type: 'approval', ask: 2 },
    { type: 'error', message: 'not understood: too late' },
    { type: 'error', message: 'not understood: it does not say which "ask" it answers' },
  ]);
  lines.close();
});
