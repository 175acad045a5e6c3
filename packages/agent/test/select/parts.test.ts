import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutEachPart } from '../../src/select/parts.ts';
import { git, repository } from '../support.ts';

const lines = (count: number, mark = 'line') => Array.from({ length: count }, (_, n) => `${mark} ${n + 1}`);
const text = (of: readonly string[]) => (of.length === 0 ? '' : `${of.join('\n')}\n`);

function patchOf(root: string, files: Record<string, string>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  git(root, 'add', '-A');
  return git(root, 'diff', '--cached', '--binary');
}

/** The files that a patch makes of those that are committed. */
function made(root: string, patch: string, path: string): string | null {
  git(root, 'reset', '-q', '--hard');
  if (patch.trim() !== '') execFileSync('git', ['apply', '-'], { cwd: root, input: patch });
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return null;
  } finally {
    git(root, 'reset', '-q', '--hard');
    git(root, 'clean', '-qfd');
  }
}

describe('the parts of a patch', () => {
  it('are runs of changed lines, one taken away at a time; tests are none', () => {
    const before = lines(12);
    const root = repository({ 'a.txt': text(before), 'test/a.test.js': 'x\n' });
    const after = before.with(1, 'two').with(3, 'four').with(11, 'twelve');
    const patch = patchOf(root, { 'a.txt': text(after), 'test/a.test.js': 'y\n', 'b.txt': 'new\n' });
    const rests = withoutEachPart(patch);
    expect(rests.map((rest) => made(root, rest, 'a.txt'))).toEqual([
      text(after.with(1, 'line 2')),
      text(after.with(3, 'line 4')),
      text(after.with(11, 'line 12')),
      text(after),
    ]);
    expect(rests.map((rest) => made(root, rest, 'b.txt'))).toEqual(['new\n', 'new\n', 'new\n', null]);
    expect(rests.map((rest) => made(root, rest, 'test/a.test.js'))).toEqual(Array(4).fill('y\n'));
  });

  it('of any change: as many as there are runs; each rest applies, and makes other files', () => {
    const edit = fc.constantFrom('keep', 'drop', 'change', 'insert');
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 14 }), fc.boolean(), (edits, ends) => {
        const before = lines(edits.length);
        const after = edits.flatMap((what, at) => {
          if (what === 'drop') return [];
          if (what === 'insert') return [before[at]!, `new ${at}`];
          return [what === 'change' ? `other ${at}` : before[at]!];
        });
        const root = repository({ 'a.txt': text(before), 'keep.txt': 'k\n' });
        const patch = patchOf(root, { 'a.txt': ends ? text(after) : text(after).trimEnd() });
        const runs = patch
          .split('\n')
          .filter((line) => !/^(?:diff|index|---|\+\+\+|@@|$)/.test(line))
          .join('\n')
          .split(/^ .*$/m)
          .filter((run) => run.trim() !== '').length;
        const rests = withoutEachPart(patch);
        if (!patch.includes('\\ No newline')) expect(rests).toHaveLength(runs);
        for (const rest of rests) expect(made(root, rest, 'a.txt')).not.toBe(made(root, patch, 'a.txt'));
      }),
      { numRuns: 15 },
    );
  });
});
