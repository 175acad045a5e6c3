import { detect } from '@heddle/code';
import {
  type CheckSpec,
  type EventOf,
  Journal,
  type Limits,
  newRolloutId,
  type RolloutConfig,
} from '@heddle/core';
import { chooseSandbox, inspectRepository, type OpenedWorkspace, openWorkspace } from '@heddle/workspace';
import { fileTree } from './file-tree.ts';
import { NetworkLog } from './guard/network-log.ts';
import { HEDDLE_VERSION } from './heddle-version.ts';
import { knowledgeOf, shownFolders } from './knowledge/knowledge.ts';
import type { ServerPool } from './mcp/pool.ts';
import { poolOf } from './mcp/pool-of.ts';
import { splitTools } from './mcp/server.ts';
import { stateOf } from './result.ts';
import type { RolloutResult, Runtime, SolveOptions } from './rollout.ts';
import { openSession } from './session.ts';
import { solo } from './solo.ts';
import { harmless } from './tell-observer.ts';
import { toolsOf } from './tools/of-rollout.ts';
import { defaultToolsOf, loadTools } from './tools/registry.ts';
import { recordRun } from './versions/record-run.ts';
import { comparedResult } from './versions/same-setup.ts';

const NEVER = new AbortController().signal;

/** On by default, so that nothing runs away; each can be raised. */
export const DEFAULT_LIMITS: Limits = { steps: 150, usd: 5, tokens: 20_000_000, seconds: 3_600 };

/**
 * One rollout of the solo agent at one task, from an isolated copy of the repository to a judged patch.
 * Throws OperatorError before a rollout exists (no repository, no sandbox…); after that every ending is a result.
 */
export async function solve(options: SolveOptions, runtime: Runtime): Promise<RolloutResult> {
  const id = options.id ?? newRolloutId();
  const { repo, sandbox = 'auto', network = false } = options;
  // Opening takes longest and mostly waits for other processes, so it goes on beside everything else.
  const requests = new NetworkLog(runtime.guard, harmless(runtime.observer));
  const opening = openWorkspace({
    repo,
    home: runtime.home,
    id,
    sandbox,
    network,
    ...requests.option,
    ...shownFolders(runtime),
  });
  opening.catch(() => {}); // told to whoever awaits it; until then nobody need listen
  // While git and the sandbox are on their way in processes of their own.
  options.model.warm?.();
  const servers = await poolOf(runtime.mcp, runtime.home);
  const close = async () => {
    const ended = servers?.dispose();
    await opening.then(
      ({ workspace }) => workspace.dispose(),
      () => {}, // whoever awaited it has been told
    );
    await ended;
  };
  let made: Made;
  try {
    made = await makeRollout({ id, opening, requests, servers }, options, runtime);
  } catch (error) {
    await close();
    throw error;
  }
  const { journal, session, begin } = made;
  const record = recordRun(solo.op, id, session, options.model, runtime.store);
  try {
    session.emit(begin);
    await solo(session);
  } finally {
    record();
    // What they hold ends with the workspace at the latest; here it may say goodbye and write its caches.
    await session.hands.forgetHandles().catch(() => {});
    // Who takes the rollout up next opens a workspace in the place of this one, which must be gone by then.
    await close().finally(() => journal.release());
  }
  return comparedResult(runtime.store, id, session.state);
}

interface Made {
  readonly journal: Journal;
  readonly session: ReturnType<typeof openSession>;
  readonly begin: EventOf<'rollout.started'>;
}

interface Opening {
  readonly id: string;
  readonly opening: Promise<OpenedWorkspace>;
  readonly requests: NetworkLog;
  readonly servers: ServerPool | null;
}

async function makeRollout(
  { id, opening, requests, servers }: Opening,
  options: SolveOptions,
  runtime: Runtime,
): Promise<Made> {
  const { model, network = false } = options;
  const { version } = solo.op;
  const wanted = splitTools(options.tools ?? [], runtime.mcp ?? {});
  const toolNames = [...new Set([...defaultToolsOf(model.id), ...(model.tools ?? []), ...wanted.tools])];
  const repository = await inspectRepository(options.repo);
  const [detected, offered, sandbox] = await Promise.all([
    options.checks === undefined ? detect(repository.root) : { checks: options.checks, notes: [] },
    servers?.offered(wanted.servers, { signal: runtime.signal ?? NEVER }) ?? { tools: [], notes: [] },
    chooseSandbox(options.sandbox ?? 'auto'),
    loadTools(toolNames), // refuses a wrong name before servers are waited for
  ]);
  const { checks } = detected;
  const config: RolloutConfig = {
    model: model.id,
    seed: options.seed ?? 0,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    checks: checks as CheckSpec[],
    checksFrom:
      checks.length === 0 ? 'none' : (options.checksFrom ?? (options.checks ? 'option' : 'detected')),
    sandbox,
    network,
    tools: toolNames,
    ...(offered.tools.length === 0 ? {} : { foreignTools: [...offered.tools] }),
    contextTokens: model.contextTokens,
    ...(runtime.memory === undefined ? {} : { memory: runtime.memory.id }),
    ...(options.stuckCheck === undefined ? {} : { stuckCheck: options.stuckCheck }),
  };
  const tools = await toolsOf(config, servers);
  const journal = Journal.create(runtime.store, id);
  const session = openSession({
    runtime,
    journal,
    state: stateOf([]),
    tools,
    model,
    requests,
    open: async () => {
      const opened = await opening;
      const { workspace, base, notes } = opened;
      return {
        workspace,
        prepared: {
          snapshot: base,
          sandbox,
          root: workspace.root,
          notes: [...notes, ...detected.notes, ...offered.notes],
          tree: await fileTree(workspace),
          ...(await knowledgeOf(opened, runtime)),
        },
      };
    },
  });
  const begin: EventOf<'rollout.started'> = {
    type: 'rollout.started',
    task: { text: options.task, repo: repository.root, commit: repository.commit },
    agent: { name: version.name, version: version.digest },
    config,
    heddle: HEDDLE_VERSION,
  };
  return { journal, session, begin };
}
