import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changesFromPatch } from '../src/guard/tampering/from-patch.ts';
import { git, temporaryFolder } from './support.ts';

const line = fc.constantFrom(
  'a',
  'b',
  '',
  '-x',
  '+y',
  ' z',
  'diff --git a/q b/q',
  '@@ -1 +1 @@',
  '--- a/x',
  'é',
  '\\ No newline',
);
const text = fc
  .array(line, { maxLength: 14 })
  .map((lines) => (lines.length === 0 ? '' : `${lines.join('\n')}\n`));
const name = fc.constantFrom('a.txt', 'b c.txt', 'ü/d.txt', 'tests/e.py');
const tree = fc.dictionary(name, text, { maxKeys: 4, noNullPrototype: true });

it('gives back what stood before, whatever the patch (property)', { timeout: 120_000 }, async () => {
  const root = temporaryFolder();
  git(root, 'init', '-q');
  const put = (files: Record<string, string>) => {
    for (const path of ['a.txt', 'b c.txt', 'ü', 'tests'])
      rmSync(join(root, path), { recursive: true, force: true });
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    git(root, 'add', '-A');
    return git(root, 'write-tree').trim();
  };
  await fc.assert(
    fc.asyncProperty(tree, tree, async (before, after) => {
      const [from, to] = [put(before), put(after)];
      const patch = execFileSync('git', ['diff', '--binary', '--full-index', '--find-renames', from, to], {
        cwd: root,
        encoding: 'utf8',
      });
      const changes = await changesFromPatch(patch, async (path) => after[path] ?? null);
      const rebuilt = { ...after };
      for (const change of changes) {
        expect(change.after).toBe(after[change.path] ?? null);
        if (change.before === null) delete rebuilt[change.path];
        else rebuilt[change.path] = change.before;
      }
      expect(rebuilt).toEqual(before);
    }),
    { numRuns: 60, seed: 7 },
  );
});
