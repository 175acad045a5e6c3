import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { solve } from '../src/solve.ts';
import { bash, call, FINISH, HOST, repository, runtime } from './support.ts';

const HAND_IN = [{ calls: [FINISH] }, { calls: [FINISH] }];
const plain = (command: string) => [{ name: 'test', command, framework: 'plain', timeoutSeconds: 20 }];

/** Plays a script; gives what the model was told by its tools and by notes, and its first user message. */
async function play(
  files: Record<string, string>,
  script: Parameters<typeof scriptedModel>[0],
  options: Partial<Parameters<typeof solve>[0]> = {},
) {
  const run = runtime();
  let first = '';
  const replies = scriptedModel(script);
  const model = {
    ...replies,
    language: {
      ...replies.language,
      doStream: (call: Parameters<typeof replies.language.doStream>[0]) => {
        first ||= JSON.stringify(call.prompt.find(({ role }) => role === 'user')!.content);
        return replies.language.doStream(call);
      },
    },
  };
  const result = await solve(
    { task: 'x', repo: repository(files), model, checks: [], ...HOST, ...options },
    run,
  );
  const events = run.seen.map(({ event }) => event);
  const told = events.flatMap((event) => (event.type === 'action.completed' ? [event.content] : []));
  const notes = events.flatMap((event) => (event.type === 'note.added' ? [event.text] : []));
  return { result, told, notes, first };
}

describe('what the model is told', () => {
  it('has no terminal codes in it, of commands and of checks', async () => {
    const coloured = "printf '\\033[31mred\\033[0m\\n'";
    const { told, notes } = await play({ a: '' }, [bash(coloured), ...HAND_IN], {
      checks: plain(`${coloured}; false`),
    });
    expect(told[0]).toBe('red\n[exit code 0]');
    expect(notes[0]).toContain('    red');
    expect(notes[0]).not.toContain('\u001B');
  });

  it('has the last words of a check that nobody could count', async () => {
    const { notes } = await play({ a: '' }, [bash('echo 1 > b'), ...HAND_IN], {
      checks: plain("echo begins; echo '\n12 examples, no offences\n'"),
    });
    expect(notes[0]).toBe(
      "Checks before any edit:\n- test: passed (exit 0) · command: `echo begins; echo '\n12 examples, no offences\n'`\n  its last line: 12 examples, no offences",
    );
    expect(notes[1]).toMatch(/\n {2}its last line: 12 examples, no offences$/);
  });

  it('says of tests that the work brought what was seen of them', async () => {
    const test = (name: string, body: string) =>
      `import { test } from 'node:test';\ntest('${name}', () => { ${body} });\n`;
    const { told } = await play(
      { 'a.test.js': test('old', '') },
      [
        bash(`cat > b.test.js <<'END'\n${test('new', "throw new Error('not yet')")}END`),
        bash(`cat > b.test.js <<'END'\n${test('new', '')}END`),
        ...HAND_IN,
      ],
      { checks: [{ name: 'test', command: 'node --test', framework: 'node:test', timeoutSeconds: 60 }] },
    );
    expect(told[2]).toContain(
      'No check failed before your change; 1 test that was seen failing passes now. Do they show all that the task asks?',
    );
  });

  it('is shown the whole diff once, then what has changed since', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`).join('\n');
    const { told } = await play({ a: 'a\n' }, [
      bash(`printf '%s\\n' '${lines}' > b`),
      { calls: [FINISH] },
      bash("sed -i 's/line 7$/line seven/' b"),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ]);
    expect(told[1]).toContain(
      'Not submitted yet. The diff against the files you were given:\ndiff --git a/b b/b',
    );
    expect(told[1]).toContain('+line 29');
    expect(told[1]).not.toContain('index ');
    expect(told[3]).toContain('What has changed since then:\ndiff --git a/b b/b');
    expect(told[3]).toContain('-line 7\n+line seven\n');
    expect(told[3]).not.toContain('line 29');
    expect(told[4]).toBe('Submitted.');
  });

  it('says that a result was cut, and how to see the rest', async () => {
    const candidates = Array.from({ length: 100 }, (_, n) => ({
      label: `${n} ${'long '.repeat(200)}`,
      edits: [{ path: 'a.js', old: 'nowhere', new: 'x' }],
    }));
    const { told } = await play({ 'a.js': 'first\n' }, [call('attempt', { candidates }), ...HAND_IN], {
      checks: plain('false'),
      tools: ['attempt'],
    });
    expect(told[0]!.length).toBeLessThan(61_000);
    expect(told[0]).toMatch(
      /\[cut: 60000 of 10\d{4} characters are shown; recall \{"step": \d+\} shows all of it/,
    );
  });

  it('begins with the upper levels of the files, without what git ignores', async () => {
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`docs/${n}.md`, '']));
    const { first } = await play(
      {
        '.gitignore': 'out/\n*.log\n',
        'src/a/deep.js': '',
        'src/b.js': '',
        'out/x.js': '',
        'a.log': '',
        ...many,
      },
      HAND_IN,
    );
    const tree = JSON.parse(first)[0].text.split('Files, two levels deep:\n')[1];
    const lines = tree.split('\n');
    expect(lines.slice(0, 3)).toEqual(['.gitignore', 'docs/', '  0.md']);
    expect(lines.slice(-4)).toEqual(['  … 73 more', 'src/', '  a/', '  b.js']);
    expect(lines.length).toBeLessThanOrEqual(40);
  });
});

describe('the end of the steps', () => {
  it('is told, and one finish on the last keeps what the model says of its work', async () => {
    const script = [bash('echo 1 > a'), bash('echo 2 > a'), bash('echo 3 > a'), { calls: [FINISH] }];
    const { result, notes, told } = await play({ a: '' }, script, { limits: { steps: 4 } });
    expect(told[3]).toBe('Submitted.');
    expect(result).toMatchObject({ status: 'unverified', probability: 0.9, steps: 4 });
    expect(result.reason).toContain('The first number was left out.');
    const steps = notes.flatMap((note) => /^\d steps are left|^This is the last step/.exec(note) ?? []);
    expect(steps).toEqual(['3 steps are left', '2 steps are left', 'This is the last step']);
  });

  it('before it finish names the checks that do not pass, and hands in as it is the second time', async () => {
    const { result, told } = await play({ a: '' }, HAND_IN, { checks: plain('false') });
    expect(told[0]).toContain('Not passing: test. Calling finish again hands the work in as it is');
    expect(result).toMatchObject({ status: 'unverified', probability: 0.9 });
  });
});
