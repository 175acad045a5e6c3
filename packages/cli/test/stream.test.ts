import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { JsonLines } from '../src/run/json-lines.ts';
import { BUGGY, FINISH, heddle, repository, scripted, temporaryFolder } from './support.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const call = (tool: string, input: object) => ({ calls: [{ tool, input }] });
const ASK = call('ask', { question: 'Tabs or spaces?', assumption: 'spaces' });

async function stream(replies: readonly unknown[], input: readonly unknown[], args: readonly string[] = []) {
  const text = input.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const { code, stdout, stderr } = await heddle(
    [
      'solve',
      'mend sum()',
      '--model',
      scripted(replies),
      '--sandbox',
      'host',
      '--check',
      'none',
      '--stream',
      ...args,
    ],
    { home, cwd: repository(BUGGY), input: `${text}\n` },
  );
  const lines = stdout
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const of = (type: string) => lines.filter((line) => line.type === type);
  return { code, stderr, lines, of };
}

describe('a program in a person’s place', () => {
  test('gets every event and the result as its last line, and is heard', async () => {
    const { code, lines, of } = await stream(
      [ASK, FINISH, FINISH],
      [{ answer: 'tabs' }, { say: 'Be brief.' }],
    );
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ type: 'result', status: 'unverified', patch: '' });
    expect(of('question')).toEqual([{ type: 'question', question: 'Tabs or spaces?', assumption: 'spaces' }]);
    const events = of('event');
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index));
    const [asked] = events.filter(({ event }) => event.type === 'action.completed');
    expect(asked.event.content).toBe('The answer: tabs');
    expect(events.some(({ event }) => event.type === 'note.added' && event.text === 'Be brief.')).toBe(true);
  });

  test('approves and refuses with a reason', async () => {
    const write = call('edit', { command: 'create', path: 'x.txt', text: 'x' });
    const { of } = await stream(
      [write, write, FINISH, FINISH],
      [
        { approve: false, instruction: 'Call it y.txt.' },
        { approve: true },
        { approve: true },
        { approve: true },
      ],
      ['--approve', 'ask'],
    );
    expect(of('approval')[0]).toMatchObject({ step: 1, tool: 'edit', input: { path: 'x.txt' } });
    const ends = of('event').filter(({ event }) => event.type === 'action.completed');
    expect(ends[0].event.content).toContain('Call it y.txt.');
    expect(ends[1].event.outcome).toBe('ok');
  });

  test('may answer two questions with lines that come at once', async () => {
    const input = new PassThrough();
    const lines = new JsonLines({ input, output: { write: () => true }, onStop: () => {} });
    const { signal } = new AbortController();
    const asked = { question: 'Tabs?', assumption: 'spaces' };
    const first = lines.answer(asked, signal);
    input.write('{"answer":"one"}\n{"answer":"two"}\n{"approve":true}\n');
    expect(await first).toBe('one');
    expect(await lines.answer(asked, signal)).toBe('two');
    lines.close();
  });

  test('that has gone leaves the agent to its assumption', async () => {
    const { of, lines } = await stream([ASK, FINISH, FINISH], []);
    expect(of('question')).toHaveLength(1);
    expect(lines.at(-1).assumptions).toEqual([{ question: 'Tabs or spaces?', assumption: 'spaces' }]);
  });

  test('is told of lines that are none, and the rollout goes on', async () => {
    const { of, lines } = await stream([ASK, FINISH, FINISH], ['{oops', { shout: 'x' }, { answer: 'tabs' }]);
    const messages = of('error').map(({ message }) => message);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toBe('not understood: this line is no JSON');
    expect(lines.at(-1).type).toBe('result');
  });

  test('can stop it; what was done is kept', async () => {
    const { code, lines } = await stream([ASK, FINISH, FINISH], [{ stop: true }]);
    expect(code).toBe(130);
    expect(lines.at(-1)).toMatchObject({ type: 'result', status: 'interrupted' });
  });

  test.each([['--json'], ['--patch', '-']])('cannot share standard output with %s', async (...args) => {
    const { code, stderr } = await stream([FINISH], [], args);
    expect(code).toBe(2);
    expect(stderr).toContain('both want standard output');
  });
});

test('the page lists every kind of line', () => {
  const page = readFileSync(new URL('../../../docs/stream.md', import.meta.url), 'utf8');
  for (const kind of ['event', 'question', 'approval', 'answered', 'error', 'result'])
    expect(page).toContain(`{"type":"${kind}"`);
  for (const kind of ['say', 'answer', 'approve', 'stop']) expect(page).toContain(`{"${kind}":`);
});
