import { readFileSync } from 'node:fs';
import { isObject } from '../json.ts';
import type { Trajectory } from '../trajectory.ts';
import { parseText, readAs, unreadable } from '../unreadable.ts';
import { timeOf, trajectoryFrom } from './import-sample.ts';
import { headerSchema, type InspectHeader, type InspectSample, sampleSchema } from './schema.ts';
import { ZipFile } from './zip.ts';

/** An attempt of somebody else's experiment. */
export interface ImportedTrial {
  readonly instance: string;
  readonly attempt: number;
  /** Numbers as Inspect turns its values into: C 1, P 0.5, I and N 0. Null: unscored. */
  readonly scores: Readonly<Record<string, number | null>>;
  /** Why nothing is known of it. */
  readonly error: string | null;
  readonly limit: string | null;
  readonly trajectory: Trajectory;
}

export interface ImportedLog {
  readonly task: string;
  readonly agent: string;
  readonly model: string;
  readonly createdAt: number | null;
  readonly status: string | null;
  /** Of a `.eval` file one in memory at a time. To be passed through once. */
  trials(): Generator<ImportedTrial>;
}

/** Bytes of a log in one JSON document: it is read as a whole. `.eval` files have no such limit. */
const MAX_JSON_BYTES = 400 * 2 ** 20;

/**
 * An Inspect log (version 1 or 2), as `.eval` or JSON. Tokens are converted: here cached ones are a part of the input.
 * Kept are messages, calls with their results, tokens, costs, times, scores, limits and errors.
 *
 * Throws OperatorError `unreadable-import` with the member and what is wrong with it.
 */
export function inspectLogFrom(path: string, isZip: boolean): ImportedLog {
  return isZip ? fromEval(path) : fromJson(path);
}

function fromJson(path: string): ImportedLog {
  const bytes = readFileSync(path);
  if (bytes.length > MAX_JSON_BYTES)
    throw unreadable(
      path,
      `a JSON log of more than ${MAX_JSON_BYTES / 2 ** 20} MiB; convert it to .eval first`,
    );
  const value = parseText(bytes.toString('utf8'), path);
  const header = readAs(headerSchema, value, path);
  const samples = isObject(value) && Array.isArray(value.samples) ? (value.samples as unknown[]) : [];
  return logOf(header, function* () {
    for (const [index, sample] of samples.entries())
      yield readAs(sampleSchema, sample, `${path}, samples.${index}`);
  });
}

function fromEval(path: string): ImportedLog {
  const zip = new ZipFile(path);
  // A run that was broken off has no header yet.
  const head = zip.has('header.json') ? 'header.json' : '_journal/start.json';
  const header = readAs(headerSchema, parseText(zip.text(head), `${path}, ${head}`), `${path}, ${head}`);
  const members = zip.names.filter((name) => /^samples\/.*\.json$/.test(name)).sort();
  return logOf(header, function* () {
    try {
      for (const name of members) {
        const where = `${path}, ${name}`;
        yield readAs(sampleSchema, parseText(zip.text(name), where), where);
      }
    } finally {
      zip.close();
    }
  });
}

function logOf(header: InspectHeader, samples: () => Generator<InspectSample>): ImportedLog {
  const { task, solver, model, created } = header.eval;
  return {
    task,
    agent: solver ?? model,
    model,
    createdAt: timeOf(created),
    status: header.status ?? null,
    *trials() {
      for (const sample of samples()) yield trialFrom(sample, header);
    },
  };
}

function trialFrom(sample: InspectSample, header: InspectHeader): ImportedTrial {
  const scores = Object.entries(sample.scores ?? {}).map(
    ([name, { value }]) => [name, numberOf(value)] as const,
  );
  return {
    instance: String(sample.id),
    attempt: sample.epoch,
    scores: Object.fromEntries(scores),
    error: sample.error?.message ?? null,
    limit: sample.limit?.type ?? null,
    trajectory: trajectoryFrom(sample, header),
  };
}

const GRADES: Readonly<Record<string, number>> = {
  C: 1,
  P: 0.5,
  I: 0,
  N: 0,
  yes: 1,
  true: 1,
  no: 0,
  false: 0,
};

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return null;
  const grade = GRADES[value] ?? GRADES[value.toLowerCase()];
  if (grade !== undefined) return grade;
  const number = Number(value);
  return value.trim() === '' || Number.isNaN(number) ? null : number;
}
