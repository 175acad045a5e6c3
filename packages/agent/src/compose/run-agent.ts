import { detect } from '@heddle/code';
import {
  type CheckSpec,
  Journal,
  type Limits,
  newRolloutId,
  OperatorError,
  type Recorded,
  type RolloutConfig,
  recordVersion,
  type Task,
  type VersionTree,
} from '@heddle/core';
import {
  chooseSandbox,
  inspectRepository,
  openWorkspace,
  reopenWorkspace,
  type SandboxKind,
  type Workspace,
} from '@heddle/workspace';
import { fileTree } from '../file-tree.ts';
import { NetworkLog } from '../guard/network-log.ts';
import { HEDDLE_VERSION } from '../heddle-version.ts';
import { knowledgeOf, shownFolders } from '../knowledge/knowledge.ts';
import { endBy, pause, type Session } from '../loop.ts';
import type { ServerPool } from '../mcp/pool.ts';
import { poolOf } from '../mcp/pool-of.ts';
import { splitTools } from '../mcp/server.ts';
import type { RealHands } from '../real-hands.ts';
import { readRollout, resultOfState, stateOf } from '../result.ts';
import { mayGoOn } from '../resume.ts';
import type { RolloutResult, Runtime, SolveOptions } from '../rollout.ts';
import { openSession } from '../session.ts';
import { DEFAULT_LIMITS } from '../solve.ts';
import { harmless } from '../tell-observer.ts';
import type { Agent, AgentState } from './agent.ts';
import type { Nursery } from './child.ts';
import { Conductor, Stopped, Unreachable } from './conductor.ts';
import { groundOf } from './ground.ts';
import type { OpenModel, Settings } from './run.ts';

const NEVER = new AbortController().signal;

export interface AgentRun {
  readonly agent: Agent;
  /** What makes the agent again when the rollout is resumed: a name, or a composition as data (`spec.ts`). */
  readonly spec: unknown;
  readonly openModel: OpenModel;
}

/**
 * One rollout of an agent made of agents. What its loops do is in rollouts of their own, which name this one; all of
 * it is under one ledger. Throws what `solve` throws.
 */
export async function runAgent(options: SolveOptions & AgentRun, runtime: Runtime): Promise<RolloutResult> {
  const id = newRolloutId();
  const { repo, sandbox = 'auto', network = false, model, agent } = options;
  const requests = new NetworkLog(runtime.guard, harmless(runtime.observer));
  const where = { repo, home: runtime.home, id, network, ...requests.option, ...shownFolders(runtime) };
  const repository = await inspectRepository(repo);
  const wanted = splitTools(options.tools ?? [], runtime.mcp ?? {});
  const servers = await poolOf(runtime.mcp, runtime.home);
  try {
    const kind = await chooseSandbox(sandbox);
    const opening = openWorkspace({ ...where, sandbox: kind });
    opening.catch(() => {}); // told below
    const [detected, offered] = await Promise.all([
      options.checks === undefined ? detect(repository.root) : { checks: options.checks, notes: [] },
      servers?.offered(wanted.servers, { signal: runtime.signal ?? NEVER }) ?? { tools: [], notes: [] },
    ]);
    const opened = await opening;
    const { checks } = detected;
    const config: RolloutConfig = {
      model: model.id,
      seed: options.seed ?? 0,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      checks: checks as CheckSpec[],
      checksFrom:
        checks.length === 0 ? 'none' : (options.checksFrom ?? (options.checks ? 'option' : 'detected')),
      sandbox: kind,
      network,
      tools: [...wanted.tools],
      ...(offered.tools.length === 0 ? {} : { foreignTools: [...offered.tools] }),
      contextTokens: model.contextTokens,
      ...(runtime.memory === undefined ? {} : { memory: runtime.memory.id }),
      ...(options.stuckCheck === undefined ? {} : { stuckCheck: options.stuckCheck }),
      agent: options.spec,
    };
    const { workspace, base } = opened;
    const notes = [...opened.notes, ...detected.notes, ...offered.notes];
    const prepare = async () => ({
      workspace,
      prepared: {
        snapshot: base,
        sandbox: kind,
        root: workspace.root,
        notes,
        tree: await fileTree(workspace),
        ...(await knowledgeOf(opened, runtime)),
      },
    });
    const journal = Journal.create(runtime.store, id);
    const session = openSession({
      runtime,
      journal,
      state: stateOf([]),
      tools: new Map(),
      model,
      requests,
      open: prepare,
    });
    const { version } = agent.op;
    const task: Task = { text: options.task, repo: repository.root, commit: repository.commit };
    const named = { name: version.name, version: version.digest };
    session.emit({ type: 'rollout.started', task, agent: named, config, heddle: HEDDLE_VERSION });
    keepVersions(agent, runtime);
    return await conduct({ ...options, id, journal, session, runtime, servers, where });
  } finally {
    await servers?.dispose();
  }
}

export interface ResumeAgentOptions extends AgentRun {
  readonly rollout: string;
  readonly model: SolveOptions['model'];
  readonly limits?: Partial<Limits>;
}

/**
 * Goes on with a rollout of an agent made of agents: what has ended is not done again, what was broken off is taken up.
 * Throws OperatorError `no-such-rollout`, `rollout-finished`, `rollout-running`.
 */
export async function resumeAgent(options: ResumeAgentOptions, runtime: Runtime): Promise<RolloutResult> {
  const { rollout, model, limits } = options;
  const events = readRollout(runtime.store, rollout);
  const state = stateOf(events);
  if (!mayGoOn(state, limits)) {
    throw new OperatorError(
      'rollout-finished',
      `rollout ${rollout} is finished (${state.completed!.status})`,
      {
        hint: `look at it with \`heddle show ${rollout}\``,
      },
    );
  }
  const { config, task } = state;
  const journal = Journal.reopen(runtime.store, rollout, events);
  const requests = new NetworkLog(runtime.guard, harmless(runtime.observer));
  const where = {
    repo: task.repo,
    home: runtime.home,
    id: rollout,
    network: config.network,
    ...requests.option,
    ...shownFolders(runtime),
  };
  const sandbox = config.sandbox as SandboxKind;
  const servers = await poolOf(config.foreignTools === undefined ? {} : runtime.mcp, runtime.home);
  try {
    const base = state.workspace?.base;
    const workspace =
      base === undefined ? undefined : await reopenWorkspace({ ...where, sandbox, snapshot: base, base });
    const session = openSession({
      runtime,
      journal,
      state,
      tools: new Map(),
      model,
      requests,
      ...(workspace === undefined ? {} : { workspace }),
      open: async () => {
        const opened = await openWorkspace({ ...where, sandbox });
        const { workspace: made } = opened;
        const tree = await fileTree(made);
        const knowledge = await knowledgeOf(opened, runtime);
        const { root } = made;
        return {
          workspace: made,
          prepared: { snapshot: opened.base, sandbox, root, notes: [...opened.notes], tree, ...knowledge },
        };
      },
    });
    const raised = { ...config.limits, ...limits };
    session.emit({ type: 'rollout.resumed', config: { ...config, model: model.id, limits: raised } });
    if (base !== undefined) session.emit({ type: 'workspace.restored', snapshot: base });
    return await conduct({ ...options, id: rollout, journal, session, runtime, servers, where });
  } finally {
    await servers?.dispose();
  }
}

interface Conducting extends AgentRun {
  readonly id: string;
  readonly journal: Journal;
  readonly session: Session & { readonly hands: RealHands };
  readonly runtime: Runtime;
  readonly servers: ServerPool | null;
  readonly model: SolveOptions['model'];
  readonly where: Parameters<typeof openWorkspace>[0];
}

async function conduct(conducting: Conducting): Promise<RolloutResult> {
  const { id, journal, session, runtime } = conducting;
  const { state } = session;
  try {
    await play(conducting);
  } catch (error) {
    if (error instanceof Unreachable) await pause(session, 'model-unreachable', error.message);
    else if (session.signal.aborted || error instanceof Stopped)
      await pause(session, 'interrupted', 'stopped by the user');
    else {
      await endBy(session, error);
      throw error;
    }
  } finally {
    await session.hands.dispose().finally(() => journal.release());
  }
  return resultOfState(runtime.store, id, state);
}

/** Base checks, the agent, and the judgement of what it gives. */
async function play(conducting: Conducting): Promise<void> {
  const { id, session, runtime, agent, model, openModel, servers, where } = conducting;
  const { state, hands, emit, signal } = session;
  if (state.workspace === null) emit({ type: 'workspace.prepared', ...(await hands.prepare()) });
  for (const check of state.config.checks)
    if (state.checks.get(check.name)!.before === null) await runCheck(session, check);
  const workspace = hands.workspace;
  const { base } = state.workspace!;
  const ground = groundOf({ session, workspace, runtime });
  const separate = (runtime.guard?.allowHosts?.length ?? 0) > 0;
  const nursery: Nursery = {
    prepared: prepared(readRollout(runtime.store, id)),
    known: (check, snapshot) => ground.known(check, snapshot),
    // A workspace's way out is told of to one rollout: with hosts to reach each has its own.
    openAt: (child, snapshot, requests): Promise<Workspace> =>
      separate
        ? reopenWorkspace({
            ...where,
            id: child,
            sandbox: state.config.sandbox as SandboxKind,
            ...requests.option,
            snapshot,
            base,
          })
        : workspace.fork(snapshot),
  };
  const parts = { rollout: id, state, ground, nursery, runtime, openModel, servers, signal, emit };
  const settings: Settings = {
    model: model.id,
    seed: state.config.seed,
    tools: state.config.tools,
    steps: state.config.limits.steps,
  };
  const first: AgentState = { task: state.task.text, snapshot: base, work: null, value: null };
  const end = await new Conductor(parts).run(agent, first, settings);
  await finish(session, end);
}

/** The checks on what it gives, and whether they verify it. */
async function finish(session: Session & { readonly hands: RealHands }, end: AgentState): Promise<void> {
  const { state, hands, emit, signal } = session;
  if (end.snapshot !== state.workspace!.snapshot) {
    await hands.workspace.restore(end.snapshot);
    emit({ type: 'workspace.restored', snapshot: end.snapshot });
  }
  for (const check of state.config.checks)
    if (state.checks.get(check.name)!.last!.snapshot !== end.snapshot) await runCheck(session, check);
  const { patch, verified, why } = await hands.judge(state);
  signal.throwIfAborted();
  const { status = 'gave-up', probability = null, reason = '' } = end.work ?? {};
  const handedIn = status === 'solved' || status === 'unverified';
  emit({
    type: 'rollout.completed',
    status: handedIn ? (verified ? 'solved' : 'unverified') : status === 'interrupted' ? 'limit' : status,
    verified,
    probability,
    reason,
    why,
    patch,
    snapshot: end.snapshot,
  });
}

async function runCheck({ state, hands, emit, signal }: Session, check: CheckSpec): Promise<void> {
  const { snapshot } = state.workspace!;
  const step = 0;
  emit({ type: 'check.started', step, check: check.name, snapshot });
  const end = await hands.check(check, state);
  signal.throwIfAborted();
  emit({ type: 'check.completed', step, check: check.name, ...end });
}

function prepared(events: readonly Recorded[]): Nursery['prepared'] {
  for (const { event } of events) {
    if (event.type !== 'workspace.prepared') continue;
    const { type: _, ...rest } = event;
    return rest;
  }
  throw new Error('the workspace was not prepared');
}

/** Whatever is in the way must not cost the rollout: the next one of this version tries again. */
function keepVersions({ op }: Agent, { store }: Runtime): void {
  const keep = (tree: VersionTree) => {
    for (const used of tree.uses) keep(used);
  };
  try {
    keep(op.version);
    recordVersion(store.objects, op.version, op);
  } catch {
    // See above.
  }
}
