import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { OperatorError } from '@heddle/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/dataset.ts';
import { patchOf } from '../../src/datasets/patch-text.ts';
import { readDataset } from '../../src/datasets/registry.ts';
import { selectInstances } from '../../src/datasets/select.ts';
import { git } from '../../src/harness/git.ts';
import { task } from './task.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-registry-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function refusal(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OperatorError)) throw error ?? new Error('it was not refused');
  return `${error.code}: ${error.message.replaceAll(folder, '')}${error.hint === undefined ? '' : ` (${error.hint.split(':')[0]})`}`;
}

describe('reading a dataset', () => {
  test('takes JSONL, a list, a map, and gzip round them, for the same', async () => {
    const tasks = [task('b'), task('a')];
    const files = [
      written('a.jsonl', lines(tasks)),
      written('b.json', JSON.stringify(tasks)),
      written('c.json', JSON.stringify({ b: tasks[0], a: tasks[1] })),
      written('d.jsonl.gz', gzipSync(lines(tasks))),
    ];
    const read = await Promise.all(files.map((file) => readDataset(file)));
    expect(read.map(({ format }) => format)).toEqual(['heddle', 'heddle', 'heddle', 'heddle']);
    expect(new Set(read.map(({ version }) => version)).size).toBe(1);
    expect(read[0]!.instances.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  test('says the file, the line and what is wrong', async () => {
    const broken = written('a.jsonl', `${lines([task('a')])}{"id": "b"\n`);
    expect(await refusal(readDataset(broken, { format: 'heddle' }))).toMatch(
      /^dataset-unreadable: \/a\.jsonl:2: no JSON: /,
    );
    const incomplete = written('b.jsonl', lines([task('a'), task('b', { statement: 7 })]));
    expect(await refusal(readDataset(incomplete))).toBe(
      'dataset-unreadable: /b.jsonl:2: statement: expected string',
    );
    const twins = written('c.jsonl', lines([task('a'), task('a')]));
    expect(await refusal(readDataset(twins))).toBe(
      'dataset-unreadable: /c.jsonl: two instances are called "a"',
    );
    const nowhere = written(
      'd.jsonl',
      lines([task('a', { files: { kind: 'folder', path: 'gone', hidden: [] } })]),
    );
    expect(await refusal(readDataset(nowhere))).toMatch(
      /^dataset-unreadable: \/d\.jsonl:1: there is nothing at \/gone/,
    );
  });

  test('refuses what it does not know, with the nearest name', async () => {
    const file = written('a.jsonl', lines([{ what: 'ever' }]));
    expect(await refusal(readDataset(file))).toMatch(/^unknown-format: .* \(name one with --format\)$/);
    expect(await refusal(readDataset(file, { format: 'humanevil' }))).toBe(
      'unknown-format: there is no dataset format "humanevil" (did you mean "humaneval"?)',
    );
    expect(await refusal(readDataset(join(folder, 'gone')))).toMatch(
      /^no-such-dataset: there is nothing at \/gone/,
    );
    const sample = join(import.meta.dirname, '../fixtures/datasets/faults');
    expect(await refusal(readDataset(sample, { settings: { visible: 'some' } }))).toBe(
      'bad-setting: visible=some is no setting (visible is one of)',
    );
  });
});

describe('choosing instances', () => {
  const read = (count: number) =>
    readDataset(
      written(
        'tasks.jsonl',
        lines(
          Array.from({ length: count }, (_, at) =>
            task(`${at % 2 === 0 ? 'even' : 'odd'}/${at}`, {
              cluster: `c${at % 3}`,
              meta: { difficulty: at < 2 ? 'easy' : 'hard', topics: ['all', `t${at}`] },
            }),
          ),
        ),
      ),
    );
  const ids = ({ instances }: Dataset) => instances.map(({ id }) => id);

  test('by ids, globs, clusters, meta, files, and without some', async () => {
    const dataset = await read(6);
    const chosen = async (...select: string[]) => ids(await selectInstances(dataset, { select }));
    expect(await chosen('odd/1,even/4')).toEqual(['odd/1', 'even/4']);
    expect(await chosen('odd/*')).toEqual(['odd/1', 'odd/3', 'odd/5']);
    expect(await chosen('cluster=c1')).toEqual(['odd/1', 'even/4']);
    expect(await chosen('meta.difficulty=easy', 'meta.topics=t5')).toEqual(['even/0', 'odd/1', 'odd/5']);
    expect(await chosen('!odd/?')).toEqual(['even/0', 'even/2', 'even/4']);
    expect(await chosen(`@${written('few.txt', '# some\nodd/*\n!odd/3\n')}`)).toEqual(['odd/1', 'odd/5']);
    expect(await refusal(selectInstances(dataset, { select: ['od/*'] }))).toMatch(
      /^bad-selection: no instance fits "od\/\*" \(ids look like even\/0, odd\/1/,
    );
    expect(await refusal(selectInstances(dataset, { select: ['*', '!*'] }))).toBe(
      'bad-selection: the selection leaves none of 6 instances',
    );
  });

  test('a limit takes the first, or draws the same ones for the same seed', async () => {
    const dataset = await read(40);
    const drawn = async (seed: number) => ids(await selectInstances(dataset, { limit: 10, seed }));
    expect(ids(await selectInstances(dataset, { limit: 3 }))).toEqual(['even/0', 'odd/1', 'even/2']);
    expect(await drawn(1)).toEqual(await drawn(1));
    expect(await drawn(1)).not.toEqual(await drawn(2));
    expect(new Set(await drawn(1)).size).toBe(10);
    const few = await selectInstances(dataset, { limit: 10, seed: 1 });
    expect(few.version).not.toBe(dataset.version);
    expect((await selectInstances(dataset, { limit: 40, seed: 1 })).version).toBe(dataset.version);
  });
});

test('a patch between two sets of texts makes the one of the other', async () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '', '-- x', '++ y', '@@ z'), { maxLength: 6 })
    .chain((each) => fc.constantFrom(each.join('\n'), `${each.join('\n')}\n`));
  const texts = fc.record({ 'one.txt': fc.option(text), 'in/two.txt': fc.option(text) });
  await fc.assert(
    fc.asyncProperty(texts, texts, async (before, after) => {
      const cwd = mkdtempSync(join(folder, 'repo-'));
      await git(['init', '--quiet'], { cwd });
      const at = async (wanted: typeof before) => {
        for (const [path, content] of Object.entries(wanted)) {
          if (content === null) continue;
          const object = (await git(['hash-object', '-w', '--stdin'], { cwd, input: content })).trim();
          await git(['update-index', '--add', '--cacheinfo', `100644,${object},${path}`], { cwd });
        }
        return git(['ls-files', '-s'], { cwd });
      };
      const patch = patchOf(before, after);
      await at(before);
      if (patch !== '') await git(['apply', '--cached', '-'], { cwd, input: patch });
      const made = await git(['ls-files', '-s'], { cwd });
      await git(['read-tree', '--empty'], { cwd });
      expect(made).toBe(await at(after));
    }),
    { numRuns: 40, seed: 7 },
  );
});
