import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Recorded } from '@heddle/core';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  BUGGY,
  FINISH,
  git,
  heddle,
  LOOK,
  repository,
  SOLVING,
  scripted,
  temporaryFolder,
} from './support.ts';

const TASK = 'sum() leaves out the first number';
let home: string;
let repo: string;
beforeEach(() => {
  home = temporaryFolder();
  repo = repository(BUGGY);
});

const here = (...args: string[]) => heddle(args, { home, cwd: repo });
const solve = (...args: string[]) => here('solve', TASK, '--sandbox', 'host', ...args);
const eventsOf = async (rollout = 'last') =>
  (JSON.parse((await here('show', rollout, '--json')).stdout) as Recorded[]).map(({ event }) => event);

function configure(folder: string, config: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'heddle.config.jsonc'), JSON.stringify(config, null, 1));
}
const configureUser = (config: unknown) => configure(join(home, 'config', 'heddle'), config);

const SLOW = { calls: [{ tool: 'bash', input: { command: 'echo slow; sleep 20' } }] };

describe('solve --attempts', () => {
  test('hands over the best of several attempts by several models', async () => {
    const models = [scripted([LOOK, FINISH, FINISH]), scripted(SOLVING)];
    const { code, stdout } = await solve(
      '--vary-models',
      models.join(','),
      '--model',
      models[0]!,
      '--json',
      '-q',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'solved', verified: true });
    const events = await eventsOf();
    expect(events[0]).toMatchObject({
      type: 'rollout.started',
      agent: { name: 'bestOf' },
      config: {
        agent: {
          agent: { bestOf: { attempts: 2, vary: { models }, agent: 'solo' } },
          agents: {},
          modules: {},
        },
      },
    });
    expect(events.find(({ type }) => type === 'candidate.chosen')).toMatchObject({ candidate: 2 });
    expect(git(repo, 'status', '--porcelain')).toBe('');
  });

  test('one attempt is the default agent alone', async () => {
    configureUser({ attempts: 5 });
    const { code } = await solve('--attempts', '1', '--model', scripted(SOLVING), '-q');
    expect(code).toBe(0);
    expect((await eventsOf())[0]).toMatchObject({ agent: { name: 'solo' } });
  });

  test('a model that cannot be asked is told before anything begins', async () => {
    const { code, stderr } = await solve('--vary-models', 'anthropic/x,repair', '--model', 'repair');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^heddle: anthropic needs a key, and ANTHROPIC_API_KEY is not set\n/);
    expect((await here('list', '--json')).stdout).toBe('[]\n');
  });

  test.each([
    [['--fork', 'late'], '--fork is about several attempts, and there is one'],
    [
      ['--attempts', '1', '--vary-models', 'repair'],
      '--vary-models is about several attempts, and there is one',
    ],
    [['--attempts', '65'], 'agent.bestOf.attempts: expected at most 64'],
    [['--agent', 'sloo'], 'no agent is called "sloo"; did you mean "solo"?'],
  ])('%j is refused', async (args, line) => {
    const { code, stderr } = await solve(...args, '--model', 'repair');
    expect({ code, first: stderr.split('\n')[0] }).toEqual({ code: 2, first: `heddle: ${line}` });
  });

  test('killed and resumed: what had ended is not done again', async () => {
    const slow = scripted([SLOW, ...SOLVING.slice(1)]);
    const fast = scripted(SOLVING);
    const killed = await heddle(
      ['solve', TASK, '--sandbox', 'host', '--model', fast, '--vary-models', `${fast},${slow},${slow}`],
      {
        home,
        cwd: repo,
        onStderr: (text, child) => {
          if (/#1 {2}✓ handed in/.test(text)) child.kill('SIGKILL');
        },
      },
    );
    expect(killed.code).toBe(null);
    const before = await eventsOf();
    const rollouts = before.flatMap((event) => (event.type === 'rollout.delegated' ? [event.rollout] : []));
    expect(rollouts).toHaveLength(3);
    const journals = await Promise.all(
      rollouts.map(async (rollout) => ({ rollout, events: await eventsOf(rollout) })),
    );
    const ended = journals.filter(({ events }) => events.some(({ type }) => type === 'rollout.completed'));
    expect(ended).toHaveLength(1);
    const { code, stdout } = await here('resume', '--model', fast, '--json', '-q');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'solved', verified: true });
    const after = await eventsOf();
    expect(after.slice(0, before.length)).toEqual(before);
    const again = after.slice(before.length);
    expect(again.filter(({ type }) => type === 'rollout.delegated')).toEqual([]);
    const returned = after.flatMap((event) => (event.type === 'rollout.returned' ? [event.rollout] : []));
    expect(returned.toSorted()).toEqual(rollouts.toSorted());
    expect(await eventsOf(ended[0]!.rollout)).toEqual(ended[0]!.events);
  });

  test('a fork is refused with the rollouts that can be forked', async () => {
    await solve('--attempts', '2', '--model', scripted(SOLVING), '-q');
    const delegated = (await eventsOf()).filter((event) => event.type === 'rollout.delegated');
    const { code, stderr } = await here('fork', 'last@1', '--model', 'repair');
    expect(code).toBe(2);
    expect(stderr).toContain('is made of others, and has no steps of its own');
    for (const { rollout, path } of delegated) expect(stderr).toContain(`${rollout} (${path})`);
    // Attempts begin side by side, in any order.
    const part = delegated.find(({ path }) => path.startsWith('bestOf/1/'))!.rollout;
    expect((await here('resume', part, '--model', 'repair')).stderr).toMatch(
      new RegExp(`^heddle: rollout ${part} is a part of \\w+ \\(bestOf/1/rollout\\)\n`),
    );
    const forked = await here('fork', `${part}@1`, '--model', scripted(SOLVING), '-q', '--json');
    expect(JSON.parse(forked.stdout)).toMatchObject({ status: 'solved' });
  });
});

describe('solve --agent FILE', () => {
  const MODULE = `import { agent, solo, type Agent } from 'heddle';
export const reviewer: Agent = agent({ name: 'reviewer', source: import.meta.url, uses: [solo] }, solo);
export const number: number = 3;
export default reviewer;
`;
  const write = (text: string, name = 'agents.ts') => {
    const file = join(home, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  test.each(['', '#reviewer'])('runs an export%s', async (which) => {
    const file = write(MODULE);
    const { code, stderr } = await solve('--agent', `${file}${which}`, '--model', scripted(SOLVING));
    expect(code).toBe(0);
    expect(stderr).not.toContain('Warning');
    expect((await eventsOf())[0]).toMatchObject({ agent: { name: 'reviewer' } });
  });

  test.each([
    ['', '#nobody', 'agents.ts has no export nobody'],
    ['', '#number', 'the export number of agents.ts is no agent'],
    ['export default {\n  a: ;\n}\n', '', 'agents.ts:2: Expression expected'],
    ['export enum A { b }\n', '', 'agents.ts:1: TypeScript enum is not supported in strip-only mode'],
    ["throw new Error('too early');\n", '', 'agents.ts: too early'],
    ["import './gone.ts';\n", '', "agents.ts: Cannot find module 'gone.ts' imported from agents.ts"],
    ["import x from 'heddle/x';\nexport default x;\n", '', 'there is no heddle/x'],
    [
      "import { nothing } from 'heddle';\nexport default nothing;\n",
      '',
      "agents.ts:1: The requested module 'heddle' does not provide an export named 'nothing'",
    ],
  ])('%j %s is one clear line', async (text, which, line) => {
    const file = write(text || MODULE);
    const { code, stderr } = await solve('--agent', `${file}${which}`, '--model', 'repair');
    const [first, hint] = stderr.replaceAll(`${home}/`, '').split('\n');
    expect({ code, first }).toEqual({ code: 2, first: `heddle: ${line}` });
    expect(hint).toMatch(/^ {2}hint: /);
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await solve('--agent', './none.ts', '--model', 'repair');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^heddle: there is no file none\.ts\n {2}hint: .*\n$/);
  });

  test('goes on only with the module it began with', async () => {
    const file = write(MODULE);
    await solve('--agent', file, '--model', scripted(SOLVING), '--steps', '1', '-q');
    const resume = () => here('resume', 'last', '--steps', '9', '--model', scripted(SOLVING), '-q', '--json');
    write(MODULE.replace("'reviewer'", "'other'"));
    expect((await resume()).stderr).toMatch(
      /^heddle: the agent of \w+ is not what it was: .*agents\.ts has changed\n/,
    );
    rmSync(file);
    expect((await resume()).stderr).toMatch(
      /^heddle: the agent of \w+ is gone: there is no file .*agents\.ts\n/,
    );
    write(MODULE);
    const { code, stdout } = await resume();
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, status: 'solved' });
  });
});

describe('agents of the configuration', () => {
  test('are listed and run by name', async () => {
    writeFileSync(join(home, 'mine.mjs'), "export { solo as default } from 'heddle';\n");
    configureUser({
      agents: { mine: join(home, 'mine.mjs'), twice: { bestOf: { attempts: 2, agent: 'mine' } } },
      agent: 'twice',
    });
    configure(repo, { agents: { late: { bestOf: { attempts: 3, fork: 'late' } } } });
    const listed = JSON.parse((await here('agents', '--json')).stdout);
    expect(listed[0]).toEqual({
      name: 'solo',
      from: 'built in',
      about: 'one loop, one model, few tools',
      isDefault: false,
    });
    const others = ['built in', 'ready-made'];
    expect(listed.filter(({ from }: { from: string }) => !others.includes(from))).toEqual([
      { name: 'late', from: 'configuration', about: 'best of 3 of solo, late fork', isDefault: false },
      { name: 'mine', from: 'module', about: join(home, 'mine.mjs'), isDefault: false },
      { name: 'twice', from: 'configuration', about: 'best of 2 of mine', isDefault: true },
    ]);
    const known = listed.filter(({ from }: { from: string }) => from === 'ready-made');
    expect(known.map(({ name }: { name: string }) => name)).toEqual([
      ...['acp:claude-code', 'acp:codex', 'acp:gemini-cli', 'acp:opencode'],
    ]);
    const { code } = await solve('--model', scripted(SOLVING), '-q');
    expect(code).toBe(0);
    const [started] = await eventsOf();
    expect(started).toMatchObject({ agent: { name: 'twice' }, config: { agent: { agent: 'twice' } } });
  });

  test("a repository's name no module and no model, and mean nothing else by the user's names", async () => {
    configureUser({ agents: { mine: { bestOf: { attempts: 2 } } } });
    configure(repo, {
      agents: {
        mine: 'solo',
        code: './agents.ts',
        asks: { loop: { model: 'openai/x' } },
        both: { sequence: ['mine', 'code'] },
        good: { sequence: ['mine', 'solo'] },
      },
      agent: './agents.ts',
    });
    const { stdout, stderr } = await here('agents', '--json');
    expect(
      JSON.parse(stdout)
        .map(({ name }: { name: string }) => name)
        .filter((name: string) => !name.includes(':'))
        .slice(-2),
    ).toEqual(['good', 'mine']);
    expect(stderr).toContain(
      'ignored agents.mine (your own has that name), agents.code (a module), agents.asks (names a model), ' +
        'agents.both (needs code), agent: "./agents.ts"',
    );
  });

  test.each([
    [{ agents: { a: { bestOf: { attempts: 0 } } } }, ':5: agents.a.bestOf.attempts: expected at least 1'],
    [{ agents: { a: 'b' } }, ':3: agents.a: no agent is called "b"; did you mean "a"?'],
    [{ agent: 'slo' }, ':2: no agent is called "slo"; did you mean "solo"?'],
    [{ agents: { 'a b': 'solo' } }, ':2: agents: expected names of letters, digits, _ and -, at most 40'],
    [{ attempts: 0 }, ':2: attempts: expected at least 1'],
  ])('%j is refused with its line', async (config, line) => {
    configureUser(config);
    const { code, stderr } = await here('agents');
    expect({ code, first: stderr.split('\n')[0] }).toEqual({
      code: 2,
      first: `heddle: ${join(home, 'config', 'heddle', 'heddle.config.jsonc')}${line}`,
    });
  });
});
