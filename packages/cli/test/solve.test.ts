import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { RolloutResult } from '@heddle/agent';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  BUGGY,
  FINISH,
  git,
  heddle,
  LOOK,
  repository,
  run,
  SLEEP,
  SOLVING,
  scripted,
  temporaryFolder,
} from './support.ts';

// `host` works on every machine; what the walls keep is the workspace's to test.
const HOST = ['--sandbox', 'host'];
let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const solve = (repo: string, replies: readonly unknown[], ...args: string[]) =>
  heddle(['solve', 'sum() leaves out the first number', '--model', scripted(replies), ...HOST, ...args], {
    home,
    cwd: repo,
  });
const only = (stdout: string): RolloutResult => JSON.parse(stdout);

describe('solve --json', () => {
  test('prints exactly one object and leaves with 0 when it is solved and verified', async () => {
    const repo = repository(BUGGY);
    const { code, stdout, stderr } = await solve(repo, SOLVING, '--json', '--quiet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = only(stdout);
    expect(Object.keys(result)).toEqual([
      'rollout',
      'status',
      'verified',
      'patch',
      'probability',
      'checks',
      'steps',
      'usage',
      'costUsd',
      'seconds',
      'reason',
    ]);
    expect(result).toMatchObject({
      status: 'solved',
      verified: true,
      probability: 0.9,
      steps: 4,
      costUsd: 0,
      reason: 'The first number was left out.',
      checks: [
        {
          name: 'test',
          command: 'npm test',
          before: { status: 'failed', counts: { passed: 1, failed: 1 } },
          after: { status: 'passed', counts: { passed: 2, failed: 0 } },
        },
      ],
    });
    expect(result.patch).toContain('+  for (let i = 0; i < numbers.length; i++)');
    expect(git(repo, 'status', '--porcelain')).toBe('');
  });

  test.each([
    ['not verified', [LOOK, FINISH, FINISH], [], 1, 'unverified'],
    ['a limit', SOLVING, ['--steps', '1'], 3, 'limit'],
    ['no tool call at all', [{ text: 'Hello.' }, { text: 'Hello.' }, { text: 'Hello.' }], [], 1, 'gave-up'],
  ])('%s: the exit code tells', async (_, replies, args, code, status) => {
    const end = await solve(repository(BUGGY), replies, '--json', '--quiet', ...args);
    expect(end.code).toBe(code);
    expect(only(end.stdout)).toMatchObject({ status, verified: false });
  });

  test('progress goes to standard error', async () => {
    const { stdout, stderr } = await solve(repository(BUGGY), SOLVING, '--json');
    expect(only(stdout).status).toBe('solved');
    expect(stderr).toMatch(/\n {2}2 {2}The loop starts at 1\..* ✗ 1 failing → ✓ all 2 pass\n/);
  });
});

test('without --json the report ends with the patch, its evidence and where to go', async () => {
  const { code, stdout } = await solve(repository(BUGGY), SOLVING, '--quiet');
  expect(code).toBe(0);
  const id = /heddle show (\w+)/.exec(stdout)![1]!;
  expect(stdout.replaceAll(id, 'ROLLOUT').replace(/[\d.]+ s,/, 'N s,')).toMatchInlineSnapshot(`
    "
    ✓ solved and verified in 4 steps, N s, $0

      The first number was left out.

    diff --git a/sum.js b/sum.js
    index eff37a9028..d5bc20519e 100644
    --- a/sum.js
    +++ b/sum.js
    @@ -1,5 +1,5 @@
     export function sum(numbers) {
       let total = 0;
    -  for (let i = 1; i < numbers.length; i++) total += numbers[i];
    +  for (let i = 0; i < numbers.length; i++) total += numbers[i];
       return total;
     }

      check test   ✗ 1 failing → ✓ all 2 pass
      probability  90 %, by the model's own estimate
      apply it     heddle show ROLLOUT --diff | git apply
      look closer  heddle show ROLLOUT
    "
  `);
});

describe('where the patch goes', () => {
  test('--apply, --branch and --patch together', async () => {
    const repo = repository(BUGGY);
    const file = join(home, 'out.patch');
    const { code, stdout } = await solve(
      repo,
      SOLVING,
      '--apply',
      '--branch',
      'fix/sum',
      '--patch',
      file,
      '--quiet',
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`applied to ${repo}`);
    expect(readFileSync(join(repo, 'sum.js'), 'utf8')).toContain('let i = 0');
    expect(git(repo, 'show', 'fix/sum:sum.js')).toContain('let i = 0');
    expect(git(repo, 'diff')).toBe(git(repo, 'diff', 'main', 'fix/sum'));
    expect(git(repo, 'status', '--porcelain')).toBe(' M sum.js\n');
    git(repo, 'checkout', '-q', 'sum.js');
    git(repo, 'apply', file);
  });

  test('--patch - is the patch and nothing else on standard output', async () => {
    const repo = repository(BUGGY);
    const { stdout, stderr } = await solve(repo, SOLVING, '--patch', '-');
    expect(stdout).toMatch(/^diff --git a\/sum\.js b\/sum\.js\n/);
    expect(stderr).toContain('✓ solved and verified');
  });

  test('a patch that no longer applies is refused, the result is still told', async () => {
    const repo = repository(BUGGY);
    const spoil = `printf 'other\\n' > ${JSON.stringify(join(repo, 'sum.js'))}`;
    const replies = [{ calls: [{ tool: 'bash', input: { command: spoil } }] }, ...SOLVING.slice(1)];
    const { code, stdout, stderr } = await solve(repo, replies, '--apply', '--json', '--quiet');
    expect(only(stdout).status).toBe('solved');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^heddle: the patch does not apply, nothing was changed: .*\n {2}hint: .*\n$/);
    expect(readFileSync(join(repo, 'sum.js'), 'utf8')).toBe('other\n');
  });
});

describe('settings', () => {
  const show = async (...args: string[]) =>
    JSON.parse((await heddle(['show', '--json', ...args], { home })).stdout);

  test('come from options, then the repository, then the user', async () => {
    const repo = repository({
      ...BUGGY,
      'heddle.config.jsonc':
        '{ "checks": { "unit": "node --test" }, "limits": { "steps": 9, "usd": 1 }, "checkSeconds": 50 }',
    });
    mkdirSync(join(home, 'config/heddle'), { recursive: true });
    writeFileSync(
      join(home, 'config/heddle/heddle.config.jsonc'),
      '{ "limits": { "usd": 2, "seconds": 70 }, "options": { "seed": 5 } }',
    );
    expect((await solve(repo, SOLVING, '--quiet', '--steps', '8')).code).toBe(0);
    const [{ event }] = await show();
    expect(event.config).toMatchObject({
      limits: { steps: 8, usd: 1, seconds: 70 },
      seed: 5,
      network: false,
      checks: [{ name: 'unit', command: 'node --test', framework: 'node:test', timeoutSeconds: 50 }],
      checksFrom: 'configuration',
    });
  });

  test('--check names and replaces the checks', async () => {
    await solve(
      repository(BUGGY),
      SOLVING,
      '--quiet',
      '--check',
      'unit=node --test',
      '--check',
      'true',
      '--time',
      '10m',
      '--budget',
      '$2',
    );
    const [{ event }] = await show();
    expect(event.config).toMatchObject({
      checks: [
        { name: 'unit', command: 'node --test', framework: 'node:test' },
        { name: 'check', command: 'true', framework: 'plain' },
      ],
      checksFrom: 'option',
      limits: { seconds: 600, usd: 2 },
    });
  });
});

test('the task comes from standard input as an issue', async () => {
  const args = ['solve', '--model', scripted(SOLVING), ...HOST, '--quiet'];
  const input = 'title:\tSum is wrong\nlabels:\tbug\n--\nBy one.\n';
  expect((await heddle(args, { home, cwd: repository(BUGGY), input })).code).toBe(0);
  const [row] = JSON.parse((await heddle(['list', '--json'], { home })).stdout);
  expect(row.task).toBe('Sum is wrong\n\nBy one.');
});

describe('what is refused before a rollout exists', () => {
  const refused = async (args: readonly string[], cwd = repository(BUGGY), env = {}) => {
    const { code, stdout, stderr } = await heddle(['solve', 'task', ...args], { home, cwd, env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect((await heddle(['list', '--json'], { home })).stdout).toBe('[]\n');
    return stderr;
  };

  test('no repository', async () => {
    const folder = temporaryFolder();
    expect(await refused([...HOST, '--model', 'relay'], folder)).toMatch(
      /^heddle: .* is not inside a git repository\n/,
    );
  });

  test('a repository without files', async () => {
    const empty = temporaryFolder();
    git(empty, 'init', '-q');
    expect(await refused([...HOST, '--model', 'relay'], empty)).toBe(
      `heddle: ${empty} has no files to work on\n  hint: add the files the task is about first\n`,
    );
  });

  test('a folder that is not there', async () => {
    expect(await refused(['--repo', '/no/such/folder'])).toMatch(/^heddle: .*\/no\/such\/folder/);
  });

  test('an unknown model, a missing key, an unreadable script', async () => {
    expect(await refused(['--model', 'gpt'])).toMatch(/^heddle: no model is called "gpt"\n {2}hint: /);
    expect(await refused(['--model', 'openai/gpt-6.1-sol'])).toMatch(
      /^heddle: openai needs a key, and OPENAI_API_KEY is not set\n {2}hint: /,
    );
    expect(await refused(['--model', 'scripted:none.json'])).toMatch(/^heddle: cannot read the script/);
  });

  test('an unknown sandbox or tool', async () => {
    expect(await refused(['--model', 'relay', '--sandbox', 'jail'])).toMatch(
      /^heddle: there is no sandbox jail\n/,
    );
    expect(await refused(['--model', 'relay', ...HOST, '--tools', 'hammer'])).toMatch(/^heddle: .*hammer/);
  });

  test('a taken branch, a bad configuration', async () => {
    expect(await refused(['--model', 'relay', '--branch', 'main'])).toMatch(
      /^heddle: the branch main exists already\n/,
    );
    const repo = repository({ ...BUGGY, 'heddle.config.jsonc': '{"modle": "x"}' });
    expect(await refused([], repo)).toBe(
      `heddle: ${join(repo, 'heddle.config.jsonc')}:1: unknown field modle\n  hint: \`heddle init\` writes a file with every key explained\n`,
    );
  });

  test('a data folder that cannot be made', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await heddle(['solve', 'task', '--model', 'relay'], {
      home: file,
      cwd: repository(BUGGY),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^heddle: the data folder .* cannot be made \(EEXIST\)\n {2}hint: set HEDDLE_HOME/,
    );
  });
});

describe('interrupting', () => {
  const INTERRUPTIBLE = [SLEEP, ...SOLVING.slice(1)];
  /** Signalled once, half a second after the checks before the first edit: the model asks for its sleep at once. */
  const interrupted = (signal: NodeJS.Signals, ...args: string[]) => {
    let sent = false;
    return heddle(['solve', 'task', '--model', scripted(INTERRUPTIBLE), ...HOST, ...args], {
      home,
      cwd: repository(BUGGY),
      onStderr: (text, child) => {
        if (sent || !text.includes('✗ sum.test.js > adds all')) return;
        sent = true;
        setTimeout(() => child.kill(signal), 500);
      },
    });
  };

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s keeps the work; resume ends as if nothing had been',
    async (signal) => {
      const end = await interrupted(signal, '--json');
      expect(end.code).toBe(130);
      expect(only(end.stdout)).toMatchObject({
        status: 'interrupted',
        verified: false,
        reason: 'stopped by the user',
      });
      expect(end.stderr).toContain('heddle: stopping: the work so far is kept; once more to leave at once\n');
      expect(end.stderr).toMatch(/\n {2}1 {2}bash echo sleeping; sleep 60 +interrupted\n$/);
      const resumed = await heddle(['resume', '--json', '--model', scripted(INTERRUPTIBLE)], { home });
      expect(resumed.code).toBe(0);
      expect(only(resumed.stdout)).toMatchObject({
        rollout: only(end.stdout).rollout,
        status: 'solved',
        verified: true,
      });
      expect(resumed.stderr).toMatch(
        /^heddle \w+ {2}resumed\n {2}2 {2}The loop starts at 1\..*✗ 1 failing → ✓ all 2 pass\n/,
      );
    },
  );

  test('resume takes limits, which count from the beginning', async () => {
    await interrupted('SIGTERM');
    const { code, stdout } = await heddle(
      ['resume', '--json', '--quiet', '--steps', '2', '--model', scripted(INTERRUPTIBLE)],
      { home },
    );
    expect(code).toBe(3);
    expect(only(stdout)).toMatchObject({ status: 'limit', steps: 2 });
  });

  test('the report says how to go on', async () => {
    const { code, stdout } = await interrupted('SIGINT');
    expect(code).toBe(130);
    expect(stdout).toContain('‖ interrupted in 1 step, ');
    expect(stdout).toMatch(/\n {2}go on +heddle resume \w+\n/);
  });

  test('a second signal leaves at once', async () => {
    const module = new URL('../src/run/interrupt.ts', import.meta.url).href;
    const script = `const { listenForInterrupt } = await import(${JSON.stringify(module)});
      listenForInterrupt(() => console.error('first'));
      setInterval(() => {}, 1000);
      console.error('ready');`;
    let signals = 0;
    const end = await run(process.execPath, ['--input-type=module', '-e', script], {
      onStderr: (text, child) => {
        if (signals < text.trim().split('\n').length) signals += Number(child.kill('SIGINT'));
      },
    });
    expect({ ...end, signals }).toEqual({ code: 130, stdout: '', stderr: 'ready\nfirst\n', signals: 2 });
  });
});

describe('replay and fork', () => {
  test('a replay is identical, running everything again or nothing', async () => {
    const { stdout } = await solve(repository(BUGGY), SOLVING, '--json', '--quiet');
    const { rollout } = only(stdout);
    for (const args of [[], ['--no-exec']]) {
      const end = await heddle(['replay', 'last', '--quiet', ...args], { home });
      expect(end).toEqual({
        code: 0,
        stdout: expect.stringMatching(`^identical: \\d+ events of ${rollout}\n$`),
        stderr: '',
      });
    }
  });

  test('a replay that differs names the first event that does, expected and got', async () => {
    const flag = join(home, 'flag');
    const replies = [
      { calls: [{ tool: 'bash', input: { command: `cat ${JSON.stringify(flag)} || echo none` } }] },
      ...SOLVING.slice(1),
    ];
    await solve(repository(BUGGY), replies, '--quiet');
    writeFileSync(flag, 'something\n');
    const { code, stdout } = await heddle(['replay', 'last', '--quiet'], { home });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^different: event \d+ of \w+ \(action\.completed\)\n {2}content\n {4}expected {2}(?:.|\n)*none(?:.|\n)*\n {4}got {7}something\n/,
    );
    expect((await heddle(['replay', 'last', '--no-exec', '--quiet'], { home })).code).toBe(0);
  });

  test('a fork goes on from a step with the files of that step, told what the user says', async () => {
    const { stdout } = await solve(repository(BUGGY), SOLVING, '--json', '--quiet');
    const { rollout } = only(stdout);
    const model = scripted(SOLVING);
    const fork = await heddle(
      ['fork', `${rollout.slice(0, 8)}@2`, '--say', 'check it twice', '--model', model, '--json'],
      { home },
    );
    expect(fork.code).toBe(0);
    expect(only(fork.stdout)).toMatchObject({ status: 'solved', steps: 4, patch: only(stdout).patch });
    expect(fork.stderr).toContain(`goes on from ${rollout} after step 2\n  you: check it twice\n  3  finish`);
    const list = JSON.parse((await heddle(['list', '--json'], { home })).stdout);
    expect(list.map((row: { rollout: string }) => row.rollout)).toEqual([only(fork.stdout).rollout, rollout]);
  });
});

test('a key that is refused: exit code 2, something to put right, and the rollout can be resumed', async () => {
  const port = await freePort();
  const repo = repository(BUGGY);
  const configuration = {
    providers: { lab: { baseURL: `http://127.0.0.1:${port}/v1`, apiKeyEnv: 'LAB_KEY' } },
  };
  mkdirSync(join(home, 'config/heddle'), { recursive: true });
  writeFileSync(join(home, 'config/heddle/heddle.config.jsonc'), JSON.stringify(configuration));
  const server = createServer((socket) => {
    socket.once('data', () =>
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
    );
  }).listen(port, '127.0.0.1');
  try {
    const { code, stdout, stderr } = await heddle(
      ['solve', 'task', '--model', 'lab/large', ...HOST, '--json'],
      {
        home,
        cwd: repo,
        env: { LAB_KEY: 'wrong' },
      },
    );
    expect(code).toBe(2);
    expect(only(stdout).status).toBe('model-unreachable');
    expect(stderr).toMatch(/^heddle: the price of lab\/large is unknown, so the budget cannot stop it\n/);
  } finally {
    server.close();
  }
  const resumed = await heddle(['resume', '--model', scripted(SOLVING), '--quiet'], { home });
  expect(resumed.code).toBe(0);
});

test('the data folder can be read by nobody else', async () => {
  const folder = join(home, 'own');
  await heddle(['list'], { home: folder, cwd: home });
  expect(existsSync(join(folder, 'journal.db'))).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
