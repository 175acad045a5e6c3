import {
  type AgentStateData,
  canonicalJson,
  type EventOf,
  type Recorded,
  type RolloutEvent,
} from '@heddle/core';
import { reopenWorkspace, type SandboxKind, type Workspace } from '@heddle/workspace';
import { runCheck } from '../check-run.ts';
import type { ReplayOptions, ReplayResult } from '../replay.ts';
import { comparable } from '../replay-compare.ts';
import { readRollout, stateOf } from '../result.ts';
import type { Runtime } from '../rollout.ts';
import { choiceOf } from '../select/choice-of.ts';
import { endingOf } from './conduct.ts';
import { endOf } from './end-of.ts';

type Replay = (options: ReplayOptions, runtime: Runtime) => Promise<ReplayResult>;
type Found = Extract<ReplayResult, { identical: false }>;

/**
 * The replay of a rollout whose agent is made of agents: each rollout that worked for it is replayed, and its own journal
 * must say of them what theirs do, and end as its outermost agent did. With `execute` its own checks run again too. The
 * agents themselves are not run: what they decide is in the journal.
 */
export async function replayWhole(
  { rollout, execute }: ReplayOptions,
  runtime: Runtime,
  replay: Replay,
): Promise<ReplayResult> {
  const { store, observer } = runtime;
  const events = readRollout(store, rollout);
  for (const recorded of events) observer?.event?.(recorded);
  const different =
    (await contradiction(rollout, events, runtime)) ??
    (execute ? await checked(rollout, events, runtime) : null);
  if (different !== null) return different;
  const { composition, completed, paused } = stateOf(events);
  let count = events.length;
  for (const { begun } of composition.delegated.values()) {
    const { rollout: part } = begun;
    if (!isBegun(part, runtime)) continue;
    const tell = (recorded: Recorded) => observer?.child?.(recorded);
    const result = await replay({ rollout: part, execute }, { ...runtime, observer: { event: tell } });
    if (!result.identical) return { ...result, rollout: part };
    count += result.events;
  }
  const patch = completed?.patch ?? paused?.patch;
  return {
    identical: true,
    events: count,
    patch: patch === undefined ? '' : Buffer.from(store.objects.get(patch)).toString('utf8'),
  };
}

/** The first event that another journal, or what is before it, contradicts. */
async function contradiction(
  rollout: string,
  events: readonly Recorded[],
  runtime: Runtime,
): Promise<Found | null> {
  for (const [position, recorded] of events.entries()) {
    const { event: expected } = recorded;
    const got = await againOf(rollout, recorded, events.slice(0, position), runtime);
    if (canonicalJson(got) !== canonicalJson(expected))
      return { identical: false, rollout, position, expected, got };
  }
  return null;
}

/** The event as it follows from what else is known. */
async function againOf(
  rollout: string,
  { event, at }: Recorded,
  before: readonly Recorded[],
  runtime: Runtime,
): Promise<RolloutEvent> {
  switch (event.type) {
    case 'rollout.delegated':
      return delegatedBy(rollout, event, runtime);
    case 'rollout.returned':
      return returnedOf(event, at, runtime);
    case 'candidate.chosen':
      return chosenOf(event, before);
    case 'rollout.completed': {
      const last = before.findLast((each) => isOutermost(each.event))?.event as OutermostEnd | undefined;
      return event.status === 'failed' || last?.state == null
        ? event
        : completedBy(last.state, event, stateOf(before).workspace!.base);
    }
    default:
      return event;
  }
}

type OutermostEnd = EventOf<'agent.completed'>;

function isOutermost(event: RolloutEvent): event is OutermostEnd {
  return event.type === 'agent.completed' && !event.path.includes('/');
}

/** Where crosscheck chose, it is asked again what it makes of the evidence. */
async function chosenOf(
  event: EventOf<'candidate.chosen'>,
  before: readonly Recorded[],
): Promise<EventOf<'candidate.chosen'>> {
  const { path } = event;
  const { selections, values } = stateOf(before).composition;
  const record = selections.get(path);
  const suspect = (candidate: number) => values.get(`${path}/suspect-${candidate}`);
  const choice = record === undefined ? null : await choiceOf(record, suspect);
  if (choice === null) return event;
  const ranking = choice.ranking.map((each) => ({ ...each, agrees: [...each.agrees] }));
  return { ...event, ...choice, ranking, reasons: [...choice.reasons] };
}

function delegatedBy(
  rollout: string,
  event: EventOf<'rollout.delegated'>,
  runtime: Runtime,
): EventOf<'rollout.delegated'> {
  if (!isBegun(event.rollout, runtime)) return event;
  const own = readRollout(runtime.store, event.rollout).find((each) => each.rollout === event.rollout)!.event;
  const within = own.type === 'rollout.started' || own.type === 'rollout.forked' ? own.within : undefined;
  return within?.rollout === rollout ? { ...event, path: within.path } : { ...event, rollout: 'another' };
}

/** As its journal had it then; whoever took it up again afterwards has added to it. What it cannot know stays: why it was stopped. */
function returnedOf(
  event: EventOf<'rollout.returned'>,
  at: number,
  { store }: Runtime,
): EventOf<'rollout.returned'> {
  const all = readRollout(store, event.rollout);
  const later = all.findIndex((each) => each.event.type === 'rollout.resumed' && each.at > at);
  const state = stateOf(later === -1 ? all : all.slice(0, later));
  const { work, patch = event.patch, ...end } = endOf(state, event.rollout, { limit: null });
  const told = state.completed === null ? event.work : { ...work, reason: reasonOf(event, work.reason) };
  const snapshot = state.workspace?.snapshot ?? event.snapshot;
  return { ...event, ...end, work: told, patch, snapshot };
}

/** Of a bug the exception is told, and its rollout says that it was one. */
function reasonOf({ work }: EventOf<'rollout.returned'>, reason: string): string {
  return work.status === 'failed' ? work.reason : reason;
}

function completedBy(
  state: AgentStateData,
  event: EventOf<'rollout.completed'>,
  base: string,
): EventOf<'rollout.completed'> {
  return { ...event, ...endingOf(state, { verified: event.verified, base }), snapshot: state.snapshot };
}

function isBegun(rollout: string, { store }: Runtime): boolean {
  return readRollout(store, rollout).some((each) => each.rollout === rollout);
}

/** Runs its own checks again, on the files they were run on. */
async function checked(
  rollout: string,
  events: readonly Recorded[],
  { home }: Runtime,
): Promise<Found | null> {
  const { task, config } = stateOf(events.slice(0, 1));
  const where = { repo: task.repo, home, id: `replay-${rollout}`, network: config.network };
  let workspace: Workspace | null = null;
  try {
    for (const [position, { event }] of events.entries()) {
      if (event.type !== 'check.completed') continue;
      const { snapshot } = event;
      const sandbox = config.sandbox as SandboxKind;
      if (workspace === null) workspace = await reopenWorkspace({ ...where, sandbox, snapshot });
      else await workspace.restore(snapshot);
      const check = config.checks.find(({ name }) => name === event.check)!;
      const { outcome } = await runCheck(workspace, check, {
        secondsLeft: check.timeoutSeconds,
        signal: new AbortController().signal,
        onOutput: () => {},
      });
      const got: RolloutEvent = { ...event, outcome };
      if (comparable(got) !== comparable(event))
        return { identical: false, rollout, position, expected: event, got };
    }
    return null;
  } finally {
    await workspace?.dispose();
  }
}
