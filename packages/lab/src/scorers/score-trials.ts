import {
  messageOf,
  OperatorError,
  type ScoreRow,
  type Store,
  type TrialKey,
  type TrialRow,
} from '@heddle/core';
import type { SandboxKind } from '@heddle/workspace';
import type { Instance } from '../instance.ts';
import { parseResult, type TrialResult } from '../trial-result.ts';
import type { ScoredTrial, TrialScore, TrialScorer } from '../trial-scorer.ts';
import type { Verdict } from '../verdict.ts';
import { PatchPlace } from './place.ts';
import { journalOf, rolloutsOfTrial } from './trial-journal.ts';

/** Failures in a row after which it is not the trials' fault. */
const MAX_FAILURES = 3;

export interface ScoreOptions {
  readonly store: Store;
  /** Heddle's data folder. */
  readonly home: string;
  readonly experiment: string;
  readonly scorers: readonly TrialScorer[];
  /** By id; an instance that is not there any more is reported. */
  instance(id: string): Instance | undefined;
  readonly agent?: string | undefined;
  readonly only?: string | undefined;
  /** Score what this very version has scored already too. Default false. */
  readonly again?: boolean;
  /** Default `auto`. */
  readonly sandbox?: SandboxKind | 'auto';
  /** What models may cost in all; reached, it stops before the next trial. Default: no limit. */
  readonly usd?: number | undefined;
  readonly signal: AbortSignal;
  readonly observer?: ScoreObserver;
}

export interface ScoreObserver {
  /** Before anything is done: trials that are graded, and scorings that are due. */
  planned?(trials: number, due: number): void;
  scored?(key: TrialKey, scorer: string, scores: Readonly<Record<string, TrialScore>>): void;
  failed?(failure: ScoreFailure): void;
}

/** A scoring that came to nothing for reasons that may pass: it is done when scoring is asked for again. */
export interface ScoreFailure extends TrialKey {
  readonly scorer: string;
  readonly message: string;
}

export interface ScoreEnd {
  readonly trials: number;
  readonly scored: number;
  /** Done earlier by the same version. */
  readonly skipped: number;
  readonly failures: readonly ScoreFailure[];
  /** Not graded yet: scored when they are and scoring is asked for again. */
  readonly notGraded: number;
  readonly usd: number;
  /** The limit of money was reached first. */
  readonly outOfMoney: boolean;
}

/**
 * Scores the graded trials of an experiment from what is kept of them, without running any agent again. Each score is
 * stored as soon as it is known, so that it can be interrupted at any moment and asked for again. A trial that was
 * spoilt by no fault of its agent is unscored by every scorer.
 *
 * Rejects with the signal's reason, and with the last failure where several in a row come to nothing.
 */
export async function scoreTrials(options: ScoreOptions): Promise<ScoreEnd> {
  const {
    store,
    experiment,
    scorers,
    agent,
    only,
    signal,
    observer,
    usd: limit = Number.POSITIVE_INFINITY,
  } = options;
  const filter = {
    ...(agent === undefined ? {} : { agent }),
    ...(only === undefined ? {} : { instance: only }),
  };
  const all = store.experiments.trials(experiment, filter);
  const graded = all.filter(({ state }) => state === 'graded');
  const done = options.again === true ? new Set<string>() : versionsOf(store.experiments.scores(experiment));
  const due = graded.map((row) => ({
    row,
    scorers: scorers.filter(({ version }) => !done.has(nameOf(row, version))),
  }));
  const count = due.reduce((sum, each) => sum + each.scorers.length, 0);
  observer?.planned?.(graded.length, count);
  const failures: ScoreFailure[] = [];
  let [scored, usd, inARow, outOfMoney] = [0, 0, 0, false];
  for (const { row, scorers: wanted } of due) {
    if (wanted.length === 0) continue;
    if (usd >= limit) {
      outOfMoney = true;
      break;
    }
    const fail = (scorer: TrialScorer, error: OperatorError) => {
      const { experiment: of, agent: by, instance, attempt } = row;
      const message = messageOf(error);
      const failure = { experiment: of, agent: by, instance, attempt, scorer: scorer.name, message };
      failures.push(failure);
      observer?.failed?.(failure);
    };
    let opened: OpenedTrial;
    try {
      opened = openTrial(row, options, (cost) => {
        usd += cost;
      });
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      for (const scorer of wanted) fail(scorer, error);
      continue;
    }
    try {
      for (const scorer of wanted) {
        signal.throwIfAborted();
        try {
          const scores = await scoresOf(scorer, opened.trial);
          store.experiments.score(rowsOf(row, scorer, scores));
          observer?.scored?.(row, scorer.name, scores);
          scored += 1;
          inARow = 0;
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof OperatorError)) throw error;
          fail(scorer, error);
          inARow += 1;
          if (inARow >= MAX_FAILURES) throw error;
        }
      }
    } finally {
      await opened.close();
    }
  }
  const skipped = graded.length * scorers.length - count;
  return {
    trials: graded.length,
    scored,
    skipped,
    failures,
    notGraded: all.length - graded.length,
    usd,
    outOfMoney,
  };
}

function nameOf({ agent, instance, attempt }: TrialKey, version: string): string {
  return JSON.stringify([agent, instance, attempt, version]);
}

function versionsOf(rows: readonly ScoreRow[]): ReadonlySet<string> {
  return new Set(rows.map((row) => nameOf(row, row.version)));
}

function rowsOf(
  { experiment, agent, instance, attempt }: TrialKey,
  { version }: TrialScorer,
  scores: Readonly<Record<string, TrialScore>>,
): ScoreRow[] {
  const at = Date.now();
  return Object.entries(scores).map(([scorer, score]) => {
    const known = 'value' in score && Number.isFinite(score.value);
    const why = 'unscored' in score ? score.unscored : known ? score.why : `it is no number: ${score.value}`;
    return {
      experiment,
      agent,
      instance,
      attempt,
      scorer,
      version,
      value: known ? score.value : null,
      why,
      at,
    };
  });
}

async function scoresOf(
  scorer: TrialScorer,
  trial: ScoredTrial,
): Promise<Readonly<Record<string, TrialScore>>> {
  const { infra } = trial.result;
  if (infra !== null) return { [scorer.name]: { unscored: `the attempt was spoilt: ${infra.message}` } };
  const scores = await scorer.score(trial);
  // What names itself is how a trial is known to be scored.
  return scorer.name in scores
    ? scores
    : { ...scores, [scorer.name]: { unscored: 'it gave other names only' } };
}

interface OpenedTrial {
  readonly trial: ScoredTrial;
  close(): Promise<void>;
}

/** Throws OperatorError `no-such-instance`, `trial-unreadable`. */
function openTrial(row: TrialRow, options: ScoreOptions, spent: (usd: number) => void): OpenedTrial {
  const { store, home, experiment, signal, sandbox = 'auto' } = options;
  const instance = options.instance(row.instance);
  if (instance === undefined)
    throw new OperatorError('no-such-instance', `the dataset has no instance ${row.instance} any more`, {
      hint: 'name the dataset as it was with --dataset, or score other instances with --instance',
    });
  const result = parseResult(row.result);
  const patch = textOf(store, result.patchDigest);
  const place = new PatchPlace(instance, patch, {
    home,
    sandbox,
    signal,
    id: `${row.rollout ?? row.instance}-score`,
  });
  const { agent, attempt } = row;
  const trial: ScoredTrial = {
    key: { experiment, agent, instance: row.instance, attempt },
    instance,
    result,
    verdict: verdictOf(store, result),
    patch,
    signal,
    events: () => journalOf(store, rolloutsOfTrial(row.rollout, instance.tries ?? 1)),
    open: (which) => place.open(which),
    patchOf(other) {
      const found = store.experiments.trial({ experiment, agent: other, instance: row.instance, attempt });
      return found?.state === 'graded' ? textOf(store, parseResult(found.result).patchDigest) : null;
    },
    spent,
  };
  return { trial, close: () => place.close() };
}

function textOf(store: Store, digest: string): string {
  return Buffer.from(store.objects.get(digest)).toString('utf8');
}

/** Our own grader wrote it; null: there was none. */
function verdictOf(store: Store, { verdictDigest }: TrialResult): Verdict | null {
  return JSON.parse(textOf(store, verdictDigest)) as Verdict | null;
}
