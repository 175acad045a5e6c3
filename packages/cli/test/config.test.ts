import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { CONFIG_FILE, loadConfig, readConfig, userConfigPath } from '../src/config/load.ts';
import { repositoryTemplate, userTemplate } from '../src/config/template.ts';
import { BUGGY, heddle, repository, temporaryFolder } from './support.ts';

let root: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  root = temporaryFolder();
  env = { XDG_CONFIG_HOME: join(root, 'config') };
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
const user = (text: string) => write(userConfigPath(env), text);
const own = (text: string) => write(join(root, CONFIG_FILE), text);
const refusal = async () => {
  const error = await loadConfig(root, env).catch((reason: Error) => reason);
  return String((error as Error).message).replaceAll(root, 'ROOT');
};

test('no file is no configuration', async () => {
  expect(await loadConfig(root, env)).toEqual({});
  expect(await loadConfig(null, env)).toEqual({});
});

test("the repository's file lies over the user's; groups are merged field by field", async () => {
  user(
    '{"model": "relay", "limits": {"steps": 10, "usd": 2}, "options": {"effort": "low"}, "network": true}',
  );
  own(
    '\uFEFF// mine\n{"options": {"seed": 3}, "limits": {"steps": 8}, /* here */ "checks": {"test": "make"},}',
  );
  expect(await loadConfig(root, env)).toEqual({
    model: 'relay',
    limits: { steps: 8, usd: 2 },
    options: { effort: 'low', seed: 3 },
    network: true,
    checks: { test: 'make' },
  });
});

describe('what is wrong is one line with file, line and key', () => {
  test.each([
    ['{\n  "limits": {\n    "stps": 3\n  }\n}', 'ROOT/heddle.config.jsonc:3: limits: unknown field stps'],
    [
      '{\n  // how many\n  "limits": { "steps": 2.5 }\n}',
      'ROOT/heddle.config.jsonc:3: limits.steps: expected int',
    ],
    ['{ "limits": { "usd": 0 } }', 'ROOT/heddle.config.jsonc:1: limits.usd: expected more than 0'],
    [
      '{\n\n"sandbox": "jail" }',
      'ROOT/heddle.config.jsonc:3: sandbox: expected "auto" or "bubblewrap" or "namespaces" or "container" or "host"',
    ],
    [
      '{ "hooks": [{ "on": "later", "run": "x" }] }',
      'ROOT/heddle.config.jsonc:1: hooks.0.on: expected "before" or "after" or "finish"',
    ],
    ['{ "hooks": [{ "on": "after" }] }', 'ROOT/heddle.config.jsonc:1: hooks.0: expected run or module'],
    [
      '{ "hooks": [{ "on": "after", "module": "x", "outside": true }] }',
      'ROOT/heddle.config.jsonc:1: hooks.0: outside is for run',
    ],
    [
      '{ "hooks": [{ "on": "finish", "run": "x", "tools": ["bash"] }] }',
      'ROOT/heddle.config.jsonc:1: hooks.0: finish takes no tools',
    ],
    [
      '{ "mcp": { "a_b": { "command": "x" } } }',
      'ROOT/heddle.config.jsonc:1: mcp: expected names of letters, digits and -, at most 24',
    ],
    [
      '{ "mcp": { "a": { "command": "x", "url": "http://a" } } }',
      'ROOT/heddle.config.jsonc:1: mcp.a: expected command or url',
    ],
    ['{ "mcp": { "a": { "url": "here" } } }', 'ROOT/heddle.config.jsonc:1: mcp.a.url: expected an address'],
    [
      '{ "mcp": { "a": { "url": "http://a", "args": [] } } }',
      'ROOT/heddle.config.jsonc:1: mcp.a: args and env are for command, headers for url',
    ],
    ['{ "checks": { "test": 3 } }', 'ROOT/heddle.config.jsonc:1: checks.test: expected string'],
    ['[]', 'ROOT/heddle.config.jsonc:1: expected object'],
    [
      '{\n  "model": "a"\n  "network": true\n}',
      "ROOT/heddle.config.jsonc:3: Expected ',' or '}' after property value",
    ],
    ['{\n  "model": \n', 'ROOT/heddle.config.jsonc:2: Unexpected end of JSON input'],
  ])('%j', async (text, message) => {
    own(text);
    expect(await refusal()).toBe(message);
  });
});

describe('what a repository may not decide is left out, and said in one line', () => {
  test.each([
    ['{"model": "recorded:/tmp/taken.jsonl=anthropic/claude"}', 'model'],
    ['{"model": "relay"}', 'model'],
    [
      '{"providers": {"anthropic": {"baseURL": "http://evil.example"}}, "network": true}',
      'providers, network',
    ],
    ['{"prices": {"a/": {"input": 0, "output": 0}}}', 'prices'],
    ['{"sandbox": "host"}', 'sandbox: "host"'],
    ['{"limits": {"steps": 151}}', 'limits.steps (151 is more than 150)'],
    ['{"hooks": [{"on": "before", "run": "x", "outside": true}]}', 'hooks.0.outside'],
    ['{"mcp": {"x": {"command": "evil"}}}', 'mcp'],
    ['{"tools": ["mcp:mine"]}', 'tools: "mcp:mine"'],
    ['{"hooks": [{"on": "finish", "module": "./x.mjs"}]}', 'hooks.0.module'],
  ])('%s', async (text, what) => {
    own(`{"checks": {"test": "make"}, ${text.slice(1)}`);
    const { config, ignored } = await readConfig(root, env);
    expect({ ...config, limits: undefined, tools: undefined }).toEqual({
      checks: { test: 'make' },
      limits: undefined,
      tools: undefined,
    });
    expect(config.limits ?? {}).toEqual({});
    expect(ignored?.replaceAll(root, 'ROOT')).toBe(
      `ROOT/heddle.config.jsonc: ignored ${what}, which a repository may not decide: put it in ROOT/config/heddle/heddle.config.jsonc or give it as an option`,
    );
    expect([config.hooks ?? [], config.tools ?? []]).toEqual([[], []]);
    user(text);
    expect(await readConfig(null, env)).toEqual({ config: JSON.parse(text), ignored: null });
  });

  test("hooks: the user's own first, the repository's marked", async () => {
    user('{"hooks": [{"on": "after", "run": "mine", "outside": true}]}');
    own('{"hooks": [{"on": "finish", "run": "theirs"}, {"on": "after", "module": "x.mjs"}]}');
    const { config, ignored } = await readConfig(root, env);
    expect(config.hooks).toEqual([
      { on: 'after', run: 'mine', outside: true },
      { on: 'finish', run: 'theirs', repository: true },
    ]);
    expect(ignored).toContain('ignored hooks.1.module, which');
  });

  test("tools: a repository's own, with the user's servers", async () => {
    user('{"tools": ["navigate", "mcp:mine"]}');
    own('{"tools": ["localize", "mcp:theirs"]}');
    expect((await readConfig(root, env)).config.tools).toEqual(['localize', 'mcp:mine']);
  });

  test('limits: the lower one of the two counts, each for itself', async () => {
    user('{"limits": {"steps": 300, "usd": 1}}');
    own('{"limits": {"steps": 200, "usd": 3, "tokens": 1000, "seconds": 7200}}');
    const { config, ignored } = await readConfig(root, env);
    expect(config.limits).toEqual({ steps: 200, usd: 1, tokens: 1000 });
    expect(ignored).toContain(
      'ignored limits.usd (3 is more than 1), limits.seconds (7200 is more than 3600),',
    );
  });

  test("solve does not take a repository's model, and says so", async () => {
    const repo = repository({ ...BUGGY, [CONFIG_FILE]: '{"model": "scripted:/etc/passwd"}' });
    const { stderr } = await heddle(['solve', 'x', '--repo', repo, '--check', 'none', '--steps', '1'], {
      env: { ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '', GEMINI_API_KEY: '', OPENROUTER_API_KEY: '' },
    });
    expect(stderr.split('\n')[0]).toContain(
      `${CONFIG_FILE}: ignored model, which a repository may not decide`,
    );
    expect(stderr).toMatch(/^heddle \w{12} {2}repair/m);
  });
});

describe('init', () => {
  const uncommented = (text: string) => text.replaceAll(/^( *)\/\/ (?=["}]| {2}")/gm, '$1');

  test('both templates are valid as they are, and with every key taken in', async () => {
    for (const text of [userTemplate(), uncommented(userTemplate())]) {
      user(text);
      await loadConfig(null, env);
    }
    for (const text of [repositoryTemplate([]), uncommented(repositoryTemplate([]))]) {
      own(text);
      await loadConfig(root, { XDG_CONFIG_HOME: join(root, 'none') });
    }
    const all = await loadConfig(root, env);
    expect(all.prices?.['lab/']).toMatchObject({ contextTokens: expect.any(Number) });
    expect(Object.keys(all).sort()).toEqual(
      [
        'agent',
        'agents',
        'entrants',
        'attempts',
        'guard',
        'hooks',
        'mcp',
        'fallback',
        'rival',
        'comparator',
        'memory',
        'embedding',
        'model',
        'providers',
        'prices',
        'options',
        'checks',
        'checkSeconds',
        'limits',
        'sandbox',
        'network',
        'tools',
      ].sort(),
    );
  });

  test('writes the detected checks into the repository, once', async () => {
    const repo = repository(BUGGY);
    const first = await heddle(['init'], { cwd: repo });
    expect(first).toEqual({ code: 0, stdout: `wrote ${join(repo, CONFIG_FILE)}\n`, stderr: '' });
    expect(await loadConfig(repo, env)).toEqual({ checks: { test: 'npm test' } });
    const second = await heddle(['init'], { cwd: repo });
    expect(second).toMatchObject({
      code: 2,
      stderr: `heddle: ${join(repo, CONFIG_FILE)} exists already\n  hint: --force writes over it\n`,
    });
    expect((await heddle(['init', '--force'], { cwd: repo })).code).toBe(0);
  });

  test("--user writes the user's own file", async () => {
    const home = temporaryFolder();
    const { stdout } = await heddle(['init', '--user'], { home });
    expect(stdout).toBe(`wrote ${join(home, 'config/heddle', CONFIG_FILE)}\n`);
  });
});
