import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { issueText, messageOf } from '@heddle/core';
import type * as z from 'zod/mini';
import type { DatasetFormat } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import { type Spot, unreadable } from './unreadable.ts';

/** One record of a dataset's file, with where it stands. */
export interface PlacedRecord {
  readonly value: unknown;
  readonly spot: Spot;
}

/** File endings that {@link readRecords} takes. */
const RECORD_FILE = /\.(?:jsonl|ndjson|json|csv)(?:\.gz)?$/;

/**
 * The records of a file, whichever of the usual forms it has: JSONL, a JSON list, a JSON map (each value a record), or CSV
 * with a line of names; gzip round any of them. Of CSV all values are texts. Throws OperatorError `dataset-unreadable`.
 */
export async function readRecords(file: string): Promise<PlacedRecord[]> {
  const text = await readText(file);
  const form = file.replace(/\.gz$/, '');
  if (form.endsWith('.csv')) return readCsv(file, text);
  if (form.endsWith('.json')) return readJson(file, text);
  return readLines(file, text);
}

/** Whether a path ends like one that {@link readRecords} takes. */
export function isRecordFile(path: string): boolean {
  return RECORD_FILE.test(path);
}

/**
 * A file of records as a dataset of its name, an instance from each. Throws OperatorError `dataset-unreadable` with the
 * place of what is wrong.
 */
export async function datasetOfRecords<T>(
  file: string,
  schema: z.ZodMiniType<T>,
  instanceOf: (record: T) => Instance,
): ReturnType<DatasetFormat['read']> {
  const records = (await readRecords(file)).map((record) => parseRecord(schema, record));
  return {
    name: basename(file).replace(/\..*$/, '').toLowerCase(),
    instances: records.map(instanceOf),
    notes: [],
  };
}

/** The first record, without a word about what is wrong with it: to recognise a format by. */
export async function firstRecord(file: string): Promise<unknown> {
  if (!isRecordFile(file)) return null;
  try {
    return (await readRecords(file))[0]?.value ?? null;
  } catch {
    return null;
  }
}

/** A record as a schema has it. Throws OperatorError `dataset-unreadable` with its place. */
export function parseRecord<T>(schema: z.ZodMiniType<T>, { value, spot }: PlacedRecord): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(spot, issueText(parsed.error.issues[0]!));
}

/** A file of a dataset as text. Throws OperatorError `dataset-unreadable`. */
export async function readText(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    return (isGzip(bytes) ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw unreadable({ file }, messageOf(error), { cause: error });
  }
}

/** By its first bytes: some servers unpack what they send under its packed name. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function readLines(file: string, text: string): PlacedRecord[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const spot = { file, line: index + 1 };
    return [{ value: parseJson(line, spot), spot }];
  });
}

function readJson(file: string, text: string): PlacedRecord[] {
  const whole = parseJson(text, { file });
  if (whole === null || typeof whole !== 'object')
    throw unreadable({ file }, 'no list and no map of records');
  return Object.values(whole).map((value: unknown) => ({ value, spot: { file } }));
}

async function readCsv(file: string, text: string): Promise<PlacedRecord[]> {
  const { parse } = await import('csv-parse/sync');
  try {
    const rows: { record: unknown; info: { lines: number } }[] = parse(text, {
      columns: true,
      info: true,
      skip_empty_lines: true,
    });
    return rows.map(({ record, info }) => ({ value: record, spot: { file, line: info.lines } }));
  } catch (error) {
    throw unreadable({ file }, messageOf(error), { cause: error });
  }
}

/** Throws OperatorError `dataset-unreadable`. */
export function parseJson(text: string, spot: Spot): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(spot, `no JSON: ${messageOf(error)}`, { cause: error });
  }
}
