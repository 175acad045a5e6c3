import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { BUGGY, heddle, LOOK, repository, SOLVING, scripted, temporaryFolder } from './support.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const userFile = (name: string) => join(home, 'config', 'heddle', name);

const solve = (repo: string, replies: readonly unknown[], ...args: string[]) =>
  heddle(['solve', 'sum() leaves out 1', '--model', scripted(replies), '--sandbox', 'host', ...args], {
    home,
    cwd: repo,
  });
const show = async (...args: string[]) => (await heddle(['show', 'last', ...args], { home })).stdout;

describe('guides', () => {
  const files = { ...BUGGY, 'AGENTS.md': 'Rules of the house.', 'docs/AGENTS.md': 'Rules of the docs.' };

  test('of the user and the repository are told, and said in solve and show', async () => {
    write(userFile('AGENTS.md'), 'British English.');
    write(join(home, 'AGENTS.md'), 'No emoji.');
    const { code, stderr } = await solve(repository(files), SOLVING);
    expect(code).toBe(0);
    const line = `guides: ${userFile('AGENTS.md')}, ${join(home, 'AGENTS.md')}, AGENTS.md, docs/AGENTS.md`;
    expect(stderr).toContain(line.slice(0, 60));
    expect(await show()).toContain(line);
    expect(await show('--step', '0')).toContain('Rules of the docs.');
    const prompt = await show('--prompt', '1');
    const at = ['British English.', 'No emoji.', 'Rules of the house.'].map((text) => prompt.indexOf(text));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
    expect(prompt).not.toContain('Rules of the docs.');
  });

  test('that cannot be read are one line', async () => {
    mkdirSync(join(home, 'AGENTS.md'));
    const { code, stderr } = await solve(repository(BUGGY), [LOOK, ...SOLVING]);
    expect(code).toBe(2);
    expect(stderr).toContain(`cannot read ${join(home, 'AGENTS.md')}: EISDIR`);
  });
});

test('skills of the user and the repository are listed in solve and show', async () => {
  const skill = (name: string, description: string) =>
    `---\nname: ${name}\ndescription: ${description}\n---\n`;
  write(join(home, 'skills', 'letters', 'SKILL.md'), skill('letters', 'Writes letters.'));
  write(join(home, 'skills', 'unfinished', 'SKILL.md'), 'nothing yet');
  write(join(home, 'skills', 'README.md'), 'mine');
  const files = { ...BUGGY, '.agents/skills/sums/SKILL.md': skill('sums', 'Adds up.') };
  const { stderr } = await solve(repository(files), SOLVING);
  expect(stderr).toContain('skills: letters, sums');
  expect(await show('--step', '0')).toContain('sums: Adds up.');
  expect(await show('--prompt', '1')).toContain('- sums: Adds up. (.agents/skills/sums/SKILL.md)');
});

describe('hooks', () => {
  test("of the repository's configuration run in the sandbox, and what they did is said in solve and show", async () => {
    const hooks = [
      { on: 'before', tools: ['edit'], run: 'echo "No edits on a Friday." >&2; exit 2' },
      { on: 'after', tools: ['bash'], run: 'exit 7' },
    ];
    const files = { ...BUGGY, 'heddle.config.jsonc': JSON.stringify({ hooks }) };
    const { stderr } = await solve(repository(files), SOLVING);
    expect(stderr).toContain("heddle: the repository's configuration brings 2 hooks, run where commands run");
    expect(stderr).toContain('hook echo "No edits on a Friday." >&… blocked: No edits on a Friday.');
    expect(stderr).toContain('! hook exit 7 was passed over: exit code 7');
    expect(await show()).toContain('hook exit 7 was passed over: exit code 7');
    expect((await solve(repository(files), SOLVING, '--quiet')).stderr).toBe('');
  });

  test("modules of the user's are found from the folder of the configuration", async () => {
    write(userFile('hooks/loud.mjs'), 'export default ({ tool }) => ({ say: "after " + tool });');
    write(
      userFile('heddle.config.jsonc'),
      '{ "hooks": [{ "on": "after", "tools": ["bash"], "module": "./hooks/loud.mjs" }] }',
    );
    const { code } = await solve(repository(BUGGY), SOLVING);
    expect(code).toBe(0);
    expect(await show()).toContain('[hook: after bash]');
  });
});

describe('MCP servers', () => {
  const server = fileURLToPath(new URL('../../agent/test/mcp/wire-server.ts', import.meta.url));
  const named = (name: string, mode: string) => ({
    [name]: { command: process.execPath, args: [server, mode] },
  });

  test('are listed with what they offer, and used by name', async () => {
    const mcp = { ...named('go', 'plain'), ...named('dead', 'exits') };
    write(userFile('heddle.config.jsonc'), JSON.stringify({ mcp }));
    const listed = await heddle(['mcp'], { home });
    expect(listed.code).toBe(2);
    expect(listed.stdout.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual([
      expect.stringMatching(/^SERVER \| TOOLS \| WHERE$/),
      expect.stringMatching(/^✓ \| go \| 1 \| .+/),
      expect.stringMatching(/^✗ \| dead \| .*its last words: the licence/),
      '',
    ]);
    const [seen] = JSON.parse((await heddle(['mcp', '--json'], { home })).stdout);
    expect(seen).toMatchObject({ name: 'go', problem: null, tools: [{ name: 'go_go', server: 'go' }] });
    const call = { calls: [{ tool: 'go_go', input: {} }] };
    const { code, stderr } = await solve(
      repository(BUGGY),
      [call, ...SOLVING.slice(1)],
      '--tools',
      'mcp:go,mcp:dead',
    );
    expect(code).toBe(0);
    expect(stderr).toContain('! the MCP server dead did not start: ');
    expect(await show()).toContain('called go');
    expect(await show('--prompt', '1')).toContain('go_go');
  });

  test('that are not there, or not named, are one line', async () => {
    expect((await heddle(['mcp'], { home })).stdout).toBe(
      `no MCP server is named under "mcp" in ${userFile('heddle.config.jsonc')}\n`,
    );
    const { code, stderr } = await solve(repository(BUGGY), SOLVING, '--tools', 'mcp:go');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'heddle: there is no MCP server "go" in your configuration\n  hint: name it under "mcp" in the file that `heddle init --user` writes\n',
    });
  });
});
