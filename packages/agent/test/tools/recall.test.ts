import { OperatorError, openStore, type Recorded, type RolloutEvent } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { History } from '../../src/recall/history.ts';
import { joined, piecesOf } from '../../src/recall/pieces.ts';
import { replay } from '../../src/replay.ts';
import { stateOf } from '../../src/result.ts';
import { solve } from '../../src/solve.ts';
import { BUGGY, FINISH, HOST, repository, runtime } from '../support.ts';
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

  it('finds the part of a long output that fits, whole outputs included', async () => {
    const { found, total } = await history.search('line 399', 1);
    expect(found[0]).toMatchObject({ step: 1, source: 'output of bash cat one.js' });
    expect(found[0]!.text).toContain('parseHTTPDate399');
    expect(total).toBeGreaterThan(1);
  });

  it('finds identifiers by their parts and words in another form', async () => {
    expect((await history.search('http_date', 1)).found[0]!.text).toContain('parseHTTPDate');
    expect((await history.search('threading', 1)).found[0]!.text).toContain('between threads');
  });

  it('has what came again once, where it came last', async () => {
    const { found } = await history.search('shuttle', 9);
    expect(found.map(({ step: number }) => number)).toEqual([3]);
  });

  it('goes through a line of many megabytes once', () => {
    const text = 'x'.repeat(30_000_000);
    const [started, ended] = journal(...output('a', 'cat min.js', text));
    const calls = new Map<string, string>();
    piecesOf(started!, 1, calls, objects);
    expect(piecesOf(ended!, 1, calls, objects)).toHaveLength(60);
  });

  it('finds words with letters of more than one part', async () => {
    const history = new History(objects);
    history.add(journal(step(1), ...output('a', 'cat a', 'flies to İstanbul and the cafe\u0301 there')));
    expect((await history.search('İstanbul', 3)).total).toBe(1);
    expect((await history.search('cafe\u0301', 3)).total).toBeGreaterThan(0);
  });

  it('takes any query, and adds only what is new', async () => {
    for (const query of ['"', 'a AND (', 'NEAR', '*', 'x:y', '', '-- drop table', '𝒳'])
      await history.search(query, 3);
    const before = (await history.search('shuttle', 9)).total;
    history.add(events);
    expect((await history.search('shuttle', 9)).total).toBe(before);
  });
});

describe('with an embedding model', () => {
  /** Two words mean the same; nothing else does. */
  const MEANINGS = [/weft|shuttle/, /parse/];
  const embed = (texts: readonly string[]) =>
    Promise.resolve(texts.map((text) => MEANINGS.map((meaning) => (meaning.test(text) ? 1 : 0))));

  it('finds what is near in meaning and has none of the words, and embeds each piece once', async () => {
    const history = new History(objects);
    history.add(
      journal(step(1), ...output('a', 'cat a', 'parse it'), step(2), ...output('b', 'cat b', 'the shuttle')),
    );
    const asked: number[] = [];
    const counted = (texts: readonly string[]) => {
      asked.push(texts.length);
      return embed(texts);
    };
    const { found } = await history.search('weft', 1, counted);
    expect(found[0]).toMatchObject({ step: 2, text: 'the shuttle' });
    await history.search('weft', 1, counted);
    expect(asked).toEqual([5, 1]);
    expect((await history.search('weft', 1)).found).toEqual([]);
  });

  it('counts its spending, and goes on by words when it fails', async () => {
    const usage = {
      inputTokens: 70,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    };
    const works = {
      id: 'some/embedder',
      embed: async (texts: readonly string[]) => ({
        vectors: await embed(texts),
        usage,
        usd: 0.5,
        seconds: 0.1,
      }),
    };
    const fails = {
      id: 'some/embedder',
      embed: () => Promise.reject(new OperatorError('not-embedded', 'some/embedder gave no embeddings: 500')),
    };
    for (const [embedder, says, usd] of [
      [works, /the shuttle/, 0.5],
      [fails, /the shuttle.*found by words alone: some\/embedder gave no embeddings: 500/s, 0],
    ] as const) {
      const run = runtime({ embedder: { id: embedder.id, open: async () => embedder } });
      const script = [bash('echo the shuttle'), recall({ query: usd > 0 ? 'weft' : 'shuttle' })];
      const model = scriptedModel([
        ...script.map((each) => ({ calls: [each] })),
        { calls: [FINISH] },
        { calls: [FINISH] },
      ]);
      const result = await solve({ task: 'x', repo: repository(BUGGY), model, checks: [], ...HOST }, run);
      const seen = run.seen.flatMap(({ event }) =>
        event.type === 'action.completed' ? [event.content] : [],
      );
      expect(seen[1]).toMatch(says);
      expect(result.costUsd).toBe(usd);
      const { store, home } = run;
      for (const execute of [true, false])
        expect(await replay({ rollout: result.rollout, execute }, { store, home })).toMatchObject({
          identical: true,
        });
    }
  });
});

it('knows which call an output is of, though ids come again, and leaves out copies', async () => {
  const history = new History(objects);
  const plan = {
    type: 'action.started',
    step: 0,
    call: 'a',
    tool: 'plan',
    input: { items: [{ text: 'weft' }] },
  };
  history.add(
    journal(
      step(1),
      ...output('a', 'cat one', 'the weft'),
      step(2),
      plan,
      ...output('a', '', 'the weft kept').slice(1),
    ),
  );
  const { found } = await history.search('weft', 9);
  expect(found.map(({ source }) => source)).toEqual(['output of bash cat one']);
});

it('joins pieces that follow each other in one output', () => {
  const piece = (part: number, source = 'a') => ({ step: 1, source, part, text: `text ${part}` });
  expect(joined([piece(3), piece(4), piece(0, 'b'), piece(2), piece(9)])).toEqual([
    { ...piece(2), text: 'text 2\ntext 3\ntext 4' },
    piece(0, 'b'),
    piece(9),
  ]);
});

const recall = (input: object) => ({ tool: 'recall', input });

describe('recall', () => {
  it('shows all of a step page by page, whatever room an observation has', async () => {
    const lines = Array.from({ length: 900 }, (_, n) => `line ${n} of many`);
    const run = runtime();
    const pages: string[] = [];
    let next: object = { step: 1 };
    const model = scriptedModel(
      (prompt) => {
        const last = prompt.findLast(({ role }) => role === 'tool');
        const [part] = last?.role === 'tool' ? last.content : [];
        const text = part?.type === 'tool-result' && part.output.type === 'text' ? part.output.value : '';
        if (text.startsWith('[step 1')) {
          pages.push(text);
          const [, on] = /go on with recall (\{.*\})\]$/.exec(text) ?? [];
          if (on === undefined) return { calls: [FINISH] };
          next = JSON.parse(on);
        }
        if (last === undefined)
          return { calls: [bash('for n in $(seq 0 899); do echo "line $n of many"; done')] };
        return { calls: [recall(next)] };
      },
      { contextTokens: 12_000 },
    );
    await solve(
      { task: 'x', repo: repository(BUGGY), model, checks: [], limits: { steps: 30 }, ...HOST },
      run,
    );
    expect(pages.length).toBeGreaterThan(1);
    const whole = pages
      .map((page) =>
        page
          .split('\n')
          .slice(1)
          .join('\n')
          .replace(/\n\[go on.*$/, ''),
      )
      .join('');
    for (const line of lines) expect(whole).toContain(line);
  });

  it('finds an earlier output, shows its step, and keeps notes', async () => {
    const { seen, events } = await play([
      bash('echo the frobnicator is in lathe.js'),
      recall({ query: 'frobnicator' }),
      recall({ step: 1 }),
      recall({ note: 'lathe.js has it' }),
      recall({ step: 99 }),
      recall({ step: 1, call: 2 }),
      recall({ step: 1, from: 1_000_000 }),
      recall({}),
      recall({ query: 'nothingofthekind' }),
      recall({ note: 'x'.repeat(1_001) }),
    ]);
    expect(seen[1]!.content).toMatch(/^\[step 1, .*bash echo the frobnicator/m);
    expect(seen[2]!.content).toMatch(/^\[step 1\]\n> bash echo the frob.*\nthe frobnicator is in lathe\.js/s);
    expect(seen[3]!.content).toBe('Kept.');
    expect(stateOf(events).notes).toEqual(['lathe.js has it']);
    expect(seen[4]!.content).toMatch(/^There is no step 99; the last one is \d+\.$/);
    expect(seen[5]!.content).toBe('Step 1 has 1 calls.');
    expect(seen[6]!.content).toMatch(/^step 1 has \d+ characters: there is nothing from 1000000 on\.$/);
    expect(seen[7]!.content).toBe('Give a query (words), a step (number) or a note.');
    expect(seen[8]!.content).toMatch(/Nothing in the steps so far fits/);
    expect(seen[9]!.content).toMatch(/1000 characters; this one has 1001/);
  });
});
