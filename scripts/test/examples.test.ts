import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPatch, copyExample, interpreterOf, listBugs, plantBug, runSuite } from '../demo/examples.ts';

const root = path.resolve(import.meta.dirname, '../..');
const temporary = mkdtempSync(path.join(tmpdir(), 'heddle-examples-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const bugs = listBugs(root);
const examples = [...new Set(bugs.map((bug) => bug.example))];
const hasPython = spawnSync('python3', ['--version']).status === 0;

const missing = (example: string) => interpreterOf(root, example) === 'python3' && !hasPython;
const reason = (example: string) => (missing(example) ? ' (python3 is not installed)' : '');

/** The oldest Node that users of the examples may have is the host's; it differs from ours when npm brought ours. */
function hostNode(): string | undefined {
  const own = path.join(root, 'node_modules', '.bin');
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== own);
  return folders
    .map((folder) => path.join(folder, 'node'))
    .find(
      (file) =>
        spawnSync(file, ['-e', 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)']).status === 0,
    );
}

it('there are two examples with three bugs each at least', () => {
  expect(examples).toEqual(['cellar', 'pennybook']);
  for (const example of examples)
    expect(bugs.filter((bug) => bug.example === example).length).toBeGreaterThanOrEqual(3);
});

describe.each(examples)('%s', (example) => {
  let total = 0;
  beforeAll(async () => {
    if (missing(example)) return;
    const folder = path.join(temporary, example);
    copyExample(root, example, folder);
    const { passed, failed } = await runSuite(folder);
    expect(failed).toEqual([]);
    total = passed;
  });

  it.skipIf(missing(example))(`passes its own tests, and they are many${reason(example)}`, () => {
    expect(readdirSync(path.join(temporary, example))).not.toContain('bugs');
    expect(total).toBeGreaterThan(60);
  });

  it.skipIf(missing(example)).each(bugs.filter((bug) => bug.example === example))(
    `$slug makes one to five tests fail and leaves the others passing${reason(example)}`,
    async (bug) => {
      const folder = path.join(temporary, `${bug.example}-${bug.slug}`);
      await plantBug(root, bug, folder);
      const { passed, failed } = await runSuite(folder);
      expect(failed.length).toBeGreaterThanOrEqual(1);
      expect(failed.length).toBeLessThanOrEqual(5);
      expect(passed + failed.length).toBe(total);
    },
  );
});

describe.each(bugs)('$example/$slug', (bug) => {
  it('leaves the tests alone and says nothing of the place', () => {
    const patch = readFileSync(bug.patchFile, 'utf8');
    const touched = [...patch.matchAll(/^\+\+\+ b\/(.*)$/gm)].map((match) => match[1]!);
    expect(touched.length).toBeGreaterThan(0);
    for (const file of touched) {
      expect(file).not.toMatch(/(^|\/)tests?\//);
      expect(bug.task).not.toContain(path.basename(file));
    }
    expect(bug.task).toMatch(/^# \S/);
  });
});

it('a patch that does not apply is told in the words of git', async () => {
  const folder = path.join(temporary, 'refused');
  await plantBug(root, bugs[0]!, folder);
  await expect(applyPatch(folder, bugs[0]!.patchFile)).rejects.toThrow(/^git apply: .*patch does not apply/s);
});

const old = hostNode();
it.skipIf(old === undefined)(
  `the JavaScript example runs on the host's Node too${old ? '' : ' (no other Node of version 20 or newer on PATH)'}`,
  async () => {
    const folder = path.join(temporary, 'host-node');
    copyExample(root, 'cellar', folder);
    expect((await runSuite(folder, old)).failed).toEqual([]);
  },
);
