import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptedModel } from '@heddle/models';
import { chooseSandbox } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { skillOf } from '../../src/knowledge/skills.ts';
import { promptAt } from '../../src/prompt-at.ts';
import { skillLines } from '../../src/prompts/skill-list.ts';
import { forkRollout } from '../../src/resume.ts';
import { solve } from '../../src/solve.ts';
import { bash, FINISH, repository, runtime, temporaryFolder } from '../support.ts';

const skill = (name: string, description: string, body = '') =>
  `---\nname: ${name}\ndescription: ${description}\n---\n${body}`;

describe('the head of a skill', () => {
  it.each([
    ['plain', 'description: Makes reports. Use when: asked # not this', 'Makes reports. Use when: asked'],
    ['quoted', 'description: "Says \\"so\\": a\\nb"', 'Says "so": a b'],
    ['single', "description: 'it''s'  # why", "it's"],
    ['folded', 'description: >-\n  one\n  two\n\n  three\nlicense: x', 'one two three'],
    ['literal', 'description: |\n  one\n  two', 'one two'],
    ['continued', 'description: one\n  two\nmetadata:\n  description: not this', 'one two'],
    ['long', `description: ${'x'.repeat(3_000)}`, 'x'.repeat(1_024)],
    ['terminal codes', 'description: "a\u001B[31mb"', 'a[31mb'],
  ])('%s', (_, yaml, description) => {
    expect(skillOf(`---\nname: it\n${yaml}\n---\nbody`, 'folder')).toEqual({ name: 'it', description });
    expect(skillOf(`\uFEFF---\r\n${yaml.replaceAll('\n', '\r\n')}\r\n---\r\n`, 'folder')).toEqual({
      name: 'folder',
      description,
    });
  });

  it.each([
    '',
    'no head',
    'text\n---\ndescription: x\n---',
    '---\ndescription: never ends',
    '---\nname: x\n---\n',
    '---\n  description: x\n---\n',
  ])('%j has none', (text) => expect(skillOf(text, 'folder')).toBeNull());
});

it('descriptions beyond their room are left out, names never', () => {
  const skills = Array.from({ length: 30 }, (_, n) => ({
    name: `s${n}`,
    description: 'x'.repeat(1_000),
    path: `p${n}`,
  }));
  const text = skillLines(skills).join('\n');
  expect(text.length).toBeLessThan(12_000);
  expect(text).toContain('- s0: xxx');
  expect(text).toContain('- s29 (p29)');
  expect(skillLines([])).toEqual([]);
});

const kinds = ['host', await chooseSandbox('auto').catch(() => null)] as const;
for (const sandbox of new Set(kinds)) {
  describe.skipIf(sandbox === null)(`skills in ${sandbox ?? 'a sandbox (skipped: none works here)'}`, () => {
    it("are listed, their bodies read when wanted: the repository's and the user's own, of a fork too", async () => {
      const repo = repository({
        '.claude/skills/report/SKILL.md': skill('report', 'A mirror.'),
        '.agents/skills/report/SKILL.md': skill('report', 'Makes reports.', 'Use the template.'),
        'skills/deploy/SKILL.md': skill('deploy', 'How to deploy.'),
        'skills/none/README.md': 'no skill',
        'skills/deploy/deeper/SKILL.md': skill('deeper', 'Too deep.'),
        'docs/skills/x/SKILL.md': skill('x', 'Elsewhere.'),
      });
      const elsewhere = join(temporaryFolder(), 'my skills', 'letters');
      mkdirSync(elsewhere, { recursive: true });
      writeFileSync(join(elsewhere, 'SKILL.md'), skill('letters', 'Writes letters.', 'Dear reader,'));
      const linked = join(temporaryFolder(), 'letters');
      symlinkSync(elsewhere, linked);
      const skills = [
        { name: 'letters', description: 'Writes letters.', folder: linked },
        { name: 'letters', description: 'Again.', folder: elsewhere },
      ];
      const run = runtime({ skills });
      const hands = [{ calls: [FINISH] }, { calls: [FINISH] }];
      const read = (path: string) => bash(`tail -1 '${path}'; touch '${path}x' 2>/dev/null || echo kept`);
      const model = scriptedModel([
        bash('cat .agents/skills/report/SKILL.md'),
        read(sandbox === 'host' ? join(elsewhere, 'SKILL.md') : '/run/heddle/shown/letters/SKILL.md'),
        ...hands,
      ]);
      const { rollout } = await solve({ task: 'x', repo, model, checks: [], sandbox: sandbox! }, run);
      const events = run.seen.map(({ event }) => event);
      const prepared = events.find((event) => event.type === 'workspace.prepared')!;
      const own = prepared.skills!.slice(0, 2);
      expect(prepared.skills!.slice(2)).toEqual([
        { name: 'report', description: 'Makes reports.', path: '.agents/skills/report/SKILL.md' },
        { name: 'deploy', description: 'How to deploy.', path: 'skills/deploy/SKILL.md' },
      ]);
      const first = JSON.stringify((await promptAt(run.seen, 1)).prompt[1]!.content);
      expect(first).toContain(`- letters: Writes letters. (${own[0]!.path})`);
      expect(first).toContain('- report: Makes reports. (.agents/skills/report/SKILL.md)');
      expect(first).not.toContain('Use the template.');
      const told = events.flatMap((event) => (event.type === 'action.completed' ? [event.content] : []));
      expect(told[0]).toContain('Use the template.');
      expect(told[1]).toContain('Dear reader,');
      if (sandbox === 'host') return;
      expect(own.map(({ path }) => path)).toEqual([
        '/run/heddle/shown/letters/SKILL.md',
        '/run/heddle/shown/letters.1/SKILL.md',
      ]);
      expect(told[1]).toContain('kept');
      const other = runtime({ skills, store: run.store, home: run.home });
      await forkRollout(
        { rollout, step: 1, model: scriptedModel([bash('true'), read(own[1]!.path), ...hands]) },
        other,
      );
      const fork = other.seen.flatMap(({ event }) =>
        event.type === 'action.completed' ? [event.content] : [],
      );
      expect(fork[0]).toContain('Dear reader,');
    });
  });
}
