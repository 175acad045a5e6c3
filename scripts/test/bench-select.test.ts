import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@heddle/code';
import { afterAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../bench/repair/random.ts';
import type { AttemptCase } from '../../bench/select/attempts/example-cases.ts';
import { report as attemptsReport } from '../../bench/select/attempts/report.ts';
import { attemptCase, reselectCase } from '../../bench/select/attempts/run.ts';
import { keptPlace, newPlace } from '../../bench/select/keep.ts';
import { billFor } from '../../bench/select/late-fork/main.ts';
import { PrefixCache } from '../../bench/select/late-fork/prefix-cache.ts';
import { openLog, readLog } from '../../bench/select/log.ts';
import { CLOTHES, dressed } from '../../bench/select/planted/clothes.ts';
import type { Instance } from '../../bench/select/planted/instance.ts';
import { majority } from '../../bench/select/planted/majority.ts';
import { report as plantedReport } from '../../bench/select/planted/report.ts';
import { selectPlanted } from '../../bench/select/planted/run.ts';

const keep = mkdtempSync(join(tmpdir(), 'heddle-bench-select-'));
afterAll(() => rmSync(keep, { recursive: true, force: true }));

const LARGEST = `export function largest(list) {
  let best = list[0];
  for (const each of list) {
    if (each > best) best = each;
  }
  return best;
}
`;
const BUGGY = LARGEST.replace('>', '<');
const testFile = (...tests: [string, string, string][]) =>
  [
    "import assert from 'node:assert';",
    "import { test } from 'node:test';",
    "import { largest } from './largest.js';",
    ...tests.map(
      ([name, given, result]) => `test('${name}', () => assert.equal(largest(${given}), ${result}));`,
    ),
    '',
  ].join('\n');
const FILES = { 'package.json': '{ "type": "module" }\n', 'largest.js': BUGGY };
const VISIBLE = { 'largest.test.js': testFile(['last', '[1, 2, 3]', '3'], ['one', '[4]', '4']) };
const ALL = { 'largest.test.js': testFile(['last', '[1, 2, 3]', '3'], ['first', '[9, 2, 3]', '9']) };

describe('attempts', () => {
  const test: AttemptCase = {
    id: 'tiny/largest',
    language: 'javascript',
    files: { ...FILES, ...VISIBLE },
    check: 'node --test',
    framework: 'node:test',
    heldOut: { files: ALL, check: 'node --test' },
    faulty: [],
    kind: 'by hand',
    task: 'The tests fail. Mend the program.',
  };

  it('are graded by hidden tests, and chosen among again from what was kept', async () => {
    const options = { seeds: 2, seconds: 20, parallel: 2 };
    const first = await (async () => {
      using place = newPlace(keep, test);
      return await attemptCase(test, place, options);
    })();
    expect(first.attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(first.attempts.some(({ right }) => right)).toBe(true);
    using place = keptPlace(keep, test.id);
    const again = await reselectCase(test, place, first);
    expect(again.attempts).toEqual(first.attempts);
    expect(again.choice).toEqual(first.choice);
    expect(again.rollout).not.toBe(first.rollout);
  }, 180_000);

  it('a choice of none counts as not right in the rate, and as right in the calibration where none was', () => {
    const attempt = (number: number, right: boolean) => ({
      attempt: number,
      rollout: null,
      status: 'solved',
      verified: true,
      snapshot: `${number}`,
      probability: null,
      patch: `${number}`,
      right,
    });
    const choice = { candidate: null, probability: 0.9, ranking: [], reasons: [] };
    const record = { id: 'a', kind: '', language: '', seconds: 1, selectionSeconds: 1, rollout: 'r', choice };
    const text = attemptsReport(
      [
        { ...record, attempts: [attempt(1, false), attempt(2, false)] },
        { ...record, id: 'b', attempts: [attempt(1, true), attempt(2, false)] },
      ],
      [{ id: 'c', excluded: 'no disk' }],
    );
    expect(text).toMatch(/crosscheck's choice \| 0\.0 %/);
    expect(text).toMatch(/pass@1 .* \| 25\.0 %/);
    expect(text).toContain('with patches on offer: 2 cases; none was right in 1 of them');
    expect(text).toContain('| 0.8 – 1.0 | 2 | 0.90 | 1 of 2');
    expect(text).toContain('- c: no disk');
  });
});

describe('planted candidates', () => {
  const wrong = LARGEST.replace('list[0]', 'list[1] ?? list[0]').replace(
    'each of list',
    'each of list.slice(1)',
  );
  const instance: Instance = {
    id: 'tiny/planted',
    language: 'javascript',
    framework: 'node:test',
    files: { ...FILES, ...VISIBLE },
    check: 'node --test',
    fault: 'by hand',
    tellable: true,
    candidates: [
      { truth: 'wrong', change: 'w', clothes: 'plain', brings: null, files: { 'largest.js': wrong } },
      { truth: 'right', change: 'r', clothes: 'plain', brings: null, files: { 'largest.js': LARGEST } },
      {
        truth: 'wrong',
        change: 'w',
        clothes: 'comment',
        brings: null,
        files: { 'largest.js': `// So.\n${wrong}` },
      },
    ],
  };

  it('are offered as attempts in real workspaces; the vote leaves comments out', async () => {
    using place = newPlace(keep, instance);
    const record = await selectPlanted(instance, place);
    expect(record.truths).toEqual(['wrong', 'right', 'wrong']);
    expect(record.choice.ranking.length).toBeGreaterThanOrEqual(2);
    expect(record.majority).toBe(1);
    expect(record.rightIsMajority).toBe(false);
    expect(await majority(instance, (index) => index === 1)).toBe(1);
    expect(plantedReport([record], [])).toContain(
      '1 have a right candidate (in 1 the vote falls on a wrong one)',
    );
  });

  it.each(CLOTHES)(
    'in the clothes "%s" a function is another text with the same meaning',
    async (clothes) => {
      const text = await dressed(clothes, {
        language: 'javascript',
        text: LARGEST,
        home: LARGEST.indexOf('function'),
        random: randomOf('clothes'),
      });
      expect(text).not.toBeNull();
      expect(text === LARGEST).toBe(clothes === 'plain');
      using tree = await parse('javascript', text!);
      expect(tree.root.hasError).toBe(false);
      const { largest } = (await import(`data:text/javascript,${encodeURIComponent(text!)}`)) as {
        largest(list: number[]): number;
      };
      expect(largest([3, 9, 2])).toBe(9);
    },
  );
});

describe('late fork', () => {
  it('a provider charges less for the longest beginning it has seen, in whole messages', () => {
    const cache = new PrefixCache();
    const [a, b] = ['a'.repeat(8_000), 'b'.repeat(400)];
    expect(cache.count([a])).toEqual({ tokens: 2_000, read: 0 });
    expect(cache.count([a, b])).toEqual({ tokens: 2_100, read: 2_000 });
    expect(cache.count([a, `${b}c`])).toMatchObject({ read: 2_000 });
    expect(cache.count([a, b, b])).toMatchObject({ read: 2_100 });
    expect(cache.count([b, a])).toMatchObject({ read: 0 });
    expect(cache.count([b])).toMatchObject({ tokens: 100, read: 0 }); // too short to be kept
  });

  it('forks begin after the reading, with the same words, and spend less by what the journal says', async () => {
    const shape = { task: 1, steps: 3, bytes: 4_000 };
    const bill = (fork: 'early' | 'late') => billFor(shape, { fork, attempts: 3, keep });
    const [early, late] = [await bill('early'), await bill('late')];
    expect(late).toMatchObject({ forks: 2, atThePoint: 2, sameWords: 2, solved: early.solved });
    expect(early).toMatchObject({ forks: 0, saved: 0 });
    expect(late.input).toBeLessThan(early.input);
    // The forks are told that they were taken up anew: that is all they pay for it.
    expect(Math.abs(early.input - late.input - late.saved)).toBeLessThan(0.1 * late.saved);
  });
});

describe('log', () => {
  it('is gone on with where it was broken off, and forgets a line that was cut', () => {
    const file = join(keep, 'log.jsonl');
    const log = openLog<{ id: string; n: number }>(file, false);
    log.add({ id: 'a', n: 1 });
    log.add({ id: 'a', n: 2 });
    log.add({ id: 'b', n: 3 });
    const again = openLog<{ id: string; n: number }>(file, true);
    expect([...again.lines.values()].map(({ n }) => n)).toEqual([2, 3]);
    expect(readLog(file)).toHaveLength(2);
    expect(openLog(file, false).lines.size).toBe(0);
  });
});
