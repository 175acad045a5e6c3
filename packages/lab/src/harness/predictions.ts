import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { issueText, messageOf, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Dataset } from '../dataset.ts';

/** One agent's answer to one instance, in the form all SWE-bench tools exchange. */
export interface Prediction {
  readonly instance_id: string;
  readonly model_name_or_path: string;
  /** A git patch; null or empty: none was handed in. */
  readonly model_patch: string | null;
}

const predictionSchema = z.object({
  instance_id: z.string(),
  model_name_or_path: z._default(z.string(), 'None'),
  model_patch: z._default(z.nullable(z.string()), null),
});

/** Predictions that need no file: every instance's own patch, and none at all. */
const SPECIAL_PREDICTIONS = ['gold', 'empty'] as const;

/**
 * Predictions from a file (JSONL, a JSON list, or a JSON map by instance), or one of the special ones. Of several for one
 * instance the last counts. Throws OperatorError `predictions-unreadable`, and `unknown-instance` for ids that the dataset
 * does not have.
 */
export function readPredictions(given: string, dataset: Dataset): Prediction[] {
  if (given === 'gold' || given === 'empty') {
    return dataset.instances.map(({ id, gold }) => ({
      instance_id: id,
      model_name_or_path: given,
      model_patch: given === 'gold' ? gold : '',
    }));
  }
  const byId = new Map(valuesIn(given).map((value) => [value.instance_id, value]));
  const known = new Set(dataset.instances.map(({ id }) => id));
  const unknown = [...byId.keys()].filter((id) => !known.has(id));
  if (unknown.length > 0) {
    const some = unknown.slice(0, 3).join(', ');
    throw new OperatorError(
      'unknown-instance',
      `${unknown.length} predictions are for instances that ${dataset.name} does not have: ${some}${unknown.length > 3 ? ', …' : ''}`,
      { hint: dataset.notes[0] ?? 'are they for another dataset, or another subset?' },
    );
  }
  return [...byId.values()];
}

function valuesIn(file: string): Prediction[] {
  const refuse = (what: string, line?: number) =>
    new OperatorError('predictions-unreadable', `${file}${line === undefined ? '' : `:${line}`}: ${what}`, {
      hint: `JSONL, a JSON list or a JSON map of {instance_id, model_name_or_path, model_patch}, or one of: ${SPECIAL_PREDICTIONS.join(', ')}`,
    });
  const json = (text: string, line?: number): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw refuse(messageOf(error), line);
    }
  };
  const prediction = (value: unknown, line?: number): Prediction => {
    const parsed = predictionSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw refuse(issueText(parsed.error.issues[0]!), line);
  };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw refuse(messageOf(error));
  }
  if (!file.endsWith('.json')) {
    const lines = text.split('\n').map((line, at) => ({ line, at: at + 1 }));
    return lines
      .filter(({ line }) => line.trim() !== '')
      .map(({ line, at }) => prediction(json(line, at), at));
  }
  const whole = json(text);
  if (typeof whole !== 'object' || whole === null) throw refuse('neither a list nor a map');
  if (Array.isArray(whole)) return whole.map((value) => prediction(value));
  return Object.entries(whole).map(([id, value]) =>
    prediction(typeof value === 'object' && value !== null ? { instance_id: id, ...value } : value),
  );
}

/** As a run is called where nobody named it. */
export const runNameOf = (given: string): string => basename(given).replace(/\.jsonl?$/, '');
