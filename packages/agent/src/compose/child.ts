import {
  type EventOf,
  Journal,
  type Limits,
  type Recorded,
  type RolloutConfig,
  type Task,
  type Within,
} from '@heddle/core';
import type { Model } from '@heddle/models';
import type { Workspace } from '@heddle/workspace';
import { fileTree } from '../file-tree.ts';
import { NetworkLog } from '../guard/network-log.ts';
import { HEDDLE_VERSION } from '../heddle-version.ts';
import type { RealHandsOptions } from '../real-hands.ts';
import { readRollout, resultOfState, stateOf } from '../result.ts';
import { forkRollout, mayGoOn, type Place, resume } from '../resume.ts';
import type { RolloutResult, Runtime } from '../rollout.ts';
import { openSession } from '../session.ts';
import { solo } from '../solo.ts';
import { harmless } from '../tell-observer.ts';
import type { Tool } from '../tool.ts';
import { recordRun } from '../versions/record-run.ts';

/** A rollout of the loop on behalf of an agent. */
export interface Child {
  readonly id: string;
  readonly within: Within;
  readonly task: Task;
  readonly agent: { readonly name: string; readonly version: string };
  readonly model: Model;
  readonly config: RolloutConfig;
  readonly tools: ReadonlyMap<string, Tool>;
  /** The files it begins with; what it hands in is a patch against them. */
  readonly snapshot: string;
  readonly hints: readonly string[];
  /** It had ended at a limit of those that are now higher. */
  readonly raised: boolean;
  /** Late fork. */
  readonly from?: { readonly rollout: string; readonly step: number };
}

/** What it takes over from the rollout it is part of. */
export interface Nursery {
  readonly prepared: Omit<EventOf<'workspace.prepared'>, 'type'>;
  /** A workspace for it alone, with these files. */
  openAt(child: string, snapshot: string, requests: NetworkLog): Promise<Workspace>;
  readonly known: NonNullable<RealHandsOptions['known']>;
}

/**
 * Runs it to its end, from wherever its journal stands: not begun, broken off, or ended before anyone was told. Its
 * limits are what is left to whoever asked for it.
 */
export async function runChild(child: Child, nursery: Nursery, runtime: Runtime): Promise<RolloutResult> {
  const events = readRollout(runtime.store, child.id);
  const begun = events.some(({ rollout }) => rollout === child.id);
  if (!begun)
    return child.from === undefined ? begin(child, nursery, runtime) : fork(child, nursery, runtime);
  const state = stateOf(events);
  const limits = withSpent(child.config.limits, state.ledger.spent);
  if (!mayGoOn(state, child.raised ? limits : undefined))
    return resultOfState(runtime.store, child.id, state);
  const { model } = child;
  return resume({ rollout: child.id, model, limits }, runtime, placeOf(child, nursery, runtime, events));
}

async function begin(child: Child, nursery: Nursery, runtime: Runtime): Promise<RolloutResult> {
  const { id, model, task, agent, config, within, tools } = child;
  const place = placeOf(child, nursery, runtime);
  const journal = Journal.create(runtime.store, id);
  const session = openSession({ runtime, journal, state: stateOf([]), model, ...place, tools });
  const record = recordRun(solo.op, id, session, model, runtime.store);
  try {
    session.emit({ type: 'rollout.started', task, agent, config, heddle: HEDDLE_VERSION, within });
    await solo(session);
  } finally {
    record();
    await session.hands.dispose().finally(() => journal.release());
  }
  return resultOfState(runtime.store, id, session.state);
}

function fork(child: Child, nursery: Nursery, runtime: Runtime): Promise<RolloutResult> {
  const { id, model, config, within, from } = child;
  const { limits, seed } = config;
  return forkRollout(
    { ...from!, id, within, model, limits, seed },
    runtime,
    placeOf(child, nursery, runtime),
  );
}

/** A fork of the whole's workspace. What has been told to the model is not told again. */
function placeOf(child: Child, nursery: Nursery, runtime: Runtime, past: readonly Recorded[] = []): Place {
  const { id, snapshot, tools, hints } = child;
  const { prepared } = nursery;
  const told = new Set(past.flatMap(({ event }) => (event.type === 'note.added' ? [event.text] : [])));
  const requests = new NetworkLog(runtime.guard, harmless(runtime.observer));
  const openAt = (at: string) => nursery.openAt(id, at, requests);
  return {
    requests,
    tools,
    hints: hints.filter((hint) => !told.has(hint)),
    known: nursery.known,
    at: ({ snapshot: last }) => openAt(last),
    open: async () => {
      const workspace = await openAt(snapshot);
      const tree = snapshot === prepared.snapshot ? prepared.tree : await fileTree(workspace);
      const { root } = workspace;
      return {
        workspace,
        prepared: { ...prepared, snapshot, root, ...(tree === undefined ? {} : { tree }) },
      };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** A rollout that goes on has what is left beside what it had spent. */
function withSpent(left: Limits, spent: Limits): Limits {
  return {
    steps: left.steps,
    usd: left.usd + spent.usd,
    tokens: left.tokens + spent.tokens,
    seconds: left.seconds + spent.seconds,
  };
}
