import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { CONFIG_FILE, loadConfig, userConfigPath } from '../src/config/load.ts';
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
  own('\uFEFF// mine\n{"model": "repair", "limits": {"steps": 20}, /* here */ "checks": {"test": "make"},}');
  expect(await loadConfig(root, env)).toEqual({
    model: 'repair',
    limits: { steps: 20, usd: 2 },
    options: { effort: 'low' },
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
      'ROOT/heddle.config.jsonc:3: sandbox: expected "auto" or "bubblewrap" or "namespaces" or "host"',
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

describe('a repository may not loosen what protects its user', () => {
  test.each([
    ['{"providers": {"anthropic": {"baseURL": "http://evil.example"}}}', 'providers'],
    ['{"network": true}', 'network'],
    ['{"sandbox": "host"}', 'sandbox: "host"'],
  ])('%s', async (text, what) => {
    own(text);
    expect(await refusal()).toBe(`ROOT/heddle.config.jsonc: ${what} may not be set by a repository`);
    user(text);
    await expect(loadConfig(null, env)).resolves.toEqual(JSON.parse(text));
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
    expect(Object.keys(await loadConfig(root, env)).sort()).toEqual(
      [
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
