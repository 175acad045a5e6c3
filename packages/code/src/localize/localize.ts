import type { CheckSpec } from '@heddle/core';
import type { Frame, TestReport } from '../checks.ts';
import type { Exec, ReadFile } from '../exec.ts';
import { readFrames } from '../frames/frames.ts';
import { codeLines } from '../syntax/code-lines.ts';
import { languageOf } from '../syntax/languages.ts';
import { isTestFile } from '../test-files.ts';
import { COVERAGES, type CoverageLanguage, languageOfCheck } from './coverages.ts';
import { decisionsOf } from './decisions.ts';
import { type Probe, type ProbedRun, runProbed } from './probe.ts';
import { type Recency, recencyOf } from './recency.ts';
import { definitions, refusedCalls } from './refused.ts';
import { countLines, dstar, type Formula, ochiai, suspiciousPart } from './spectrum.ts';
import { verdictsOf } from './verdicts.ts';

/** A line that may hold the bug. */
export interface Suspect {
  /** Relative to the root. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** The expression of it that is suspected, where coverage tells its parts apart: 1-based, `to` is its last. */
  readonly columns?: { readonly from: number; readonly to: number };
  /** 0 to 1; comparable within one answer only. */
  readonly score: number;
  /** Why, in a few words for people. */
  readonly reason: string;
}

export interface LocalizeOptions {
  readonly exec: Exec;
  readonly read: ReadFile;
  /** Absolute path of the repository as `exec` sees it. */
  readonly root: string;
  readonly check: CheckSpec;
  /** The failing run's report, when its output could be read. */
  readonly report: TestReport | null;
  /** Default: by the check's framework, else by its command. */
  readonly language?: CoverageLanguage;
  /** Default {@link MAX_SUSPECTS}. */
  readonly limit?: number;
  /** Limit of the run that takes coverage. Default: the check's own, at most {@link MAX_RUN_SECONDS}. */
  readonly timeoutSeconds?: number;
  /** Default {@link ochiai}, ties broken by {@link dstar}. */
  readonly formula?: Formula;
  readonly signal?: AbortSignal;
}

/** More lines than this nobody tries. */
export const MAX_SUSPECTS = 100;
/** A check that needs longer is localised from what its processes ran until then. */
const MAX_RUN_SECONDS = 60;

/**
 * Ranks the lines that may have made a check fail, most suspicious first: lines that failing tests ran and passing
 * ones did not, and of such a line the expression. Ties are broken by the failures' stack traces, then by recent change in git, by how much a line
 * decides, by distance to the nearest frame; the later line first, which is nearer to what failed. Runs the check once,
 * with coverage.
 * Test files are never suspects. Empty when neither traces nor coverage name a line of the project.
 */
export async function localize(options: LocalizeOptions): Promise<Suspect[]> {
  const language = options.language ?? languageOfCheck(options.check);
  const run = language && (await probed(options, COVERAGES[language]));
  const near = new StackDistance([
    ...(run?.processes.map((process) => process.stopped ?? []) ?? []),
    ...(options.report?.failing.map((test) => test.frames) ?? []),
    ...(run && !options.report ? [readFrames(run.output, options.root)] : []),
  ]);
  const scored = run ? fromCoverage(run, options.formula ?? ochiai, near) : [];
  const texts = new Texts(options.read);
  const files = filesOf(scored);
  const ranked = await inOrder(scored, texts, await recencyOf(options.exec, files, options.signal));
  const known = new Set(ranked.map(placeOf));
  // A line on the stack that no coverage knows: it could not even be compiled, or its language has none.
  const bare = near.suspects().filter((suspect) => !known.has(placeOf(suspect)));
  const called = await refused(options.report, files, texts);
  const first = new Set(called.map(placeOf));
  const others = [...bare, ...ranked].filter((suspect) => !first.has(placeOf(suspect)));
  return onlyCode([...called, ...others], texts, options.limit ?? MAX_SUSPECTS);
}

async function refused(
  report: TestReport | null,
  files: readonly string[],
  texts: Texts,
): Promise<Suspect[]> {
  const names = refusedCalls((report?.failing ?? []).map(({ message }) => message));
  if (names.length === 0) return [];
  const found = files.map(async (path) =>
    definitions((await texts.lines(path)) ?? [], names).map(({ name, line }) => {
      return { path, line, score: 1, reason: `calls of ${name} do not fit it` };
    }),
  );
  return (await Promise.all(found)).flat();
}

function placeOf({ path, line }: Suspect): string {
  return `${path}:${line}`;
}

function probed(options: LocalizeOptions, probe: Probe): Promise<ProbedRun> {
  const seconds = options.timeoutSeconds ?? Math.min(options.check.timeoutSeconds, MAX_RUN_SECONDS);
  return runProbed(options.exec, options.check, probe, {
    seconds,
    ...(options.signal && { signal: options.signal }),
  });
}

interface Scored extends Suspect {
  readonly tie: number;
  readonly distance: number;
}

function fromCoverage(run: ProbedRun, formula: Formula, near: StackDistance): Scored[] {
  const { totals, lines } = countLines(verdictsOf(run));
  const cut = run.processes.some(({ segments }) =>
    segments.some(({ tests }) => tests.some(({ held }) => held.length > 0)),
  );
  const passing = cut ? 'passing tests and assertions that held' : 'passing tests';
  const suspects: Scored[] = [];
  for (const [path, counts] of lines) {
    if (isTestFile(path)) continue;
    for (const [line, count] of counts) {
      const part = suspiciousPart(count, (spectrum) => formula(spectrum, totals));
      const spectrum = part?.spectrum ?? count;
      const score = formula(spectrum, totals);
      if (score <= 0) continue;
      const distance = near.of(path, line);
      const place = distance < 1 ? 'on the stack; ' : '';
      const reason = `${place}run by ${spectrum.failed} of ${totals.failed} failing and ${spectrum.passed} of ${totals.passed} ${passing}`;
      const columns = part && { from: part.from, to: part.to };
      suspects.push({
        path,
        line,
        score,
        reason,
        tie: dstar(spectrum, totals),
        distance,
        ...(columns && { columns }),
      });
    }
  }
  return suspects;
}

async function inOrder(suspects: readonly Scored[], texts: Texts, recency: Recency): Promise<Suspect[]> {
  const rated = await Promise.all(
    suspects.map(async (suspect) => {
      const { path, line, distance, columns } = suspect;
      const text = (await texts.lines(path))?.[line - 1] ?? '';
      return {
        ...suspect,
        // Frames by their depth; lines that are none all alike.
        frame: Math.min(1, distance),
        age: recency(path, line),
        decisions: decisionsOf(text),
        ...(columns && { columns: expressionAt(text, columns) }),
      };
    }),
  );
  return rated
    .sort(
      (a, b) =>
        b.score - a.score ||
        b.tie - a.tie ||
        a.frame - b.frame ||
        compare(a.age, b.age) ||
        b.decisions - a.decisions ||
        compare(a.distance, b.distance) ||
        (a.path < b.path ? -1 : a.path > b.path ? 1 : b.line - a.line),
    )
    .map(({ path, line, score, reason, columns }) => {
      return { path, line, score, reason, ...(columns && { columns }) };
    });
}

/** From the operator that leads to an expression and the start of its last token to the expression. */
function expressionAt(text: string, { from, to }: { from: number; to: number }) {
  const operator = /^(?:\?\??|:|&&|\|\||=>)\s*/.exec(text.slice(from - 1))?.[0] ?? '';
  const last = /^(?:[\w$]+|\S+)/.exec(text.slice(to - 1))?.[0] ?? ' ';
  return { from: Math.min(from + operator.length, to), to: to - 1 + last.length };
}

/** Less first; also for infinities, whose difference is no number. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Files of the most suspicious lines. */
function filesOf(suspects: readonly Scored[]): string[] {
  const best = new Map<string, number>();
  for (const { path, score } of suspects) best.set(path, Math.max(best.get(path) ?? 0, score));
  return [...best].sort((a, b) => b[1] - a[1]).map(([path]) => path);
}

/** Deeper frames of a trace come after all nearer ones of the same distance. */
const DEPTH_SHARE = 1 / 1000;

/** How far a line is from the stack traces' frames. */
class StackDistance {
  readonly #frames: readonly { frame: Frame; depth: number }[];

  constructor(traces: readonly (readonly Frame[])[]) {
    this.#frames = traces.flatMap((trace) =>
      trace.filter(({ path }) => !isTestFile(path)).map((frame, depth) => ({ frame, depth })),
    );
  }

  /**
   * Lines to the nearest frame of the same file, plus a part below 1 by that frame's depth;
   * infinite in files without a frame.
   */
  of(path: string, line: number): number {
    let nearest = Number.POSITIVE_INFINITY;
    for (const { frame, depth } of this.#frames) {
      if (frame.path !== path) continue;
      nearest = Math.min(
        nearest,
        Math.abs(frame.line - line) + Math.min(depth * DEPTH_SHARE, 1 - DEPTH_SHARE),
      );
    }
    return nearest;
  }

  /** The frames themselves, innermost first. */
  suspects(): Suspect[] {
    return this.#frames
      .map(({ frame, depth }) => ({
        path: frame.path,
        line: frame.line,
        score: 1 / (depth + 1),
        reason: 'on the stack',
      }))
      .toSorted((a, b) => b.score - a.score);
  }
}

/** Leaves out lines that hold no code, and files that cannot be read. */
async function onlyCode(suspects: readonly Suspect[], texts: Texts, limit: number): Promise<Suspect[]> {
  const known = new Map<string, Set<number> | null>();
  const kept: Suspect[] = [];
  for (const suspect of suspects) {
    if (kept.length >= limit) break;
    if (!known.has(suspect.path)) known.set(suspect.path, await linesOfCode(suspect.path, texts));
    const lines = known.get(suspect.path);
    if (lines?.has(suspect.line)) kept.push(suspect);
  }
  return kept;
}

async function linesOfCode(path: string, texts: Texts): Promise<Set<number> | null> {
  const language = languageOf(path);
  const lines = language && (await texts.lines(path));
  return lines ? codeLines(language, lines.join('\n')) : null;
}

/** The files' lines, each file read once. */
class Texts {
  readonly #read: ReadFile;
  readonly #lines = new Map<string, Promise<string[] | null>>();

  constructor(read: ReadFile) {
    this.#read = read;
  }

  /** Null for a file that is gone, or that only its path's spelling puts into the root. */
  lines(path: string): Promise<string[] | null> {
    let lines = this.#lines.get(path);
    if (!lines) {
      lines = this.#read(path).then(
        (text) => text.split('\n'),
        () => null,
      );
      this.#lines.set(path, lines);
    }
    return lines;
  }
}
