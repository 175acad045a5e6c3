import { detect } from '@heddle/code';
import {
  type CheckSpec,
  Journal,
  type Limits,
  newRolloutId,
  OperatorError,
  type RolloutConfig,
} from '@heddle/core';
import {
  chooseSandbox,
  inspectRepository,
  type OpenedWorkspace,
  openWorkspace,
  reopenWorkspace,
  type SandboxKind,
} from '@heddle/workspace';
import { fileTree } from '../file-tree.ts';
import { NetworkLog } from '../guard/network-log.ts';
import { HEDDLE_VERSION } from '../heddle-version.ts';
import { knowledgeOf, shownFolders } from '../knowledge/knowledge.ts';
import { poolOf } from '../mcp/pool-of.ts';
import { splitTools } from '../mcp/server.ts';
import { readRollout, stateOf } from '../result.ts';
import { mayGoOn } from '../resume.ts';
import type { RolloutResult, Runtime, SolveOptions } from '../rollout.ts';
import { openSession } from '../session.ts';
import { DEFAULT_LIMITS } from '../solve.ts';
import type { RolloutState } from '../state.ts';
import { harmless } from '../tell-observer.ts';
import type { Agent } from './agent.ts';
import { conduct } from './conduct.ts';
import { elsewhere } from './delegation.ts';
import type { MemoryOf, OpenModel } from './run.ts';

const NEVER = new AbortController().signal;

export interface AgentRun {
  readonly agent: Agent;
  /** What makes the agent again when the rollout is resumed: a name, or a composition as data (`spec.ts`). */
  readonly spec: unknown;
  readonly openModel: OpenModel;
  /** Default: the rollout's own, for all. */
  readonly memoryOf?: MemoryOf | undefined;
}

/**
 * One rollout of an agent made of agents. What its loops do is in rollouts of their own, which name this one; all of
 * it is under one ledger. Throws what `solve` throws.
 */
export async function runAgent(options: SolveOptions & AgentRun, runtime: Runtime): Promise<RolloutResult> {
  const id = options.id ?? newRolloutId();
  const { repo, sandbox = 'auto', network = false, model, agent } = options;
  const requests = new NetworkLog(runtime.guard, harmless(runtime.observer));
  const where = { repo, home: runtime.home, id, network, ...requests.option, ...shownFolders(runtime) };
  const repository = await inspectRepository(repo);
  const wanted = splitTools(options.tools ?? [], runtime.mcp ?? {});
  const servers = await poolOf(runtime.mcp, runtime.home);
  let opening: Promise<OpenedWorkspace> | undefined;
  try {
    const kind = await chooseSandbox(sandbox);
    opening = openWorkspace({ ...where, sandbox: kind });
    opening.catch(() => {}); // told below
    const [detected, offered] = await Promise.all([
      options.checks === undefined ? detect(repository.root) : { checks: options.checks, notes: [] },
      servers?.offered(wanted.servers, { signal: runtime.signal ?? NEVER }) ?? { tools: [], notes: [] },
    ]);
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
    const opened = await opening;
    const journal = Journal.create(runtime.store, id);
    const session = openSession({
      ...{ runtime, journal, model, requests },
      tools: new Map(),
      state: stateOf([]),
      open: () => preparedIn(opened, kind, runtime, [...detected.notes, ...offered.notes]),
    });
    const { version } = agent.op;
    session.emit({
      type: 'rollout.started',
      task: { text: options.task, repo: repository.root, commit: repository.commit },
      agent: { name: version.name, version: version.digest },
      config,
      heddle: HEDDLE_VERSION,
    });
    return await conduct({ ...options, id, journal, session, runtime, servers, where });
  } finally {
    await Promise.all([
      servers?.dispose(),
      opening?.then(({ workspace }) => workspace.dispose()).catch(() => {}),
    ]);
  }
}

export interface ResumeAgentOptions extends AgentRun {
  readonly rollout: string;
  readonly model: SolveOptions['model'];
  readonly limits?: Partial<Limits>;
}

/**
 * Goes on with a rollout of an agent made of agents: what has ended is not done again, what was broken off is taken up.
 * Throws OperatorError `no-such-rollout`, `rollout-finished`; `rollout-running`, of one of its parts too.
 */
export async function resumeAgent(options: ResumeAgentOptions, runtime: Runtime): Promise<RolloutResult> {
  const { rollout: id, model, limits } = options;
  const { store, home } = runtime;
  const events = readRollout(store, id);
  if (events.length === 0) {
    throw new OperatorError('no-such-rollout', `there is no rollout ${id}`, {
      hint: '`heddle list` shows those there are',
    });
  }
  const state = stateOf(events);
  if (!mayGoOn(state, limits)) {
    const { status } = state.completed!;
    throw new OperatorError('rollout-finished', `rollout ${id} is finished (${status})`, {
      hint: `look at it with \`heddle show ${id}\``,
    });
  }
  refusePartsElsewhere(id, state, runtime);
  const { config, task } = state;
  const requests = new NetworkLog(runtime.guard, harmless(runtime.observer));
  const sandbox = await chooseSandbox(config.sandbox as SandboxKind);
  const where = {
    ...{ repo: task.repo, home, id, network: config.network, sandbox },
    ...requests.option,
    ...shownFolders(runtime),
  };
  const journal = Journal.reopen(store, id, events);
  const servers = await poolOf(config.foreignTools === undefined ? {} : runtime.mcp, home);
  try {
    const base = state.workspace?.base;
    const session = openSession({
      ...{ runtime, journal, model, requests, state },
      tools: new Map(),
      open: async () => preparedIn(await openWorkspace(where), sandbox, runtime),
      ...(base === undefined ? {} : { workspace: await reopenWorkspace({ ...where, snapshot: base, base }) }),
    });
    const raised = { ...config.limits, ...limits };
    session.emit({ type: 'rollout.resumed', config: { ...config, model: model.id, limits: raised } });
    if (base !== undefined) session.emit({ type: 'workspace.restored', snapshot: base });
    return await conduct({ ...options, id, journal, session, runtime, servers, where });
  } finally {
    journal.release();
    await servers?.dispose();
  }
}

/** Before anything is written: whoever runs a part by itself is to end first. */
function refusePartsElsewhere(id: string, { composition }: RolloutState, { store }: Runtime): void {
  for (const [path, { begun, open }] of composition.delegated) {
    if (!open || !store.isRunning(begun.rollout)) continue;
    throw new OperatorError(
      'rollout-running',
      `rollout ${id} cannot go on: ${elsewhere(begun.rollout, path)}`,
      {
        hint: 'wait for its end, or stop it with Ctrl-C there; then resume this one',
      },
    );
  }
}

async function preparedIn(
  opened: OpenedWorkspace,
  sandbox: SandboxKind,
  runtime: Runtime,
  notes: readonly string[] = [],
) {
  const { workspace, base } = opened;
  const prepared = {
    snapshot: base,
    sandbox,
    root: workspace.root,
    notes: [...opened.notes, ...notes],
    tree: await fileTree(workspace),
    ...(await knowledgeOf(opened, runtime)),
  };
  return { workspace, prepared };
}
