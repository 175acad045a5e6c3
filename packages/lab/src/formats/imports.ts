import { readFileSync, statSync } from 'node:fs';
import { EXIT, OperatorError, systemCode } from '@heddle/core';
import { trajectoryFromAdp } from './adp/import.ts';
import { trajectoryFromAtif } from './atif/import.ts';
import { trajectoryFromMini } from './foreign/mini-swe-agent.ts';
import { trajectoryFromOpenHands } from './foreign/openhands.ts';
import { type ImportedLog, inspectLogFrom } from './inspect/import.ts';
import { isObject, objectOf } from './json.ts';
import { linesOf } from './lines.ts';
import type { Trajectory } from './trajectory.ts';
import { type Prediction, readPredictions } from './trials/predictions.ts';
import { parseText, unreadable } from './unreadable.ts';

/** What a file holds. `heddle`: a rollout of ours, to be written into the store. */
export type ImportedFile =
  | { readonly kind: 'heddle'; readonly format: 'heddle'; readonly path: string }
  | {
      readonly kind: 'trajectories';
      readonly format: ImportName;
      readonly trajectories: Iterable<Trajectory>;
    }
  | { readonly kind: 'log'; readonly format: 'inspect'; readonly log: ImportedLog }
  | {
      readonly kind: 'predictions';
      readonly format: 'predictions';
      readonly predictions: Iterable<Prediction>;
    };

interface ImportFormat {
  readonly name: string;
  readonly about: string;
  /** Of the first record in a file: a line, or the whole document. */
  recognises(record: Readonly<Record<string, unknown>>): boolean;
  readonly trajectory?: (value: unknown, where: string) => Trajectory;
}

const FORMATS = [
  {
    name: 'heddle',
    about: 'a rollout of ours, as `heddle export --format heddle` writes it',
    recognises: (record) => record.heddle === 'rollout',
  },
  {
    name: 'atif',
    about: 'ATIF 1.x, one document or a line each',
    recognises: ({ schema_version: version }) => String(version).startsWith('ATIF-'),
    trajectory: trajectoryFromAtif,
  },
  {
    name: 'adp',
    about: 'ADP 1.0 to 1.2, one trajectory, a list, or a line each',
    recognises: ({ content, id }) =>
      typeof id === 'string' &&
      Array.isArray(content) &&
      content.every((item) => isObject(item) && 'class_' in item),
    trajectory: trajectoryFromAdp,
  },
  {
    name: 'inspect',
    about: 'Inspect log, .eval or JSON',
    recognises: (record) => isObject(record.eval) && 'task' in record.eval,
  },
  {
    name: 'mini-swe-agent',
    about: 'NAME.traj.json of mini-swe-agent',
    recognises: ({ trajectory_format: format }) => String(format).startsWith('mini-swe-agent'),
    trajectory: trajectoryFromMini,
  },
  {
    name: 'openhands',
    about: 'output.jsonl of OpenHands',
    recognises: (record) => 'instance_id' in record && ('history' in record || 'test_result' in record),
    trajectory: trajectoryFromOpenHands,
  },
  {
    name: 'predictions',
    about: "SWE-bench predictions: lines, a list, or a map (mini-swe-agent's preds.json)",
    recognises: (record) =>
      'model_patch' in record ||
      Object.values(record).some((each) => isObject(each) && 'model_patch' in each),
  },
] as const satisfies readonly ImportFormat[];

export type ImportName = (typeof FORMATS)[number]['name'];

/** Bytes of a file that is one document: it is read as a whole. Lines have no such limit. */
const MAX_DOCUMENT_BYTES = 400 * 2 ** 20;

/**
 * Reads a file in the form it has, or in the one named. Of files of lines one line is in memory at a time.
 *
 * Throws OperatorError `no-such-file`, `unknown-format`, `unreadable-import`.
 */
export function importFile(path: string, format?: string): ImportedFile {
  checkFile(path);
  const zip = readHead(path).startsWith('PK');
  const first = zip ? null : firstRecord(path);
  const named = FORMATS.find(({ name }) => name === format);
  if (format !== undefined && named === undefined) throw unknownFormat(`there is no format ${format}`);
  const found =
    named ?? (zip ? FORMATS[3] : FORMATS.find((each) => first !== null && each.recognises(first.record)));
  if (found === undefined) throw unknownFormat(`${path} is of none of the formats that are read`);
  switch (found.name) {
    case 'heddle':
      return { kind: 'heddle', format: 'heddle', path };
    case 'inspect':
      return { kind: 'log', format: 'inspect', log: inspectLogFrom(path, zip) };
    case 'predictions':
      return { kind: 'predictions', format: 'predictions', predictions: readPredictions(path) };
    default: {
      const { trajectory, name } = found;
      const records = first?.lines ? lineRecords(path) : documentRecords(path);
      return { kind: 'trajectories', format: name, trajectories: mapped(records, trajectory) };
    }
  }
}

function* mapped(
  records: Iterable<[string, unknown]>,
  trajectory: (value: unknown, where: string) => Trajectory,
): Generator<Trajectory> {
  for (const [where, record] of records) yield trajectory(record, where);
}

function* lineRecords(path: string): Generator<[string, unknown]> {
  let number = 0;
  for (const line of linesOf(path)) {
    number += 1;
    const where = `${path}, line ${number}`;
    yield [where, parseText(line, where)];
  }
}

function* documentRecords(path: string): Generator<[string, unknown]> {
  const value = document(path);
  if (!Array.isArray(value)) return yield [path, value];
  for (const [index, record] of value.entries()) yield [`${path}, [${index}]`, record];
}

function document(path: string): unknown {
  const { size } = statSync(path);
  if (size > MAX_DOCUMENT_BYTES)
    throw unreadable(
      path,
      `one document of more than ${MAX_DOCUMENT_BYTES / 2 ** 20} MiB; write a record a line`,
    );
  return parseText(readFileSync(path, 'utf8'), path);
}

/** The first line, if each line is a record; else the document, or the first of its list. */
function firstRecord(
  path: string,
): { readonly record: Record<string, unknown>; readonly lines: boolean } | null {
  for (const line of linesOf(path)) {
    const record = objectOf(line);
    if (record !== null) return { record, lines: true };
    break;
  }
  const value = document(path);
  const record: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(record) ? { record, lines: false } : null;
}

function readHead(path: string): string {
  for (const line of linesOf(path)) return line.slice(0, 4);
  throw unreadable(path, 'it is empty');
}

function checkFile(path: string): void {
  try {
    if (statSync(path).isFile()) return;
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
  }
  throw new OperatorError('no-such-file', `there is no file ${path}`, {
    hint: 'name a file; of a folder, its files one by one',
    exitCode: EXIT.usage,
  });
}

function unknownFormat(message: string): OperatorError {
  return new OperatorError('unknown-format', message, {
    hint: `name one with --format: ${FORMATS.map(({ name }) => name).join(', ')}`,
    exitCode: EXIT.usage,
  });
}
