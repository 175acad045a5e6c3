import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { DatasetFormat } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import { patchOf } from './patch-text.ts';
import { type PythonCase, pythonCases } from './python-cases.ts';
import { datasetOfRecords, firstRecord } from './records.ts';

/** HumanEval (Chen et al. 2021), and HumanEval+ (Liu et al. 2023) with its inputs in the record or in the test. */
const recordSchema = z.object({
  task_id: z.string(),
  prompt: z.string(),
  entry_point: z.string(),
  canonical_solution: z.string(),
  /** Defines `check(candidate)`. Not in the form with inputs. */
  test: z.optional(z.string()),
  base_input: z.optional(z.array(z.array(z.unknown()))),
  plus_input: z.optional(z.array(z.array(z.unknown()))),
  /** Asserts about the inputs, meant for the top of the function; the published inputs fulfil them. */
  contract: z.optional(z.string()),
  /** How far a float may be off; 0: as it is compared by default. */
  atol: z.optional(z.number()),
});
type HumanEvalRecord = z.infer<typeof recordSchema>;

const FILE = 'solution.py';
/** The plus inputs are some hundreds, some of them large. */
const PLUS_SECONDS = 60;

export const humaneval: DatasetFormat = {
  name: 'humaneval',
  about: 'HumanEval and HumanEval+: the JSONL (also .gz, JSON, CSV), or a clone that has it below data/',
  async recognises(path) {
    const schema = z.object({
      task_id: z.string(),
      prompt: z.string(),
      entry_point: z.string(),
      canonical_solution: z.string(),
      assertion: z.optional(z.undefined()),
    });
    return schema.safeParse(await firstRecord(fileAt(path))).success;
  },
  read: (path) => datasetOfRecords(fileAt(path), recordSchema, instanceOf),
};

function fileAt(path: string): string {
  const inClone = join(path, 'data', 'HumanEval.jsonl.gz');
  return existsSync(inClone) ? inClone : path;
}

function instanceOf(record: HumanEvalRecord): Instance {
  const { task_id, prompt, entry_point, canonical_solution } = record;
  const stub = prompt.endsWith('\n') ? prompt : `${prompt}\n`;
  return {
    id: task_id,
    cluster: task_id,
    statement: [
      `Complete the function \`${entry_point}\` in \`${FILE}\`, so that it does what its text says.`,
      `\`\`\`python\n${prompt.trim()}\n\`\`\``,
    ].join('\n\n'),
    files: { kind: 'inline', files: { [FILE]: stub } },
    checks: [],
    grading: pythonCases(casesOf(record)),
    gold: patchOf({ [FILE]: stub }, { [FILE]: prompt + canonical_solution }),
    environment: null,
    meta: { language: 'python', entry_point },
  };
}

function casesOf(record: HumanEvalRecord): PythonCase[] {
  const { test, entry_point, base_input, plus_input } = record;
  const cases: PythonCase[] = [];
  if (test !== undefined) {
    // The tests of some tasks use functions that stand above the one asked for: one namespace, as published.
    const code = [LOAD, `exec(compile(${text(test)}, "<test>", "exec"))`, `check(${entry_point})`].join('\n');
    cases.push({ name: 'check', code, seconds: base_input || test.length > LONG_TEST ? PLUS_SECONDS : 5 });
  }
  if (base_input) cases.push({ name: 'base', code: inputsCode(record, base_input), seconds: PLUS_SECONDS });
  if (plus_input) cases.push({ name: 'plus', code: inputsCode(record, plus_input), seconds: PLUS_SECONDS });
  return cases;
}

/** Characters. The published tests are shorter; longer ones hold the inputs of HumanEval+. */
const LONG_TEST = 10_000;

/** The solution's names are the case's own. */
const LOAD = `exec(compile(open("${FILE}", encoding="utf-8").read(), "${FILE}", "exec"))`;

/** Compares with the reference solution, input by input; close is enough for floats, wherever they stand. */
function inputsCode(record: HumanEvalRecord, inputs: readonly unknown[]): string {
  const { prompt, canonical_solution, entry_point, atol = 0 } = record;
  return `${LOAD}
import copy, json, math
reference = {}
exec(compile(${text(prompt + canonical_solution)}, "<reference>", "exec"), reference)


def same(got, wanted):
    if isinstance(wanted, float) and isinstance(got, (int, float)):
        return got == wanted or (got != got and wanted != wanted) or math.isclose(
            got, wanted, rel_tol=1e-7, abs_tol=${atol || 1e-6}
        )
    if isinstance(wanted, (list, tuple)):
        return (
            type(got) is type(wanted)
            and len(got) == len(wanted)
            and all(same(a, b) for a, b in zip(got, wanted))
        )
    return got == wanted


for given in json.loads(${text(JSON.stringify(inputs))}):
    wanted = reference["${entry_point}"](*copy.deepcopy(given))
    got = ${entry_point}(*copy.deepcopy(given))
    assert same(got, wanted), f"{given!r}: got {got!r}, wanted {wanted!r}"
`;
}

/** As a Python literal: what JSON writes is one. */
function text(value: string): string {
  return JSON.stringify(value);
}
