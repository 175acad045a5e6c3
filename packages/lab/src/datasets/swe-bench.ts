import { basename, dirname } from 'node:path';
import { INSTANCE_REPOSITORY, instanceImage } from '@heddle/workspace';
import * as z from 'zod/mini';
import type { DatasetFormat, DatasetOptions } from '../dataset.ts';
import { readEnvironments, type TaskNames } from '../harness/environments.ts';
import { END, START } from '../harness/test-log.ts';
import type { Environment, Instance, Source } from '../instance.ts';
import { cloneOf } from './clones.ts';
import { firstRecord, type PlacedRecord, parseRecord, readRecords } from './records.ts';
import { knownCommand, readCommands, type TestCommand } from './swe-commands.ts';
import { isTaskFolder, readTaskFolder } from './swe-task-folder.ts';
import { unreadable } from './unreadable.ts';

/** A list, or a text that holds one as JSON, as in most published files. */
const names = z.union([z.array(z.string()), z.string()]);
const nothing = z.nullish(z.string());

/** SWE-bench (Jimenez et al. 2024), its subsets and successors: Lite, Verified, Multilingual, Multimodal, and 5.0's. */
const recordSchema = z.object({
  repo: z.string(),
  instance_id: z.string(),
  base_commit: z.string(),
  patch: nothing,
  test_patch: z.string(),
  problem_statement: z.string(),
  FAIL_TO_PASS: names,
  PASS_TO_PASS: names,
  version: z.nullish(z.union([z.string(), z.number()])),
  hints_text: nothing,
  created_at: z.nullish(z.union([z.string(), z.number()])),
  environment_setup_commit: nothing,
  difficulty: nothing,
  /** From 5.0 on. */
  image: nothing,
  eval_script: nothing,
  log_parser: nothing,
  eval_type: z.nullish(z.enum(['pass_and_fail', 'fail_only'])),
  split: nothing,
  /** Folder of binary files the tests need, of a task folder. */
  test_assets: nothing,
});
type SweRecord = z.infer<typeof recordSchema>;

/** As the harness's own limit. */
const TEST_SECONDS = 1_800;

export const sweBench: DatasetFormat = {
  name: 'swe-bench',
  about:
    'SWE-bench and its kin (JSONL, JSON, CSV, or the task folder of 5.0); --clones DIR with --environments FILE, or --images',
  async recognises(path) {
    if (isTaskFolder(path)) return true;
    const schema = z.object({
      instance_id: z.string(),
      base_commit: z.string(),
      FAIL_TO_PASS: names,
      test_patch: z.string(),
    });
    return schema.safeParse(await firstRecord(path)).success;
  },
  async read(path, options) {
    if (path.endsWith('.parquet')) {
      throw unreadable({ file: path }, 'Parquet files are not read', {
        hint: 'write the records as JSONL: pandas.read_parquet(FILE).to_json(NEW, orient="records", lines=True)',
      });
    }
    const records = isTaskFolder(path)
      ? await readTaskFolder(path, options.settings?.split)
      : await readRecords(path);
    const reader = new Reader(path, options);
    const instances = records.flatMap((record) => reader.instance(record) ?? []);
    return {
      name: basename(path).replace(/\.(?:jsonl|json|csv)(?:\.gz)?$/, ''),
      instances,
      notes: reader.notes(),
    };
  },
};

class Reader {
  readonly #path: string;
  readonly #options: DatasetOptions;
  readonly #environment: ReturnType<typeof readEnvironments>;
  readonly #command: ReturnType<typeof readCommands>;
  /** Why records were left out -> how many. */
  readonly #left = new Map<string, number>();

  constructor(path: string, options: DatasetOptions) {
    this.#path = path;
    this.#options = options;
    const { environments, settings } = options;
    this.#environment = environments === undefined ? () => null : readEnvironments(environments);
    this.#command = settings?.commands === undefined ? () => null : readCommands(settings.commands);
  }

  notes(): string[] {
    return [...this.#left].map(([why, count]) => `${count} left out: ${why}`);
  }

  instance(placed: PlacedRecord): Instance | null {
    const record = parseRecord(recordSchema, placed);
    const version = record.version == null ? null : String(record.version);
    const task = { id: record.instance_id, repo: record.repo, version };
    const inImage = this.#options.images === true;
    const test = this.#command(task) ?? commandOf(record, { ...task, inImage });
    if (test === null) {
      return this.#leave(`no test command is known for ${record.repo} (name one with --set commands=FILE)`);
    }
    const files = inImage ? this.#fromImage(record) : this.#fromClone(record);
    if (files === null) return null;
    return {
      id: record.instance_id,
      cluster: record.repo,
      statement: record.problem_statement,
      files,
      checks: [],
      grading: {
        kind: 'tests',
        // The record's own script puts its tests in place itself.
        testPatch: test.command.includes(START) ? '' : record.test_patch,
        files: {},
        command: withAssets(test.command, record),
        timeoutSeconds: TEST_SECONDS,
        parser: test.parser,
        failToPass: listOf(record.FAIL_TO_PASS, 'FAIL_TO_PASS', placed),
        passToPass: listOf(record.PASS_TO_PASS, 'PASS_TO_PASS', placed),
        evalType: test.evalType,
      },
      gold: record.patch ?? null,
      environment: this.#environmentOf(record, files, task),
      meta: metaOf(record),
    };
  }

  #leave(why: string): null {
    this.#left.set(why, (this.#left.get(why) ?? 0) + 1);
    return null;
  }

  #fromClone({ repo, base_commit }: SweRecord): Source | null {
    const { clones = dirname(this.#path) } = this.#options;
    const repository = cloneOf(clones, repo);
    if (repository === null)
      return this.#leave(`no clone of ${repo} below ${clones} (--clones DIR, or --images)`);
    return { kind: 'commit', repository, commit: base_commit };
  }

  #fromImage(record: SweRecord): Source {
    return { kind: 'image', image: this.#imageOf(record), path: INSTANCE_REPOSITORY };
  }

  /** `--set registry=none`: as the harness names what it builds itself. */
  #imageOf({ image, instance_id }: SweRecord): string {
    if (image) return image;
    const registry = this.#options.settings?.registry;
    if (registry === 'none') return `sweb.eval.x86_64.${instance_id.toLowerCase()}:latest`;
    const published = instanceImage(instance_id);
    return registry === undefined ? published : published.replace(/^[^/]+/, registry);
  }

  #environmentOf(record: SweRecord, files: Source, task: TaskNames): Environment | null {
    const found =
      files.kind === 'image' ? { name: files.image, image: files.image } : this.#environment(task);
    const { test_assets } = record;
    if (!test_assets) return found;
    const environment: Environment = found ?? { name: 'machine' };
    return {
      ...environment,
      shown: [...(environment.shown ?? []), test_assets],
      variables: { ...environment.variables, TEST_ASSETS: test_assets },
    };
  }
}

/** From the record itself, or by its repository. */
function commandOf(record: SweRecord, task: TaskNames & { readonly inImage: boolean }): TestCommand | null {
  const { eval_script, log_parser, eval_type } = record;
  const known = knownCommand(task, { testPatch: record.test_patch, inImage: task.inImage });
  const parser = log_parser?.replace(/^parse_log_/, '') || known?.parser;
  if (!eval_script || parser === undefined) return known;
  const evalType = eval_type ?? 'pass_and_fail';
  if (task.inImage) return { command: withExitCode(eval_script), parser, evalType };
  const between = testLines(eval_script);
  // The script is written for the image; what is known of a repository is not.
  return known ?? (between === null ? null : { command: between, parser, evalType });
}

/** The harness's own marks, written by `: 'mark'` under `set -x`. */
const isMark = (line: string, mark: string) => line.startsWith(':') && line.includes(mark);

/** The lines of an evaluation script that run the tests. */
function testLines(script: string): string | null {
  const lines = script.split('\n');
  const from = lines.findIndex((line) => isMark(line, START));
  const to = lines.findIndex((line) => isMark(line, END));
  return from < 0 || to <= from ? null : lines.slice(from + 1, to).join('\n');
}

/** The script's last word is not the tests': their exit code is kept and told after the end mark. */
function withExitCode(script: string): string {
  const lines = script.split('\n');
  const end = lines.findIndex((line) => isMark(line, END));
  if (end < 0) return script;
  const [before, after] = [lines.slice(0, end), lines.slice(end + 1)];
  return [
    ...before,
    'HEDDLE_EXIT=$?',
    lines[end]!,
    'echo ">>>>> Test Exit Code: $HEDDLE_EXIT"',
    ...after,
  ].join('\n');
}

/** A text patch cannot carry them: they are put in place last. */
function withAssets(command: string, { test_assets }: SweRecord): string {
  return test_assets ? `cp -R "$TEST_ASSETS"/. .\n${command}` : command;
}

function listOf(value: SweRecord['FAIL_TO_PASS'], field: string, { spot }: PlacedRecord): string[] {
  if (typeof value !== 'string') return value;
  try {
    return z.array(z.string()).parse(JSON.parse(value));
  } catch (cause) {
    throw unreadable(spot, `${field} is no list of names, and no text that holds one`, { cause });
  }
}

const META = [
  'repo',
  'base_commit',
  'version',
  'created_at',
  'environment_setup_commit',
  'difficulty',
  'split',
  'hints_text',
] as const;

function metaOf(record: SweRecord): Record<string, unknown> {
  return Object.fromEntries(META.flatMap((key) => (record[key] == null ? [] : [[key, record[key]]])));
}
