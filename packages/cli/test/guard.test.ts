import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Question } from '@heddle/agent';
import { beforeEach, describe, expect, test } from 'vitest';
import { Lines } from '../src/run/lines.ts';
import { BUGGY, FINISH, heddle, repository, scripted, temporaryFolder } from './support.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const bash = (command: string) => ({ calls: [{ tool: 'bash', input: { command } }] });
const solve = (
  repo: string,
  replies: readonly unknown[],
  args: readonly string[],
  env: Record<string, string> = {},
) =>
  heddle(
    ['solve', 'mend sum()', '--model', scripted(replies), '--sandbox', 'host', '--check', 'none', ...args],
    { home, cwd: repo, env },
  );

describe('options', () => {
  test('a mode that asks needs a terminal or an auditor, and says so', async () => {
    const { code, stderr } = await solve(repository(BUGGY), [], ['--approve', 'risky']);
    expect(code).toBe(2);
    expect(stderr).toContain('--approve risky asks a person, and standard input is no terminal');
    expect(stderr).toContain('--approve never');
  });

  test('an unknown mode is refused with the ones there are', async () => {
    const { code, stderr } = await solve(repository(BUGGY), [], ['--approve', 'sometimes']);
    expect(code).toBe(2);
    expect(stderr).toContain('never, risky, ask');
  });

  test.each([
    [['--secret', 'NOT_THERE_AT_ALL'], 'there is no variable NOT_THERE_AT_ALL'],
    [['--secret', 'KEY=value-on-the-command-line'], 'takes a name, not a value'],
    [['--secret', 'KEY=@/no/such/file'], 'cannot read the secret KEY'],
    [['--secret', 'SHORT'], 'shorter than 6 characters'],
    [['--secret', 'PATH'], 'cannot be called PATH'],
    [['--allow-host', 'pypi.org,https://x.org'], '"https://x.org" is no host that can be allowed'],
  ])('%j: %s', async (args, message) => {
    const { code, stderr } = await solve(repository(BUGGY), [], args, { SHORT: 'abc' });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

test('a secret reaches the command that names it and shows nowhere', async () => {
  const repo = repository(BUGGY);
  const replies = [
    bash('echo "token: $DEPLOY_TOKEN"; test "$DEPLOY_TOKEN" = swordfish-42 && echo right'),
    FINISH,
    FINISH,
  ];
  await solve(repo, replies, ['--secret', 'DEPLOY_TOKEN'], { DEPLOY_TOKEN: 'swordfish-42' });
  const { stdout } = await heddle(['show', 'last', '--json'], { home });
  expect(stdout).not.toContain('swordfish-42');
  expect(stdout).toContain('token: ‹DEPLOY_TOKEN›');
  expect(stdout).toContain('right');
});

test('the user’s configuration decides, a repository’s may not', async () => {
  const guard = (decide: string) =>
    JSON.stringify({ guard: { commands: [{ command: 'git commit', decide, say: 'Leave commits to me.' }] } });
  const repo = repository({ ...BUGGY, 'heddle.config.jsonc': guard('allow') });
  mkdirSync(join(home, 'config', 'heddle'), { recursive: true });
  writeFileSync(join(home, 'config', 'heddle', 'heddle.config.jsonc'), guard('deny'));
  const replies = [bash('git commit -qm x --allow-empty'), FINISH, FINISH];
  const { stderr } = await solve(repo, replies, []);
  expect(stderr).toContain('ignored guard, which a repository may not decide');
  const { stdout } = await heddle(['show', 'last', '--json'], { home });
  expect(stdout).toContain('Leave commits to me.');
});

describe('a person at the terminal', () => {
  const question: Question = {
    rollout: 'r',
    tool: 'bash',
    input: { command: 'git push' },
    because: [{ kind: 'publish', command: 'git push', why: 'sends commits to a remote' }],
    task: 'x',
    step: 3,
  };
  const open = () => {
    const input = new PassThrough();
    let shown = '';
    const lines = new Lines({
      input,
      output: {
        write: (text: string) => {
          shown += text;
        },
      },
    });
    return { input, lines, shown: () => shown };
  };
  const never = new AbortController().signal;

  test('is asked in one look, and answers with a word or an instruction', async () => {
    const { input, lines, shown } = open();
    const answers = [
      ['y', { allow: true }],
      ['Yes', { allow: true }],
      ['n', { allow: false }],
      ['', { allow: false }],
      ['use a branch', { allow: false, instruction: 'use a branch' }],
    ] as const;
    for (const [line, answer] of answers) {
      const asked = lines.approve(question, never);
      input.write(`${line}\n`);
      expect(await asked).toEqual(answer);
    }
    expect(shown()).toContain(
      'step 3 wants: bash git push\n  git push: sends commits to a remote (publish)\n  y to let it',
    );
    expect(lines.take()).toEqual([]);
  });

  test('talks in between, and the end of input refuses', async () => {
    const { input, lines } = open();
    input.write('look at the parser first\n\nand keep it short\n');
    await new Promise(setImmediate);
    expect(lines.take()).toEqual(['look at the parser first', 'and keep it short']);
    expect(lines.take()).toEqual([]);
    const asked = lines.approve(question, never);
    input.end();
    expect(await asked).toMatchObject({ allow: false });
    expect(await lines.approve(question, never)).toMatchObject({ allow: false });
  });

  test('answers what the model asks, while nothing is drawn; an empty line is no answer', async () => {
    const { input, lines, shown } = open();
    const still: boolean[] = [];
    lines.onAsking = (asking) => still.push(asking);
    const asking = { question: 'Tabs\u001b[31m or spaces?', assumption: 'spaces' };
    const asked = lines.answer(asking, never);
    input.write(' tabs \n');
    expect(await asked).toBe('tabs');
    expect(shown()).toMatch(/it asks: Tabs.* or spaces\?\n {2}your answer, or nothing for: spaces\n/);
    expect(shown()).not.toContain('\u001b');
    const again = lines.answer(asking, never);
    input.write('\n');
    expect(await again).toBeNull();
    expect(still).toEqual([true, false, true, false]);
    input.end();
    expect(await lines.answer(asking, never)).toBeNull();
  });

  test('need not answer when the run is stopped', async () => {
    const stop = new AbortController();
    const asked = open().lines.approve(question, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
  });
});

describe('audit', () => {
  test('0 for a clean rollout, 1 with findings, as text and as JSON', async () => {
    const repo = repository(BUGGY);
    await solve(repo, [bash('cat sum.js'), FINISH, FINISH], []);
    const clean = await heddle(['audit'], { home });
    expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
    expect(clean.stdout).toContain('✓ clean');
    await solve(repo, [bash('rm sum.test.js'), FINISH, FINISH], []);
    const { code, stdout } = await heddle(['audit', 'last'], { home });
    expect(code).toBe(1);
    expect(stdout).toContain('sum.test.js  the file is gone with 2 tests');
    expect(stdout).toContain('Deletes tests\n  step 1  rm sum.test.js: may delete tests');
    const json = await heddle(['audit', 'last', '--json'], { home });
    expect(JSON.parse(json.stdout)).toMatchObject({
      clean: false,
      tampering: [{ kind: 'test-deleted', severity: 'grave' }],
    });
  });

  test('a rollout that is not there is a usage error', async () => {
    const { code } = await heddle(['audit', 'nosuch'], { home });
    expect(code).toBe(2);
  });
});
