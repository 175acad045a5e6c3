import {
  DEFAULT_LIMITS,
  HEDDLE_VERSION,
  harmless,
  type RolloutState,
  readRollout,
  resultOfState,
  stateOf,
} from '@heddle/agent';
import {
  type EventOf,
  Journal,
  type RolloutConfig,
  type RolloutStatus,
  recordVersion,
  type VersionTree,
} from '@heddle/core';
import { inspectRepository, type NetworkRequest, SecretMask } from '@heddle/workspace';
import type { AttemptContext, AttemptEnd, AttemptJob } from '../../entrant.ts';
import type { InfraFault } from '../../verdict.ts';
import type { AcpEntry, CommandEntry } from './peer-entry.ts';
import { PeerLog } from './peer-log.ts';
import { openPlace, type PeerPlace, removeHome, sandboxFor, secretsOf } from './place.ts';
import type { Program } from './program.ts';
import { Watch } from './watch.ts';

/** A foreign program as it is known before it is started. */
export interface Peer {
  /** The entrant's. */
  readonly name: string;
  readonly model: string | null;
  readonly entry: AcpEntry | CommandEntry;
  readonly tree: VersionTree;
  /** Seconds without a word after which it is taken to hang, if its entry does not say; null: it may be silent. */
  readonly silence: number | null;
  /** Null: the box has it, or its shell finds it. Throws OperatorError `no-such-program`. */
  program(): Program | null;
  /** Runs it once, from its start to its end. What it does is told to `log`; never throws for what the program does. */
  drive(run: PeerRun): Promise<PeerEnd>;
}

export interface PeerRun {
  readonly job: AttemptJob;
  /** What is asked, with what is known of checks. */
  readonly task: string;
  readonly program: Program | null;
  readonly place: PeerPlace;
  readonly log: PeerLog;
  readonly watch: Watch;
  readonly values: Readonly<Record<string, string>>;
  /** It was at work before and did not come to its end; null: it begins. */
  readonly before: { readonly session: string | null } | null;
}

export type PeerEnd = Pick<EventOf<'peer.completed'>, 'end' | 'why' | 'exitCode'> & {
  readonly errors: string;
  readonly fault: InfraFault | null;
  /** As it says itself what it has done. */
  readonly summary?: string;
};

/** How often the files are looked at beside calls: of the work of a command line a crash costs no more than that. */
const LOOK_SECONDS = 10;

/**
 * One attempt of a foreign program, journaled from the first event to the last. One that a crash or a stop has broken off
 * goes on in its last snapshot; one that has ended is read from the journal.
 */
export async function attemptPeer(peer: Peer, job: AttemptJob, context: AttemptContext): Promise<AttemptEnd> {
  const { store } = context;
  const past = readRollout(store, job.rollout);
  const state = stateOf(past);
  if (state.completed !== null) return endOf(state, job, context);
  const program = peer.program();
  const mask = new SecretMask(secretsOf(peer.entry));
  const journal =
    past.length === 0 ? Journal.create(store, job.rollout) : Journal.reopen(store, job.rollout, past);
  const limits = { ...DEFAULT_LIMITS, ...job.limits };
  let watch: Watch | null = null;
  const log: PeerLog = new PeerLog({
    ...{ store, journal, state, mask },
    observer: harmless(context.observer),
    spent: () => watch?.spent(state),
    trouble: (error) => watch?.fail(error),
  });
  let place: PeerPlace | null = null;
  try {
    const sandbox = await sandboxFor(job);
    const { model = '' } = peer.entry;
    const values = { model, model_name: model.slice(model.indexOf('/') + 1), seed: String(job.seed) };
    const observer = harmless(context.observer);
    const onRequest = (request: NetworkRequest) => {
      observer.network(request);
      if (state.events > 0) log.asksNetwork(request);
    };
    const { workspace } = state;
    const from = workspace && { base: workspace.base, snapshot: workspace.snapshot };
    place = await openPlace(
      { job, context, entry: peer.entry, program, values, onRequest, ...(from && { from }) },
      sandbox,
    );
    const config: RolloutConfig = {
      ...{ model: peer.model ?? 'not known', seed: job.seed, limits, checks: [], checksFrom: 'none' },
      ...{ sandbox, network: job.network, tools: [], peer: peer.name },
    };
    if (past.length === 0) await begin(peer, job, config, log);
    else log.emit({ type: 'rollout.resumed', config });
    if (state.workspace === null) prepared(place, log);
    else log.emit({ type: 'workspace.restored', snapshot: state.workspace.snapshot });
    recordVersion(store, peer.tree, { at: Date.now(), rollout: job.rollout });
    log.interruptEarlier();
    watch = new Watch(state, peer.entry.silence ?? peer.silence, context.signal);
    const ended = state.peer.ended;
    // The process may have died between its program's end and that of the rollout.
    if (ended === null || ended.end === 'stopped') {
      const before = state.peer.started === null ? null : { session: state.peer.started.session };
      await play(peer, { job, task: taskFor(job), program, place, log, watch, values, before });
    }
    return await complete({ job, context, log, place });
  } finally {
    watch?.close();
    log.watch(null);
    await place?.workspace.dispose().finally(() => journal.release());
    if (place === null) journal.release();
    if (state.completed !== null) removeHome(context.home, job.rollout);
  }
}

async function begin(peer: Peer, job: AttemptJob, config: RolloutConfig, log: PeerLog): Promise<void> {
  const repository = await inspectRepository(job.repo);
  log.emit({
    type: 'rollout.started',
    task: { text: job.task, repo: repository.root, commit: repository.commit },
    agent: { name: peer.name, version: peer.tree.digest },
    config,
    heddle: HEDDLE_VERSION,
    tree: peer.tree.digest,
  });
}

function prepared({ workspace, base, notes }: PeerPlace, log: PeerLog): void {
  const { sandbox, root } = workspace;
  log.emit({ type: 'workspace.prepared', snapshot: base, sandbox, root, notes: [...notes] });
}

/** Runs the program once, to the event of its end. */
async function play(peer: Peer, run: PeerRun): Promise<void> {
  const { log, watch, place } = run;
  log.watch(place.workspace);
  const looking = setInterval(() => log.look(), LOOK_SECONDS * 1000);
  let end: PeerEnd;
  try {
    end = await peer.drive(run);
  } finally {
    clearInterval(looking);
    log.interrupt();
  }
  if (watch.trouble !== null) throw watch.trouble;
  await log.lookLast();
  const { cause } = watch;
  const why = cause?.why ?? end.why;
  const fault = cause === null && end.fault !== null ? { fault: end.fault } : {};
  log.emit({
    type: 'peer.completed',
    ...{ end: cause?.end ?? end.end, why, exitCode: end.exitCode, ...fault },
    errors: end.errors === '' ? null : log.put(end.errors),
  });
}

interface Completing {
  readonly job: AttemptJob;
  readonly context: AttemptContext;
  readonly log: PeerLog;
  readonly place: PeerPlace;
}

async function complete({ job, context, log, place }: Completing): Promise<AttemptEnd> {
  const { state } = log;
  const { snapshot } = state.workspace!;
  const text = await place.workspace.diff(place.base, snapshot);
  const patch = context.store.objects.put(text);
  const ended = state.peer.ended!;
  if (ended.end === 'stopped') {
    log.emit({ type: 'rollout.paused', reason: ended.why, code: 'interrupted', patch });
    context.signal.throwIfAborted();
  }
  log.emit({
    type: 'rollout.completed',
    ...{ status: statusOf(ended), verified: false, probability: null, reason: ended.why, why: '' },
    ...{ patch, snapshot },
  });
  return endOf(state, job, context);
}

/** Whether what it handed in is right, the grader says: of itself nothing is verified. */
function statusOf({ end, fault }: EventOf<'peer.completed'>): RolloutStatus {
  switch (end) {
    case 'finished':
      return 'unverified';
    case 'refused':
      return 'gave-up';
    case 'limit':
      return 'limit';
    case 'silent':
    case 'stopped':
      return 'failed';
    case 'exited':
    case 'failed':
      return fault?.class === 'provider' ? 'model-unreachable' : 'failed';
    default:
      return end satisfies never;
  }
}

function endOf(state: RolloutState, { rollout }: AttemptJob, { store }: AttemptContext): AttemptEnd {
  const { status, patch, probability, usage, costUsd, steps, seconds, reason } = resultOfState(
    store,
    rollout,
    state,
  );
  const infra = (state.peer.ended?.fault ?? null) as InfraFault | null;
  return {
    status: status === 'interrupted' ? 'failed' : status,
    ...{ patch, probability, usage, usd: costUsd, steps, seconds, reason, infra },
  };
}

/** Our own agents have their checks run for them; others are told what they are. */
function taskFor({ task, instance }: AttemptJob): string {
  if (instance.checks.length === 0) return task;
  const lines = instance.checks.map(({ command }) => `- ${command}`);
  return `${task.trimEnd()}\n\nThe work can be checked with:\n${lines.join('\n')}\n`;
}
