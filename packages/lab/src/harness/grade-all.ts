import { randomBytes } from 'node:crypto';
import { messageOf, OperatorError } from '@heddle/core';
import type { SandboxKind } from '@heddle/workspace';
import type { Dataset } from '../dataset.ts';
import type { Verdict } from '../verdict.ts';
import { grade } from './grade.ts';
import type { Prediction } from './predictions.ts';
import type { RunFolder } from './run-folder.ts';

export interface Graded {
  readonly prediction: Prediction;
  readonly verdict: Verdict;
  /** It was there from an earlier run. */
  readonly kept: boolean;
}

export interface GradeAllOptions {
  readonly home: string;
  readonly sandbox?: SandboxKind | 'auto';
  readonly signal?: AbortSignal;
  /** How many at a time. */
  readonly parallel: number;
  readonly folder: RunFolder;
  /** Run the tests without a patch too. */
  readonly runEmpty: boolean;
  readonly onGraded?: (graded: Graded, done: number, of: number) => void;
}

/**
 * Grades predictions, several at a time, and writes each into the run's folder as soon as it is known: stopped at any
 * moment, it goes on where it was. Rejects with the signal's reason, or with the first failure that is the user's to mend,
 * after those under way have ended.
 */
export async function gradeAll(
  dataset: Dataset,
  predictions: readonly Prediction[],
  options: GradeAllOptions,
): Promise<Graded[]> {
  const instances = new Map(dataset.instances.map((instance) => [instance.id, instance]));
  const results: Graded[] = [];
  const run = randomBytes(3).toString('hex');
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  const one = async (at: number) => {
    const prediction = predictions[at]!;
    const instance = instances.get(prediction.instance_id);
    if (instance === undefined) throw new Error(`no instance ${prediction.instance_id}`);
    const { home, sandbox, signal, runEmpty, folder } = options;
    let verdict = folder.kept(instance, prediction);
    const kept = verdict !== null;
    if (verdict === null) {
      const id = `grade-${run}-${at}`;
      const own = { home, id, runEmpty, ...(sandbox && { sandbox }), ...(signal && { signal }) };
      verdict = await grade(instance, prediction.model_patch ?? '', own).catch((error: unknown) => {
        throw error instanceof OperatorError || signal?.aborted
          ? error
          : new Error(`grading ${instance.id}: ${messageOf(error)}`, { cause: error });
      });
      folder.write(instance, prediction, verdict);
    }
    const graded = { prediction, verdict, kept };
    results[at] = graded;
    options.onGraded?.(graded, results.filter(Boolean).length, predictions.length);
  };
  const worker = async () => {
    while (next < predictions.length && failure === null && !options.signal?.aborted) {
      await one(next++).catch((error: unknown) => {
        failure ??= { error };
      });
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  options.signal?.throwIfAborted();
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  return results;
}
