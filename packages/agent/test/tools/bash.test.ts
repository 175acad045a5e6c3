import { describe, expect, it } from 'vitest';
import { asShown } from '../../src/tools/bash/output.ts';
import { bash, play, SLOW } from './played.ts';

describe('bash', SLOW, () => {
  it('runs, keeps its directory, and says how it ended', async () => {
    const { seen } = await play([
      bash('mkdir deep; cd deep; X=1'),
      bash('pwd | tail -c 5; echo $X; false'),
      bash('cd ..'),
    ]);
    expect(seen[0]!.content).toMatch(/^\(it printed nothing\)\n\[exit code 0\]\n\[directory: .*\/deep\]$/);
    expect(seen[1]!.content).toMatch(/^deep\n1\n\[exit code 1\]\n\[directory: /);
    expect(seen[2]!.content).toBe('(it printed nothing)\n[exit code 0]');
  });

  it('says that an input had no line end where the program still waits', async () => {
    const { seen } = await play([
      bash('read A; echo "[$A]"'),
      bash({ input: 'ye', wait_seconds: 0.5 }),
      bash({ session: 1, wait_seconds: 0.5 }),
      bash({ input: 's\n' }),
      bash('cat'),
      bash({ input: '\u0004' }),
    ]);
    const WAITS = /\n\[(?:it waits for input|still running).*$/;
    expect(seen[1]!.content.replace(WAITS, '')).toBe(
      '(it has printed nothing new)\n[your input had no line end; {"session":1,"input":"\\n"} ends the line]',
    );
    expect(seen[2]!.content.replace(WAITS, '')).toBe('(it has printed nothing new)');
    expect(seen[3]!.content).toBe('[yes]\n[exit code 0]');
    expect(seen[5]!.content).toBe('(it printed nothing)\n[exit code 0]');
  });

  it('comes back when it is asked something, takes the answer, and lets other commands run meanwhile', async () => {
    const { seen } = await play([
      bash(`read -p 'Sure? ' A; echo "[$A]"`),
      bash('echo other'),
      bash({ session: 1, command: 'echo busy' }),
      bash({ input: 'yes\n' }),
      bash({ session: 1 }),
    ]);
    expect(seen.map(({ content }) => content)).toMatchInlineSnapshot(`
      [
        "Sure?
      [it waits for input: answer with {"session":1,"input":"…\\n"}, or stop it with {"session":1,"signal":"INT"}]",
        "other
      [exit code 0, session 2]
      [session 1 runs \`read -p 'Sure? ' A; echo "[$A]"\` since N s]",
        "Session 1 still runs \`read -p 'Sure? ' A; echo "[$A]"\` (N s): read on with {"session":1}, stop it with {"session":1,"signal":"INT"}, or leave session out to use another.",
        "[yes]
      [exit code 0]",
        "Session 1 runs nothing. No session runs anything: give a command.",
      ]
    `);
    expect(seen[0]!.details).toMatchObject({ session: 1, ended: 'running', exitCode: null });
    expect(seen[1]!.details).toMatchObject({ session: 2, running: [{ session: 1 }] });
  });

  it('leaves a server running, reads on, stops it', async () => {
    const { seen } = await play([
      bash({ command: `node -e "console.log('listening'); setInterval(() => {}, 1000)"`, wait_seconds: 2 }),
      bash({ session: 1, wait_seconds: 0 }),
      bash({ session: 1, signal: 'INT' }),
      bash('echo after'),
    ]);
    expect(seen.map(({ content }) => content)).toMatchInlineSnapshot(`
      [
        "listening
      [still running after N s: read on with {"session":1}, stop it with {"session":1,"signal":"INT"}; other commands can run meanwhile]",
        "(it has printed nothing new)
      [still running after N s: read on with {"session":1}, stop it with {"session":1,"signal":"INT"}; other commands can run meanwhile]",
        "(it printed nothing)
      [exit code 130]",
        "after
      [exit code 0]",
      ]
    `);
  });

  it('names in the status line what still runs', async () => {
    const { events } = await play([
      bash({ command: 'sleep 60', wait_seconds: 0 }),
      bash('echo x > new.txt'),
      bash({ session: 1, signal: 'INT' }),
      bash('echo y > new.txt'),
    ]);
    const lines = events.flatMap(({ event }) =>
      event.type === 'note.added' && event.about === 'report' ? [event.text.split('\n')[0]] : [],
    );
    expect(lines.slice(1)).toEqual(['[step 2 of 150; session 1 runs `sleep 60`]', '[step 4 of 150]']);
  });

  it('ends a command at a limit that is given', async () => {
    const { seen } = await play([
      bash({ command: 'echo begun; sleep 60', timeout_seconds: 0.5 }),
      bash('echo next'),
    ]);
    expect(seen[0]!.content).toContain('begun');
    expect(seen[0]!.content).toContain('[ended at its time limit of N s: no exit code]');
    expect(seen[1]!.content).toBe('next\n[exit code 0]');
  });

  it('tells what ended unread, and does not lose its end', async () => {
    const { seen } = await play([
      bash({ command: 'sleep 0.3; echo done', wait_seconds: 0 }),
      bash('sleep 1'),
      bash({ session: 1, command: 'echo new' }),
    ]);
    expect(seen[1]!.content).toContain('[session 1 has ended: read its end with {"session":1}]');
    expect(seen[2]!.content).toBe('done\n[exit code 0] (the command before)\n\nnew\n[exit code 0]');
  });

  it.each([
    ['nothing runs', { session: 1 }, 'Session 1 runs nothing. No session runs anything: give a command.'],
    [
      'input for a new command',
      { command: 'cat', input: 'x' },
      'input and signal are for a program that runs already',
    ],
    ['a session beyond the last', { session: 9 }, 'session'],
    ['a signal there is not', { session: 1, signal: 'STOP' }, 'signal'],
    ['nothing at all', {}, 'No session runs anything: give a command.'],
  ])('says what to do where %s', async (_, input, message) => {
    const { seen } = await play([bash(input)]);
    expect(seen[0]).toMatchObject({ outcome: 'error' });
    expect(seen[0]!.content).toContain(message);
  });
});

describe('what a terminal shows', () => {
  it.each([
    ['a progress bar', '10 %\r50 %\r100 %\ndone\n', '100 %\ndone\n'],
    ['Windows line ends', 'a\r\nb\r\n', 'a\nb\n'],
    ['colours', '\u001b[31mred\u001b[0m\n', 'red\n'],
    ['a line being written over', 'first\rsecond', 'second'],
  ])('%s', (_, printed, shown) => {
    expect(asShown(printed)).toBe(shown);
  });
});
