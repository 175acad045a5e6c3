import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '@heddle/core';
import { mutationCases } from '../../repair/mutations.ts';
import { TASK } from '../../repair/run-case.ts';
import { dropPlace, keptPlace, newPlace, openKeep } from '../keep.ts';
import { openLog, readLog } from '../log.ts';
import { Progress } from '../progress.ts';
import { type AttemptCase, exampleCases } from './example-cases.ts';
import { type CaseRecord, isExcluded, type Line } from './record.ts';
import { report } from './report.ts';
import { attemptCase, reselectCase } from './run.ts';

export interface AttemptsOptions {
  /** Mutation cases; the examples' bugs come on top. */
  readonly cases: number;
  readonly seeds: number;
  readonly seconds: number;
  readonly parallel: number;
  /** What cases are drawn with, and which half of their tests is held out. */
  readonly seed: number;
  readonly only?: string;
  /** Folder for cases, rollouts and the log; without it nothing is kept. */
  readonly keep?: string;
  readonly log?: string;
  readonly resume: boolean;
}

/** Attempts at every case, and the selection among them. */
export async function attempts(options: AttemptsOptions): Promise<string> {
  const { cases: count, seed, seeds, seconds } = options;
  using keep = openKeep(options.keep, { suite: 'attempts', cases: count, seed, seeds, seconds });
  const { folder } = keep;
  const cases = wanted(await casesIn(folder, options), options);
  const log = openLog<Line>(options.log ?? join(folder, 'log.jsonl'), options.resume);
  const due = cases.filter(({ id }) => {
    const line = log.lines.get(id);
    return line === undefined || isExcluded(line);
  });
  const progress = new Progress(due.length);
  for (const test of due) {
    const line = await attempted(test, folder, options);
    log.add(line);
    progress.tell(lineText(line));
    if (keep.temporary) dropPlace(folder, test.id);
  }
  return reportOn([...log.lines.values()], cases);
}

async function attempted(test: AttemptCase, keep: string, options: AttemptsOptions): Promise<Line> {
  try {
    using place = newPlace(keep, test);
    return await attemptCase(test, place, options);
  } catch (error) {
    return { id: test.id, excluded: messageOf(error) };
  }
}

/** The selection again over what an earlier run kept: its figures, with the choices of the code as it is now. */
export async function reselect(
  keep: string,
  options: Pick<AttemptsOptions, 'only' | 'log'>,
): Promise<string> {
  const folder = resolve(keep);
  const cases = wanted(savedCases(folder) ?? [], options);
  const past = new Map(readLog<Line>(join(folder, 'log.jsonl')).map((line) => [line.id, line]));
  const log = openLog<Line>(options.log ?? join(folder, 'reselected.jsonl'), false);
  const due = cases.filter(({ id }) => past.has(id));
  const progress = new Progress(due.length);
  for (const test of due) {
    const line = await reselected(test, folder, past.get(test.id)!);
    log.add(line);
    progress.tell(lineText(line));
  }
  return reportOn([...log.lines.values()], cases);
}

async function reselected(test: AttemptCase, keep: string, past: Line): Promise<Line> {
  if (isExcluded(past)) return past;
  try {
    using place = keptPlace(keep, test.id);
    return await reselectCase(test, place, past);
  } catch (error) {
    return { id: test.id, excluded: messageOf(error) };
  }
}

function wanted(cases: readonly AttemptCase[], { only }: Pick<AttemptsOptions, 'only'>): AttemptCase[] {
  const parts = only?.split(',');
  return cases.filter(({ id }) => parts === undefined || parts.some((part) => id.includes(part)));
}

/** Made once, for finding out which tests of a program fail takes time. */
async function casesIn(keep: string, { cases, seed }: AttemptsOptions): Promise<AttemptCase[]> {
  const saved = savedCases(keep);
  if (saved !== null) return saved;
  const progress = new Progress(cases + 1);
  const made: AttemptCase[] = await exampleCases(seed);
  progress.tell(`made ${made.length} cases of the examples`);
  const planted = mutationCases({ seed, cases, wanted: () => true, faults: 1 });
  for await (const test of planted) {
    made.push({ ...test, task: TASK });
    progress.tell(`made ${test.id} (${test.kind})`);
  }
  const file = join(keep, 'cases.json');
  writeFileSync(`${file}.new`, JSON.stringify(made));
  renameSync(`${file}.new`, file);
  return made;
}

function savedCases(keep: string): AttemptCase[] | null {
  const file = join(keep, 'cases.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as AttemptCase[]) : null;
}

function reportOn(lines: readonly Line[], cases: readonly AttemptCase[]): string {
  const own = lines.filter(({ id }) => cases.some((test) => test.id === id));
  return report(
    own.filter((line): line is CaseRecord => !isExcluded(line)),
    own.filter(isExcluded),
  );
}

function lineText(line: Line): string {
  if (isExcluded(line)) return `excluded  ${line.id}: ${line.excluded.split('\n')[0]}`;
  const { id, attempts: all, choice, seconds } = line;
  const marks = all.map(({ patch, right }) => (right ? '+' : patch === null ? '·' : '-')).join('');
  const right = all.some(({ attempt, right: is }) => attempt === choice.candidate && is);
  const chosen = choice.candidate === null ? 'none' : `#${choice.candidate} ${right ? 'right' : 'wrong'}`;
  return `${marks}  ${chosen.padEnd(8)}  p ${choice.probability.toFixed(2)}  ${seconds.toFixed(0).padStart(4)} s  ${id}`;
}
