import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset, DatasetOptions } from '../../src/dataset.ts';
import { readDataset } from '../../src/datasets/registry.ts';
import { git } from '../../src/harness/git.ts';
import { grade } from '../../src/harness/grade.ts';
import { seal } from '../../src/harness/seal.ts';
import type { Instance } from '../../src/instance.ts';

export interface ConformanceCase {
  readonly format: string;
  /** A tiny sample of our own making: a file, or a folder. */
  readonly sample: string;
  /** What of it is read, relative to it. Default: all. */
  readonly path?: string;
  readonly options?: DatasetOptions;
  /** Changes what an instance is asked or graded by, in a copy of the sample. */
  readonly change: (copy: string) => void;
  /** Files that grading puts back although the agent may see them: what builds and starts the tests. */
  readonly support?: readonly string[];
  /** Instances whose programs are not here, with the reason in the test's title. */
  readonly ungraded?: Readonly<Record<string, string>>;
}

/**
 * What every dataset adapter keeps: told apart by its form, ids, statements, gold that applies, nothing sealed in sight,
 * a version that follows the content and not the place, and instances that are solved by their gold and not by nothing.
 */
export function datasetConformance(name: string, given: ConformanceCase): void {
  const { format, sample, path = '', options = {}, change, support = [], ungraded = {} } = given;

  describe(`${name}: a dataset like any other`, () => {
    let folder: string;
    let home: string;
    let dataset: Dataset;
    const copyOf = (place: string) => {
      cpSync(sample, join(folder, place), { recursive: true });
      return join(folder, place);
    };
    const ways = () => dataset.instances.filter(({ id }) => ungraded[id] === undefined);

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'heddle-dataset-'));
      home = join(folder, 'home');
      dataset = await readDataset(join(copyOf(`a-${endOf(sample)}`), path), options);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('is recognised by its files', () => {
      expect(dataset.format).toBe(format);
    });

    test('has instances with ids of their own, statements and a solution', () => {
      const { instances } = dataset;
      expect(instances.length).toBeGreaterThan(0);
      expect(new Set(instances.map(({ id }) => id)).size).toBe(instances.length);
      for (const { statement, cluster, gold } of instances) {
        expect(statement.trim()).not.toBe('');
        expect(cluster).not.toBe('');
        expect(gold).toMatch(/^diff --git /);
      }
    });

    test('its gold patches apply to the sealed files', async () => {
      for (const instance of dataset.instances) {
        const { folder: cwd } = await seal(instance.files, home);
        await git(['apply', '--check', '-'], { cwd, input: instance.gold! });
      }
    });

    test('shows the agent nothing that is sealed', async () => {
      for (const instance of dataset.instances) {
        const { folder: cwd } = await seal(instance.files, home);
        const seen = filesBelow(cwd);
        expect(seen.filter((file) => isSealed(file, instance, support))).toEqual([]);
        const added = addedBlock(instance.gold!);
        for (const file of seen) expect(readFileSync(join(cwd, file), 'utf8')).not.toContain(added);
      }
    });

    test('has a version that follows its content, wherever it lies', async () => {
      const again = await readDataset(join(copyOf(`b-${endOf(sample)}`), path), options);
      expect(again.version).toBe(dataset.version);
      const copy = copyOf(`c-${endOf(sample)}`);
      change(copy);
      expect((await readDataset(join(copy, path), options)).version).not.toBe(dataset.version);
    });

    const left = Object.entries(ungraded).map(([id, why]) => `; not ${id}: ${why}`);
    test(`is solved by its solutions, and not by nothing${left.join('')}`, { timeout: 300_000 }, async () => {
      for (const instance of ways()) {
        const oracle = await grade(instance, instance.gold!, { home, id: 'oracle' });
        expect({
          id: instance.id,
          resolved: oracle.resolved,
          log: oracle.resolved ? '' : oracle.output,
        }).toEqual({
          id: instance.id,
          resolved: true,
          log: '',
        });
        const nothing = await grade(instance, '', { home, id: 'nothing', runEmpty: true });
        expect({ id: instance.id, resolved: nothing.resolved, infra: nothing.infra }).toEqual({
          id: instance.id,
          resolved: false,
          infra: null,
        });
      }
    });
  });
}

/** A file keeps its ending, by which it is read. */
const endOf = (sample: string) => sample.slice(sample.lastIndexOf('/') + 1);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('.git/'));
}

/** Named as hidden, brought by the grading, or in a place where answers lie. */
function isSealed(file: string, { files, grading }: Instance, support: readonly string[]): boolean {
  const hidden = 'hidden' in files ? (files.hidden ?? []) : [];
  if (
    hidden.some((pattern) => file === pattern || file.startsWith(`${pattern}/`) || matchesGlob(file, pattern))
  )
    return true;
  if (/(?:^|\/)(?:\.meta|solution|correct_\w+)\//.test(file)) return true;
  return grading.kind === 'tests' && Object.hasOwn(grading.files, file) && !support.includes(file);
}

/** The lines that a patch adds one after another at its first place. */
function addedBlock(patch: string): string {
  const lines = patch.split('\n');
  const from = lines.findIndex((line) => line.startsWith('+') && !line.startsWith('+++'));
  const rest = lines.slice(from);
  const to = rest.findIndex((line) => !line.startsWith('+'));
  return rest
    .slice(0, to < 0 ? undefined : to)
    .map((line) => line.slice(1))
    .join('\n');
}
