import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@heddle/core';
import { type PlacedRecord, parseJson, readText } from './records.ts';
import { unreadable } from './unreadable.ts';

/** Fields of a record that are files of their own in a task's folder. */
const FILES = {
  patch: 'gold.patch',
  test_patch: 'test.patch',
  eval_script: 'eval.sh',
  problem_statement: 'problem_statement.md',
  hints_text: 'hints.md',
} as const;

const TASK = 'task.yaml';
const TESTS = 'tests.json';

/** Whether a folder is SWE-bench 5.0's source form: `sweb.yaml` at the top, a folder for each task below `tasks/`. */
export function isTaskFolder(path: string): boolean {
  return existsSync(join(path, 'sweb.yaml')) && existsSync(join(path, 'tasks'));
}

/**
 * The tasks of a task folder as records. Without `split` those of the splits that `sweb.yaml` publishes.
 * Throws OperatorError `dataset-unreadable`.
 */
export async function readTaskFolder(path: string, split: string | undefined): Promise<PlacedRecord[]> {
  const file = join(path, 'sweb.yaml');
  const { splits = ['test'] } = (await readYaml(file)) as { splits?: unknown };
  if (!Array.isArray(splits)) throw unreadable({ file }, 'splits is no list');
  const wanted: readonly unknown[] = split === undefined ? splits : [split];
  const tasks = join(path, 'tasks');
  const records: PlacedRecord[] = [];
  for (const name of readdirSync(tasks).sort()) {
    if (!existsSync(join(tasks, name, TASK))) continue;
    const record = await readTask(join(tasks, name));
    if (wanted.includes(record.split ?? 'test'))
      records.push({ value: record, spot: { file: join(tasks, name, TASK) } });
  }
  return records;
}

async function readTask(folder: string): Promise<Record<string, unknown>> {
  const record: Record<string, unknown> = { ...(await readYaml(join(folder, TASK))) };
  for (const [field, name] of Object.entries(FILES)) {
    const file = join(folder, name);
    if (existsSync(file)) record[field] = await readText(file);
  }
  const tests = parseJson(await readText(join(folder, TESTS)), { file: join(folder, TESTS) });
  if (typeof tests === 'object') Object.assign(record, tests);
  const assets = join(folder, 'test_assets');
  if (existsSync(assets)) record.test_assets = assets;
  return record;
}

async function readYaml(file: string): Promise<object> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(await readText(file));
  } catch (error) {
    throw unreadable({ file }, messageOf(error), { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw unreadable({ file }, 'no map of fields');
  return value;
}
