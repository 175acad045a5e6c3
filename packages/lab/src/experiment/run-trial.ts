import { join } from 'node:path';
import type { Observer } from '@heddle/agent';
import { newRolloutId, OperatorError, type Store, type TrialKey } from '@heddle/core';
import type { SandboxKind } from '@heddle/workspace';
import type { Flag } from '../cheating/flag.ts';
import type { AttemptEnd, AttemptJob, Entrant } from '../entrant.ts';
import type { Instance } from '../instance.ts';
import type { TrialResult } from '../trial-result.ts';
import type { InfraFault, Verdict } from '../verdict.ts';
import { MAX_TRIES, remedyFor, waitSeconds } from './infra.ts';
import type { ExperimentPlan } from './plan.ts';
import { joinedPatch, laterTask, layOutLaterTry, rolloutOfTry } from './second-try.ts';
import { type Played, trialResultOf } from './trial-result-of.ts';

/** Where instances are laid out and patches judged. */
export interface Grounds {
  /** The instance's files, sealed: a git repository of one commit that is only ever read. The same folder each time. */
  seal(instance: Instance): Promise<string>;
  /** Judges a patch on a clean checkout that no agent has touched. Throws only when `signal` is aborted, or OperatorError. */
  grade(instance: Instance, patch: string, options: GradeJob): Promise<Verdict>;
}

export interface GradeJob {
  /** Names the working copy: of all that are open at a time, only this one. */
  readonly id: string;
  /** Run the tests even where there is no patch: whether nothing solves the instance is what is asked. */
  readonly runEmpty: boolean;
  readonly signal: AbortSignal;
}

/** What the trials of one experiment share. */
export interface TrialContext {
  readonly store: Store;
  /** Heddle's data folder. */
  readonly home: string;
  readonly plan: ExperimentPlan;
  readonly grounds: Grounds;
  readonly signal: AbortSignal;
  entrant(name: string): Entrant;
  instance(id: string): Instance;
  readonly observer?: TrialObserver;
  /** Signs of cheating in an attempt. Default: none are looked for. */
  flags?(attempt: FlaggedAttempt, signal: AbortSignal): Promise<readonly Flag[]>;
  /** Default: the machine's clock. Resolves early when the signal is aborted. */
  wait?(seconds: number, signal: AbortSignal): Promise<void>;
}

export interface FlaggedAttempt {
  readonly instance: Instance;
  readonly rollouts: readonly string[];
  readonly patch: string;
}

/** Follows trials while they run. */
export interface TrialObserver {
  /** A try begins, or is taken up where its journal ends. */
  began?(key: TrialKey, rollout: string): void;
  /** Of the attempt under way. */
  attempt?(key: TrialKey): Observer;
  grading?(key: TrialKey): void;
  waiting?(key: TrialKey, fault: InfraFault, seconds: number): void;
  graded?(key: TrialKey, result: TrialResult): void;
  /** It was put away, or another process has it; not called after `graded`. */
  left?(key: TrialKey): void;
}

/**
 * One trial from wherever it is to its verdict: the instance sealed, the agent's attempt (from its journal where it has
 * one), its patch graded, the row written. Whenever the process dies, whoever calls this next goes on: an attempt that
 * ended is not asked for again, and grading is repeated. Null: another process has it, or had it meanwhile.
 *
 * Rejects when the signal is aborted, and with OperatorError where a person has to do something first; the trial stays
 * as it is then, to be taken up again.
 */
export async function runTrial(key: TrialKey, context: TrialContext): Promise<TrialResult | null> {
  let result: TrialResult | null = null;
  try {
    result = await carryOut(key, context);
  } finally {
    if (result === null) context.observer?.left?.(key);
  }
  return result;
}

async function carryOut(key: TrialKey, context: TrialContext): Promise<TrialResult | null> {
  const { store, observer } = context;
  const entrant = context.entrant(key.agent);
  const instance = context.instance(key.instance);
  let rollout = take(key, context);
  while (rollout !== null) {
    try {
      observer?.began?.(key, rollout);
      const played = await play(key, rollout, { entrant, instance, context });
      const { tries } = store.experiments.trial(key)!;
      if (played.infra !== null && mayBeginAnew(played, tries)) {
        if (!store.experiments.retry(key, rollout)) return null;
        await pause(key, played.infra, tries, context);
      } else return await book(key, rollout, played, instance, context);
    } finally {
      store.release(rollout);
    }
    rollout = take(key, context);
  }
  return null;
}

/** The id of the rollout that is this process's to run; null: the trial is somebody else's, or done. */
function take(key: TrialKey, { store }: TrialContext): string | null {
  const row = store.experiments.trial(key);
  if (row === null || row.state === 'graded') return null;
  const rollout = row.state === 'running' ? row.rollout! : newRolloutId();
  try {
    store.claim(rollout);
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'rollout-running') return null;
    throw error;
  }
  // Claimed before it is begun: nobody else can come between the two.
  if (row.state === 'running' || store.experiments.begin(key, rollout)) return rollout;
  store.release(rollout);
  return null;
}

interface Parts {
  readonly entrant: Entrant;
  readonly instance: Instance;
  readonly context: TrialContext;
}

/** The attempt with all the tries that the instance allows, and the last verdict. */
async function play(key: TrialKey, rollout: string, parts: Parts): Promise<Played> {
  const { instance, context } = parts;
  const { home, grounds } = context;
  const repo = await grounds.seal(instance);
  const ends: AttemptEnd[] = [];
  const tries = instance.tries ?? 1;
  const resolvedByTry: boolean[] = [];
  const byTry = tries > 1 ? { resolvedByTry } : {};
  let patch = '';
  let verdict: Verdict | null = null;
  for (let n = 1; n <= tries; n++) {
    const id = rolloutOfTry(rollout, n);
    const folder = join(home, 'lab', 'tries', id);
    if (n > 1) await layOutLaterTry(repo, patch, folder);
    const task = n === 1 ? instance.statement : laterTask(instance.statement, verdict!.output);
    const end = await attempt(key, { rollout: id, task, repo: n === 1 ? repo : folder }, parts);
    ends.push(end);
    if (end.infra !== null) return { ends, patch: end.patch, verdict: null, infra: end.infra, ...byTry };
    patch = n === 1 ? end.patch : await joinedPatch(repo, [patch, end.patch], `${folder}.joined`);
    verdict = await judge(key, { id: `${id}-grading`, patch }, parts);
    if (verdict.infra !== null) break;
    resolvedByTry.push(verdict.resolved === true);
    if (verdict.resolved === true) break;
  }
  return { ends, patch, verdict, infra: verdict!.infra, ...byTry };
}

/**
 * One attempt. One that a passing fault broke off after the agent had begun to work is gone on with after a while, from
 * its own journal: a new one in its place would be a second sample, and the better of two.
 */
async function attempt(
  key: TrialKey,
  its: Pick<AttemptJob, 'rollout' | 'task' | 'repo'>,
  { entrant, instance, context }: Parts,
): Promise<AttemptEnd> {
  const { plan, store, home, signal, observer } = context;
  const watching = observer?.attempt?.(key);
  const job: AttemptJob = {
    ...its,
    instance,
    limits: plan.limits,
    seed: plan.seed + key.attempt - 1,
    sandbox: plan.sandbox as SandboxKind | 'auto',
    network: plan.network,
  };
  for (let tried = 1; ; tried++) {
    const end = await entrant.attempt(job, {
      ...{ store, home, signal },
      ...(watching === undefined ? {} : { observer: watching }),
    });
    if (end.infra === null) return end;
    refuseToGoOn(end.infra);
    const again = remedyFor(end.infra) === 'again' && hasWorked([end]) && entrant.kind === 'heddle';
    if (!again || tried >= MAX_TRIES) return end;
    await pause(key, end.infra, tried, context);
  }
}

/** Grading costs nothing but time, so that a run of it that came to nothing is simply repeated. */
async function judge(
  key: TrialKey,
  { id, patch }: { readonly id: string; readonly patch: string },
  { entrant, instance, context }: Parts,
): Promise<Verdict> {
  const { grounds, signal, observer } = context;
  observer?.grading?.(key);
  for (let tried = 1; ; tried++) {
    const verdict = await grounds.grade(instance, patch, {
      id,
      signal,
      runEmpty: entrant.kind === 'nothing',
    });
    const { infra } = verdict;
    if (infra === null || remedyFor(infra) === 'keep' || tried >= MAX_TRIES) return verdict;
    refuseToGoOn(infra);
    await pause(key, infra, tried, context);
  }
}

/** Only what has cost nothing and shown nothing is begun anew; everything else counts, or is kept as spoilt. */
function mayBeginAnew({ ends, infra }: Played, tries: number): boolean {
  return (
    tries < MAX_TRIES && !hasWorked(ends) && ends.at(-1)?.infra === infra && remedyFor(infra!) === 'again'
  );
}

/** A reply of its model came: paid for, or seen at least. */
function hasWorked(ends: readonly AttemptEnd[]): boolean {
  return ends.some(({ usage, steps }) => usage.outputTokens > 0 || steps > 0);
}

function refuseToGoOn(fault: InfraFault): void {
  if (remedyFor(fault) !== 'ask') return;
  throw new OperatorError(fault.code, fault.message, {
    hint: 'once that is mended, go on with `heddle eval --resume`: nothing that was paid for is lost',
  });
}

async function pause(key: TrialKey, fault: InfraFault, tried: number, context: TrialContext): Promise<void> {
  const seconds = waitSeconds(fault, tried);
  context.observer?.waiting?.(key, fault, seconds);
  await (context.wait ?? waitFor)(seconds, context.signal);
  context.signal.throwIfAborted();
}

async function waitFor(seconds: number, signal: AbortSignal): Promise<void> {
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(seconds * 1000, undefined, { signal }).catch(() => {});
}

async function book(
  key: TrialKey,
  rollout: string,
  played: Played,
  instance: Instance,
  { store, flags, observer, signal }: TrialContext,
): Promise<TrialResult | null> {
  const rollouts = played.ends.map((_, at) => rolloutOfTry(rollout, at + 1));
  const found = (await flags?.({ instance, rollouts, patch: played.patch }, signal)) ?? [];
  const result = trialResultOf(played, store, found);
  if (!store.experiments.grade(key, rollout, result)) return null;
  observer?.graded?.(key, result);
  return result;
}
