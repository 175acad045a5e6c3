import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { DatasetFormat } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import { patchOf } from './patch-text.ts';
import { type PythonCase, pythonCases } from './python-cases.ts';
import { datasetOfRecords, firstRecord } from './records.ts';

/** A list; in CSV and some dumps it is JSON text that holds one. */
const lines = z.pipe(
  z.union([z.array(z.string()), z.pipe(z.string(), z.transform(listIn))]),
  z.array(z.string()),
);

/**
 * MBPP (Austin et al. 2021): the full set (`text`), the sanitized one (`prompt`), and MBPP+ of EvalPlus in the form that
 * has its inputs inside `test`.
 */
const recordSchema = z.object({
  task_id: z.union([z.string(), z.number()]),
  text: z.optional(z.string()),
  prompt: z.optional(z.string()),
  code: z.string(),
  test_list: lines,
  challenge_test_list: z._default(lines, []),
  test_setup_code: z._default(z.string(), ''),
  test_imports: z._default(lines, []),
  test: z.optional(z.string()),
});
type MbppRecord = z.infer<typeof recordSchema>;

const FILE = 'solution.py';
const EXAMPLES = 'examples.py';
const EMPTY = '"""The solution goes here."""\n';
/** MBPP+ runs some hundred inputs in one case. */
const PLUS_SECONDS = 60;
/** Where a clone of google-research or of the dataset's own repository has it. */
const IN_CLONE = ['mbpp/mbpp.jsonl', 'mbpp.jsonl', 'data/mbpp.jsonl'];

/**
 * The tests of `test_list` are part of what is asked, as in the paper: they stand in the statement and in
 * `examples.py`. The challenge tests and those of MBPP+ are held back.
 */
export const mbpp: DatasetFormat = {
  name: 'mbpp',
  about:
    'MBPP, full or sanitized, and MBPP+ with a `test` field: the JSONL or JSON, or a folder that has mbpp.jsonl',
  async recognises(path) {
    const schema = z.object({ task_id: z.unknown(), code: z.string(), test_list: z.unknown() });
    return schema.safeParse(await firstRecord(fileAt(path))).success;
  },
  read: (path) => datasetOfRecords(fileAt(path), recordSchema, instanceOf),
};

function fileAt(path: string): string {
  return IN_CLONE.map((name) => join(path, name)).find((file) => existsSync(file)) ?? path;
}

function instanceOf(record: MbppRecord): Instance {
  const id = `mbpp/${record.task_id}`;
  const asked = (record.text ?? record.prompt ?? '').trim();
  return {
    id,
    cluster: id,
    statement: [
      asked,
      `Write it into \`${FILE}\`, so that these run through (they are in \`${EXAMPLES}\`):`,
      `\`\`\`python\n${record.test_list.join('\n')}\n\`\`\``,
    ].join('\n\n'),
    files: { kind: 'inline', files: { [FILE]: EMPTY, [EXAMPLES]: examplesOf(record) } },
    checks: [{ name: 'examples', command: `python3 -B ${EXAMPLES}`, framework: 'plain', timeoutSeconds: 10 }],
    grading: pythonCases(casesOf(record)),
    gold: patchOf({ [FILE]: EMPTY }, { [FILE]: `${record.code.replaceAll('\r\n', '\n').trimEnd()}\n` }),
    environment: null,
    meta: { language: 'python', task_id: record.task_id },
  };
}

function casesOf(record: MbppRecord): PythonCase[] {
  const before = [
    ...setUp(record),
    `exec(compile(open("${FILE}", encoding="utf-8").read(), "${FILE}", "exec"))`,
  ];
  const code = (test: string) => [...before, test].join('\n');
  const named = (name: string) => (test: string, index: number) => ({
    name: `${name}_${index + 1}`,
    code: code(test),
  });
  return [
    ...record.test_list.map(named('test')),
    ...record.challenge_test_list.map(named('challenge')),
    ...(record.test === undefined ? [] : [{ name: 'plus', code: code(record.test), seconds: PLUS_SECONDS }]),
  ];
}

function examplesOf(record: MbppRecord): string {
  return `${[...setUp(record), 'from solution import *', '', ...record.test_list].join('\n')}\n`;
}

function setUp({ test_imports, test_setup_code }: MbppRecord): string[] {
  const code = test_setup_code.replaceAll('\r\n', '\n').trim();
  return [...test_imports, ...(code === '' ? [] : [code])];
}

function listIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // told as "expected array"
  }
}
