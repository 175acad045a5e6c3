import { openStore, type Recorded, type RolloutEvent } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import { History } from '../../src/recall/history.ts';
import { stateOf } from '../../src/result.ts';
import { bash, play } from './played.ts';

const { objects } = openStore(':memory:');

function journal(...events: object[]): Recorded[] {
  return events.map((event, position) => ({
    rollout: 'r',
    position,
    at: position,
    event: event as RolloutEvent,
  }));
}

const step = (number: number) => ({
  type: 'model.requested',
  step: number,
  digest: '',
  bytes: 0,
  messages: 0,
});
const output = (id: string, command: string, text: string) => [
  { type: 'action.started', step: 0, call: id, tool: 'bash', input: { command } },
  {
    type: 'action.completed',
    step: 0,
    call: id,
    outcome: 'ok',
    content: 'cut',
    output: objects.put(text),
    details: null,
    snapshot: '',
    changed: [],
    seconds: 0,
  },
];

describe('the history', () => {
  const history = new History(objects);
  const lines = Array.from({ length: 400 }, (_, n) => `line ${n} about parseHTTPDate${n}`).join('\n');
  const events = journal(
    step(1),
    ...output('a', 'cat one.js', lines),
    step(2),
    ...output('b', 'cat other.js', 'the shuttle passes\nbetween threads'),
    step(3),
    ...output('c', 'cat other.js', 'the shuttle passes\nbetween threads'),
  );
  history.add(events);

  it('finds the part of a long output that fits, whole outputs included', () => {
    const { found, total } = history.search('line 399', 1);
    expect(found[0]).toMatchObject({ step: 1, source: 'output of bash cat one.js' });
    expect(found[0]!.text).toContain('parseHTTPDate399');
    expect(total).toBeGreaterThan(1);
  });

  it('finds identifiers by their parts and words in another form', () => {
    expect(history.search('http_date', 1).found[0]!.text).toContain('parseHTTPDate');
    expect(history.search('threading', 1).found[0]!.text).toContain('between threads');
  });

  it('has what came again once, where it came last', () => {
    const { found } = history.search('shuttle', 9);
    expect(found.map(({ step: number }) => number)).toEqual([3]);
  });

  it('takes any query, and adds only what is new', () => {
    for (const query of ['"', 'a AND (', 'NEAR', '*', 'x:y', '', '-- drop table', '𝒳'])
      history.search(query, 3);
    const before = history.search('shuttle', 9).total;
    history.add(events);
    expect(history.search('shuttle', 9).total).toBe(before);
  });
});

const recall = (input: object) => ({ tool: 'recall', input });

describe('recall', () => {
  it('finds an earlier output, shows its step, and keeps notes', async () => {
    const { seen, events } = await play([
      bash('echo the frobnicator is in lathe.js'),
      recall({ query: 'frobnicator' }),
      recall({ step: 1 }),
      recall({ note: 'lathe.js has it' }),
      recall({ step: 99 }),
      recall({}),
      recall({ query: 'nothingofthekind' }),
      recall({ note: 'x'.repeat(1_001) }),
    ]);
    expect(seen[1]!.content).toMatch(/^\[step 1, .*bash echo the frobnicator/m);
    expect(seen[2]!.content).toMatch(/^\[step 1\]\n> bash echo the frob.*\nthe frobnicator is in lathe\.js/s);
    expect(seen[3]!.content).toBe('Kept.');
    expect(stateOf(events).notes).toEqual(['lathe.js has it']);
    expect(seen[4]!.content).toMatch(/^There is no step 99; the last one is \d+\.$/);
    expect(seen[5]!.content).toBe('Give a query (words), a step (number) or a note.');
    expect(seen[6]!.content).toMatch(/Nothing in the steps so far fits/);
    expect(seen[7]!.content).toMatch(/1000 characters; this one has 1001/);
  });
});
