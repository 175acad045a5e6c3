import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { skillOf } from '@heddle/agent';
import stripJsonComments from 'strip-json-comments';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import type { Config } from '../src/config/schema.ts';
import { BUGGY, FINISH, heddle, repository, SOLVING, scripted, temporaryFolder } from './support.ts';

const PAGE = readFileSync(new URL('../../../docs/knowledge.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text]) =>
    name === language ? [text!] : [],
  );
const configs = blocks('jsonc').map(
  (text) => JSON.parse(stripJsonComments(text, { trailingCommas: true })) as Config,
);

/** A rollout with this configuration of the user's; gives what `show` tells of it. */
async function rollout(config: Config, files: Record<string, string>, replies: readonly unknown[]) {
  const home = temporaryFolder();
  mkdirSync(join(home, 'config', 'heddle'), { recursive: true });
  writeFileSync(join(home, 'config', 'heddle', 'heddle.config.jsonc'), JSON.stringify(config));
  const args = ['solve', 'x', '--model', scripted(replies), '--sandbox', 'host', '--check', 'none'];
  const { code } = await heddle(args, { home, cwd: repository(files) });
  return { code, told: (await heddle(['show', 'last'], { home })).stdout };
}

describe('docs/knowledge.md', () => {
  test('has configurations that can be read', async () => {
    expect(configs).toHaveLength(2);
    for (const config of configs) {
      const folder = temporaryFolder();
      mkdirSync(join(folder, 'heddle'));
      writeFileSync(join(folder, 'heddle', 'heddle.config.jsonc'), JSON.stringify(config));
      expect(await loadConfig(null, { XDG_CONFIG_HOME: folder })).toEqual(config);
    }
  });

  test('has a skill that can be read', () => {
    expect(skillOf(blocks('markdown')[0]!, 'x')).toMatchObject({
      name: 'release',
      description: expect.stringContaining('Use when a version'),
    });
  });

  const [before, , finish] = configs[0]!.hooks!;
  const create = (path: string) => ({
    calls: [{ tool: 'edit', input: { command: 'create', path, text: 'x\n' } }],
  });

  test('has a hook that keeps the model out of vendor/', async () => {
    const { told } = await rollout({ hooks: [before!] }, BUGGY, [
      create('vendor/a.js'),
      create('src/a.js'),
      ...SOLVING.slice(2),
    ]);
    expect(told).toContain(' blocked: vendor/ is generated');
    expect(told).toContain('src/a.js added');
    expect(told).not.toContain('vendor/a.js added');
  });

  test('has a hook that hands in nothing the linter refuses', async () => {
    const lint = 'test -e src/a.js || { echo "src/a.js is missing"; exit 1; }';
    const files = { 'package.json': JSON.stringify({ scripts: { lint } }) };
    const { told } = await rollout({ hooks: [finish!] }, files, [FINISH, create('src/a.js'), FINISH, FINISH]);
    expect(told).toContain(' blocked: src/a.js is missing');
    expect(told).toContain('Submitted.');
  });
});
