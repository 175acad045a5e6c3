import { readFileSync } from 'node:fs';
import type { Store } from '@heddle/core';
import * as z from 'zod/mini';
import type { Experiment } from '../../experiment/begin.ts';
import { isObject, objectOf } from '../json.ts';
import { linesOf } from '../lines.ts';
import { parseText, readAs, unreadable } from '../unreadable.ts';
import { gradedTrials, patchOf } from './rows.ts';

/** One agent's patch for one instance, as SWE-bench's harness reads it. Nothing else is written. */
export interface Prediction {
  readonly instance_id: string;
  readonly model_name_or_path: string;
  /** Null or empty: there is none. */
  readonly model_patch: string | null;
}

/** The harness takes one patch for each instance: which attempt that is, is the caller's choice. */
export function* predictionsOf(
  store: Store,
  experiment: Experiment,
  { agent, attempt }: { readonly agent: string; readonly attempt: number },
): Generator<Prediction> {
  for (const trial of gradedTrials(store, experiment, agent)) {
    if (trial.attempt !== attempt) continue;
    const patch = patchOf(store, trial);
    yield { instance_id: trial.instance, model_name_or_path: agent, model_patch: patch };
  }
}

const predictionSchema = z.object({
  instance_id: z.string().check(z.minLength(1)),
  model_name_or_path: z.optional(z.string()),
  model_patch: z.optional(z.nullable(z.string())),
});

/**
 * Predictions as JSON lines, a JSON list, or a JSON map by instance. Lines are read one at a time.
 *
 * Throws OperatorError `unreadable-import` with the line or place; also where an instance is there twice.
 */
export function* readPredictions(path: string): Generator<Prediction> {
  const seen = new Set<string>();
  for (const [where, value] of recordsOf(path)) {
    const { instance_id, model_name_or_path, model_patch } = readAs(predictionSchema, value, where);
    if (seen.has(instance_id)) throw unreadable(where, `a second prediction for ${instance_id}`);
    seen.add(instance_id);
    yield {
      instance_id,
      model_name_or_path: model_name_or_path ?? 'unknown',
      model_patch: model_patch ?? null,
    };
  }
}

function* recordsOf(path: string): Generator<[string, unknown]> {
  let number = 0;
  for (const line of linesOf(path)) {
    number += 1;
    const record = objectOf(line);
    // A line that is no record by itself is a part of one document.
    if (number === 1 && (record === null || !('instance_id' in record))) {
      yield* documentRecords(path);
      return;
    }
    if (record === null) throw unreadable(`${path}, line ${number}`, 'it is no JSON object');
    yield [`${path}, line ${number}`, record];
  }
  if (number === 0) throw unreadable(path, 'it is empty');
}

function* documentRecords(path: string): Generator<[string, unknown]> {
  const value = parseText(readFileSync(path, 'utf8'), path);
  if (Array.isArray(value)) {
    for (const [index, record] of value.entries()) yield [`${path}, [${index}]`, record];
    return;
  }
  if (!isObject(value)) throw unreadable(path, 'it is neither a list nor a map of predictions');
  // One record alone, printed over several lines.
  if (typeof value.instance_id === 'string') {
    yield [path, value];
    return;
  }
  for (const [id, record] of Object.entries(value))
    yield [`${path}, ${id}`, isObject(record) ? { instance_id: id, ...record } : record];
}
