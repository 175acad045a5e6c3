import { digestOf, type Journal, type Recorded, type RolloutEvent } from '@heddle/core';
import type { Model } from '@heddle/models';
import type { Workspace } from '@heddle/workspace';
import { Guard } from './guard/guard.ts';
import type { NetworkLog } from './guard/network-log.ts';
import { Hooks } from './hooks/hooks.ts';
import { LiveOutput } from './live-output.ts';
import type { Session } from './loop.ts';
import { RealHands, type RealHandsOptions } from './real-hands.ts';
import { readRollout } from './result.ts';
import type { Observer, Runtime } from './rollout.ts';
import type { RolloutState } from './state.ts';
import { harmless } from './tell-observer.ts';
import type { Tool } from './tool.ts';
import { TOOL_NAMES, toolSpecs } from './tools/registry.ts';

interface SessionParts {
  readonly runtime: Runtime;
  readonly journal: Journal;
  readonly state: RolloutState;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly model: Model;
  /** Told of by the workspace that `open` or `workspace` is. */
  readonly requests: NetworkLog;
  readonly open: RealHandsOptions['open'];
  readonly known?: RealHandsOptions['known'];
  /** Told to the model once the checks were reported. */
  readonly hints?: readonly string[];
  /** Already open: a resumed or forked rollout. */
  readonly workspace?: Workspace;
}

/** Told to whoever watches in this process, and laid down for others. */
function watched({ observer, home }: Runtime, rollout: string): Required<Observer> {
  const [here, elsewhere] = [harmless(observer), harmless(new LiveOutput(home, rollout))];
  return {
    ...here,
    event(recorded) {
      here.event(recorded);
      elsewhere.event(recorded);
    },
    output(chunk) {
      here.output(chunk);
      elsewhere.output(chunk);
    },
  };
}

const NEVER = new AbortController().signal;

/** A session that acts for real and writes to a journal. Dispose of the hands when it has run. */
export function openSession(parts: SessionParts): Session & { readonly hands: RealHands } {
  const { runtime, journal, state, tools, model } = parts;
  const observer = watched(runtime, journal.rollout);
  const signal = runtime.signal ?? NEVER;
  const { objects } = runtime.store;
  const specs = toolSpecs(tools);
  const guard = new Guard(runtime.guard);
  return {
    state,
    tools: specs,
    toolsDigest: digestOf(JSON.stringify(specs)),
    settles: (name) => tools.get(name)?.touches.settles === true,
    objects,
    signal,
    mask: (text) => guard.mask.text(text),
    heard: () => guard.inbox?.take(journal.rollout) ?? [],
    hints: [...(guard.hint === '' ? [] : [guard.hint]), ...(parts.hints ?? [])],
    hands: new RealHands(
      {
        model,
        ...(runtime.fallback === undefined ? {} : { fallback: runtime.fallback }),
        ...(runtime.rival === undefined ? {} : { rival: runtime.rival }),
        ...(runtime.comparator === undefined ? {} : { comparator: runtime.comparator }),
        ...(runtime.memory === undefined ? {} : { memory: runtime.memory }),
        ...(runtime.embedder === undefined ? {} : { embedder: runtime.embedder }),
        rollout: journal.rollout,
        objects,
        home: runtime.home,
        tools,
        observer,
        guard,
        ...(runtime.hooks?.length ? { hooks: new Hooks(runtime.hooks, TOOL_NAMES) } : {}),
        ...(runtime.answerer === undefined ? {} : { answerer: runtime.answerer }),
        requests: parts.requests,
        events: () => readRollout(runtime.store, journal.rollout),
        signal,
        open: parts.open,
        ...(parts.known === undefined ? {} : { known: parts.known }),
      },
      parts.workspace,
    ),
    emit(event: RolloutEvent): Recorded {
      const recorded = journal.append(guard.mask.value(event));
      state.apply(recorded);
      observer.event(recorded);
      return recorded;
    },
  };
}
