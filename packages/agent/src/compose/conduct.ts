import { type CheckSpec, digestOf, type Journal } from '@heddle/core';
import type { Model } from '@heddle/models';
import { type openWorkspace, reopenWorkspace, type SandboxKind, type Workspace } from '@heddle/workspace';
import { endBy, pause, type Session } from '../loop.ts';
import type { ServerPool } from '../mcp/pool.ts';
import type { RealHands } from '../real-hands.ts';
import { readRollout } from '../result.ts';
import type { RolloutResult, Runtime } from '../rollout.ts';
import { toolSpecs } from '../tools/registry.ts';
import { recordRun } from '../versions/record-run.ts';
import { comparedResult } from '../versions/same-setup.ts';
import type { Agent, AgentState } from './agent.ts';
import type { Nursery } from './child.ts';
import { Conductor } from './conductor.ts';
import { Stopped, Unreachable } from './endings.ts';
import { groundOf } from './ground.ts';
import type { MemoryOf, OpenModel, Settings } from './run.ts';
import { toolsFor } from './settings-tools.ts';

export interface Conducting {
  readonly id: string;
  readonly agent: Agent;
  readonly openModel: OpenModel;
  readonly memoryOf?: MemoryOf | undefined;
  readonly model: Model;
  readonly journal: Journal;
  readonly session: HandedSession;
  readonly runtime: Runtime;
  readonly servers: ServerPool | null;
  /** How the rollout's own workspace was opened. */
  readonly where: Parameters<typeof openWorkspace>[0];
}

type HandedSession = Session & { readonly hands: RealHands };

/** Runs an agent made of agents from wherever its journal stands, and gives the rollout its named end. */
export async function conduct(conducting: Conducting): Promise<RolloutResult> {
  const { id, journal, session, runtime, agent, model } = conducting;
  const record = recordRun(agent.op, id, await withLoopTools(conducting), model, runtime.store);
  try {
    await play(conducting);
  } catch (error) {
    if (error instanceof Unreachable) await pause(session, 'model-unreachable', withHint(error));
    else if (session.signal.aborted) await pause(session, 'interrupted', 'stopped by the user');
    else if (error instanceof Stopped) await pause(session, 'interrupted', error.message);
    else {
      await endBy(session, error);
      throw error;
    }
  } finally {
    record();
    await session.hands.dispose().finally(() => journal.release());
  }
  return comparedResult(runtime.store, id, session.state);
}

/** Its own session has no tools: its loops have. One that cannot be loaded is told of by the loop that needs it. */
async function withLoopTools({ session: { state }, model, servers }: Conducting) {
  const foreign = state.config.foreignTools ?? [];
  const loaded = await toolsFor(state.config.tools, model, { foreign, servers }).catch(() => null);
  const tools = loaded === null ? [] : toolSpecs(loaded.tools);
  return { state, tools, toolsDigest: digestOf(JSON.stringify(tools)) };
}

function withHint({ message, hint }: Unreachable): string {
  return [message, hint].filter(Boolean).join('; ');
}

/** Base checks, the agent, and the judgement of what it gives. */
async function play(conducting: Conducting): Promise<void> {
  const { id, session, runtime, agent, model, openModel, memoryOf, servers } = conducting;
  const { state, hands, emit, signal } = session;
  if (state.workspace === null) emit({ type: 'workspace.prepared', ...(await hands.prepare()) });
  for (const check of state.config.checks)
    if (state.checks.get(check.name)!.before === null) await runCheck(session, check);
  const ground = groundOf({ session, workspace: hands.workspace, runtime });
  const nursery: Nursery = {
    prepared: prepared(conducting),
    known: (check, snapshot) => ground.known(check, snapshot),
    openAt: openerOf(conducting),
  };
  const parts = { rollout: id, state, ground, nursery, runtime, openModel, memoryOf, servers, signal, emit };
  const settings: Settings = {
    model: model.id,
    seed: state.config.seed,
    tools: state.config.tools,
    steps: state.config.limits.steps,
  };
  const { base } = state.workspace!;
  const first: AgentState = { task: state.task.text, snapshot: base, work: null, value: null };
  await finish(session, await new Conductor(parts).run(agent, first, settings));
}

/** A workspace's way out is told of to one rollout: with hosts to reach each has its own. */
function openerOf({ session, runtime, where }: Conducting): Nursery['openAt'] {
  const { state, hands } = session;
  const sandbox = state.config.sandbox as SandboxKind;
  const { base } = state.workspace!;
  if ((runtime.guard?.allowHosts?.length ?? 0) === 0)
    return (_child, snapshot): Promise<Workspace> => hands.workspace.fork(snapshot);
  return (child, snapshot, { option }) =>
    reopenWorkspace({ ...where, id: child, sandbox, ...option, snapshot, base });
}

/** The checks on what it gives, and whether they verify it. */
async function finish(session: HandedSession, end: AgentState): Promise<void> {
  const { state, hands, emit, signal } = session;
  if (end.snapshot !== state.workspace!.snapshot) {
    await hands.workspace.restore(end.snapshot);
    emit({ type: 'workspace.restored', snapshot: end.snapshot });
  }
  for (const check of state.config.checks)
    if (state.checks.get(check.name)!.last!.snapshot !== end.snapshot) await runCheck(session, check);
  const { patch, verified, why } = await hands.judge(state);
  signal.throwIfAborted();
  emit({
    type: 'rollout.completed',
    ...endingOf(end, { verified, base: state.workspace!.base }),
    verified,
    why,
    patch,
    snapshot: end.snapshot,
  });
}

/** What an agent's last state makes of the whole, given what the checks say and the files it began with. */
export function endingOf(
  { work, snapshot }: Pick<AgentState, 'work' | 'snapshot'>,
  { verified, base }: { readonly verified: boolean; readonly base: string },
) {
  const { status, probability, reason } = work ?? (snapshot === base ? NO_WORK : BY_HAND);
  const handedIn = status === 'solved' || status === 'unverified';
  const ended = status === 'interrupted' ? 'limit' : status;
  return { status: handedIn ? (verified ? 'solved' : 'unverified') : ended, probability, reason } as const;
}

/** Of an agent that begins no rollout: it changed the files itself, or did not. */
const BY_HAND = { status: 'unverified', probability: null, reason: '' } as const;
const NO_WORK = {
  status: 'gave-up',
  probability: null,
  reason: 'no agent did anything to the files',
} as const;

async function runCheck({ state, hands, emit, signal }: Session, check: CheckSpec): Promise<void> {
  const { snapshot } = state.workspace!;
  const step = 0;
  emit({ type: 'check.started', step, check: check.name, snapshot });
  const end = await hands.check(check, state);
  signal.throwIfAborted();
  emit({ type: 'check.completed', step, check: check.name, ...end });
}

function prepared({ id, runtime }: Conducting): Nursery['prepared'] {
  for (const { event } of readRollout(runtime.store, id)) {
    if (event.type !== 'workspace.prepared') continue;
    const { type: _, ...rest } = event;
    return rest;
  }
  throw new Error('the workspace was not prepared');
}
