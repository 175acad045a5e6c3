import {
  digestOf,
  type EventOf,
  newRolloutId,
  OperatorError,
  type Recorded,
  type RolloutConfig,
  type RolloutEvent,
} from '@heddle/core';
import { ModelError, type ModelErrorCode } from '@heddle/models';
import { chooseSandbox, reopenWorkspace, type SandboxKind, type Workspace } from '@heddle/workspace';
import { replayWhole } from './compose/replay-whole.ts';
import type { OnConsulted } from './consult.ts';
import { Guard, guardDetailsOf } from './guard/guard.ts';
import type { Hands } from './hands.ts';
import { hookRecordsOf } from './hooks/hook.ts';
import { run, type Session, Unplayable } from './loop.ts';
import type { Fold } from './memory/fold.ts';
import { refusePeer } from './peer/refuse-peer.ts';
import { RealHands } from './real-hands.ts';
import { comparable } from './replay-compare.ts';
import { readRollout, stateOf } from './result.ts';
import type { Runtime } from './rollout.ts';
import { harmless } from './tell-observer.ts';
import type { Tool } from './tool.ts';
import { toolsOf } from './tools/of-rollout.ts';
import { toolSpecs } from './tools/registry.ts';

export interface ReplayOptions {
  readonly rollout: string;
  /**
   * True: actions and checks run again in a fresh workspace, and must do the same to the files (timings in their
   * output may differ). False: their results come from the journal too, and every event must be equal to the byte.
   */
  readonly execute: boolean;
}

export type ReplayResult =
  | { readonly identical: true; readonly events: number; readonly patch: string }
  | {
      readonly identical: false;
      /** Whose journal it is: the rollout's, or that of one that worked for it. */
      readonly rollout: string;
      readonly position: number;
      readonly expected: RolloutEvent | null;
      readonly got: RolloutEvent;
    };

/**
 * Runs a rollout again with its journal in the model's place: no model is asked, nothing is written.
 * Stops at the first event that differs. Of a rollout whose agent is made of agents, see `replayWhole`.
 */
export async function replay({ rollout, execute }: ReplayOptions, runtime: Runtime): Promise<ReplayResult> {
  const events = readRollout(runtime.store, rollout);
  if (events.length === 0) {
    throw new OperatorError('no-such-rollout', `there is no rollout ${rollout}`, {
      hint: '`heddle list` shows those there are',
    });
  }
  refusePeer(rollout, stateOf(events).config);
  const observer = harmless(runtime.observer);
  if (stateOf(events).config.agent !== undefined)
    return replayWhole({ rollout, execute }, { ...runtime, observer }, replay);
  const tape = new Tape(events);
  const tools = await toolsOf(stateOf(events).config, null);
  let kit = await kitOf(stateOf(events.slice(0, 1)).config);
  const state = stateOf([]);
  const real = execute ? executingHands(tape, events, tools, { ...runtime, observer }) : null;
  const hands = real?.hands ?? tapeHands(tape);
  const stopped = new AbortController();
  const session: Session = {
    state,
    hands,
    get tools() {
      return kit.specs;
    },
    get toolsDigest() {
      return kit.digest;
    },
    settles: (name) => tools.get(name)?.touches.settles === true,
    objects: runtime.store.objects,
    signal: stopped.signal,
    mask: (text) => text, // masked when it was recorded
    emit: (event) => {
      const recorded = tape.take(event);
      state.apply(recorded);
      observer.event(recorded);
      return recorded;
    },
  };
  try {
    for (;;) {
      for (const recorded of tape.takeExternal()) {
        state.apply(recorded);
        observer.event(recorded);
        if ('config' in recorded.event) kit = await kitOf(recorded.event.config);
        if (recorded.event.type === 'workspace.restored') await real?.restore(recorded.event.snapshot);
      }
      if (tape.done) break;
      try {
        await run(session);
        if (!tape.done && !tape.atExternal)
          throw new Difference(tape.position, tape.peek(), { type: 'rollout.resumed', config: state.config });
      } catch (error) {
        if (!(error instanceof Interruption)) throw error;
      }
    }
    const { completed, paused } = state;
    const patch = completed?.patch ?? paused?.patch;
    return {
      identical: true,
      events: events.length,
      patch: patch === undefined ? '' : Buffer.from(runtime.store.objects.get(patch)).toString('utf8'),
    };
  } catch (error) {
    if (!(error instanceof Difference)) throw error;
    const { position, expected, got } = error;
    return { identical: false, rollout, position, expected, got };
  } finally {
    await real?.dispose();
  }
}

/** The tools as a model was told of them; another model may have brought more. */
async function kitOf(config: RolloutConfig) {
  const specs = toolSpecs(await toolsOf(config, null));
  return { specs, digest: digestOf(JSON.stringify(specs)) };
}

/** The journal ends or was broken off where the loop went on: the process died here. */
class Interruption extends Unplayable {}

class Difference extends Unplayable {
  readonly position: number;
  readonly expected: RolloutEvent | null;
  readonly got: RolloutEvent;

  constructor(position: number, expected: RolloutEvent | null, got: RolloutEvent) {
    super(`event ${position} differs`);
    this.position = position;
    this.expected = expected;
    this.got = got;
  }
}

/** A recorded journal, read in order. */
class Tape {
  position = 0;
  readonly #events: readonly Recorded[];

  constructor(events: readonly Recorded[]) {
    this.#events = events;
  }

  get done(): boolean {
    return this.position >= this.#events.length;
  }

  get atExternal(): boolean {
    return !this.done && isExternal(this.#events[this.position]!.event);
  }

  peek(): RolloutEvent | null {
    return this.#events[this.position]?.event ?? null;
  }

  /** The loop made this event: it must be the recorded one, which then stands for it. */
  take(event: RolloutEvent): Recorded {
    const recorded = this.#events[this.position];
    if (recorded === undefined || isExternal(recorded.event)) throw new Interruption();
    if (comparable(recorded.event) !== comparable(event))
      throw new Difference(this.position, recorded.event, event);
    this.position += 1;
    return recorded;
  }

  /** What happened to the rollout from outside: not the loop's doing, so taken as given. */
  *takeExternal(): Iterable<Recorded> {
    while (this.atExternal) yield this.#events[this.position++]!;
  }

  /** How the action that is about to run ended; null: it was interrupted. */
  endOfAction(call: string): EventOf<'action.completed'> | null {
    for (const { event } of this.#events.slice(this.position)) {
      if (isExternal(event)) return null;
      if (event.type === 'action.completed' && event.call === call) return event;
    }
    return null;
  }

  /** The recorded end of what the loop is about to do. */
  end<T extends RolloutEvent['type']>(type: T): Extract<RolloutEvent, { type: T }> {
    const event = this.peek();
    if (event === null || isExternal(event)) throw new Interruption();
    if (event.type !== type) throw new Difference(this.position, event, { type } as RolloutEvent);
    return event as Extract<RolloutEvent, { type: T }>;
  }
}

function isExternal(event: RolloutEvent): boolean {
  switch (event.type) {
    case 'rollout.started':
    case 'rollout.forked':
    case 'rollout.resumed':
    case 'rollout.paused':
    case 'workspace.restored':
      return true;
    case 'note.added':
      return event.from === 'user' || event.about === 'hint';
    case 'action.completed':
      return event.outcome === 'interrupted';
    case 'rollout.completed':
      return event.status === 'failed';
    default:
      return false;
  }
}

function isNested(event: RolloutEvent | null, parent: string): event is EventOf<'action.started'> {
  return event?.type === 'action.started' && event.parent === parent;
}

/** What was spent on other models is spent again, unasked. */
function takeConsulted(tape: Tape, told: OnConsulted | undefined): void {
  for (let event = tape.peek(); event?.type === 'model.consulted'; event = tape.peek()) {
    const { step: _, ...consulted } = without(event);
    told?.(consulted);
  }
}

function foldOf({ text, by, why }: EventOf<'memory.folded'>): Fold {
  return { text, by, ...(why === undefined ? {} : { why }) };
}

function tapeHands(tape: Tape): Hands {
  return {
    prepare: async () => without(tape.end('workspace.prepared')),
    check: async () => without(tape.end('check.completed')),
    async view() {
      const { step: _, view: __, ...end } = without(tape.end('view.refreshed'));
      return end;
    },
    async fold(_cut, _state, onConsulted) {
      takeConsulted(tape, onConsulted);
      return foldOf(tape.end('memory.folded'));
    },
    async act(call, _state, inside) {
      takeConsulted(tape, inside?.consulted);
      for (let event = tape.peek(); isNested(event, call.id); event = tape.peek())
        await inside!.nested!(event.tool, event.input);
      return without(tape.end('action.completed'));
    },
    async ask(_request, _state, { retried, consulted, compared }) {
      for (let event = tape.peek(); event?.type === 'model.retried'; event = tape.peek())
        retried(without(event));
      takeConsulted(tape, consulted);
      for (let event = tape.peek(); event?.type === 'edit.compared'; event = tape.peek()) {
        const { step: _, ...told } = without(event);
        compared(told);
      }
      const event = tape.peek();
      if (event?.type === 'model.failed') {
        const { code, message, spent } = event;
        throw Object.assign(new ModelError(code as ModelErrorCode, message), { spent });
      }
      return without(tape.end('model.completed'));
    },
    judge: async () => without(tape.end('rollout.completed')),
    patch: async () => tape.end('rollout.completed').patch,
  };
}

/** Tools whose answers come from people, or from models that no replay asks. */
const AS_RECORDED: ReadonlySet<string> = new Set(['ask', 'recall']);

/** Hands that act for real, except that the model's answers, and where the process died, come from the tape. */
function executingHands(
  tape: Tape,
  events: readonly Recorded[],
  tools: ReadonlyMap<string, Tool>,
  { store, home, observer }: Runtime,
): { hands: Hands; restore(snapshot: string): Promise<void>; dispose(): Promise<void> } {
  const { task, config } = stateOf(events.slice(0, 1));
  const recorded = tapeHands(tape);
  let workspace: Workspace | null = null;
  const real = new RealHands({
    model: null,
    rollout: events.at(-1)!.rollout,
    objects: store.objects,
    home,
    tools,
    observer: observer ?? {},
    events: () => events.slice(0, tape.position),
    // What was decided is in the journal; nobody is asked again.
    guard: new Guard(),
    signal: new AbortController().signal,
    async open() {
      const prepared = without(tape.end('workspace.prepared'));
      const sandbox = await chooseSandbox(config.sandbox as SandboxKind);
      const id = `replay-${newRolloutId()}`;
      const where = { repo: task.repo, home, id, sandbox, network: config.network };
      const opened = await reopenWorkspace({ ...where, snapshot: prepared.snapshot });
      workspace = opened;
      return { workspace: opened, prepared };
    },
  });
  // Hooks are the run's and not the rollout's: what they had a hand in is taken as it was, its files too.
  const hooked: Hands['act'] = async (call, state, inside) => {
    const before = state.files;
    const end = await recorded.act(call, state, inside);
    if (end.snapshot !== before) await workspace?.restore(end.snapshot);
    return end;
  };
  const hands: Hands = {
    ask: recorded.ask,
    prepare: () => real.prepare(),
    check: async (check, state) => {
      tape.end('check.completed');
      return real.check(check, state);
    },
    view: (command, state) => {
      tape.end('view.refreshed');
      return real.view(command, state);
    },
    fold: recorded.fold,
    act: (call, state, inside) => {
      takeConsulted(tape, inside?.consulted);
      const end = tape.endOfAction(call.id);
      if (end !== null && hookRecordsOf(end.details).length > 0) return hooked(call, state, inside);
      // What was refused stays refused, what was interrupted never happened, and nobody outside is asked again.
      const refused = guardDetailsOf(end?.details)?.decision === 'refused';
      const outside = AS_RECORDED.has(call.tool) || tools.get(call.tool)?.touches.outside === true;
      const runs = end !== null && !outside && !refused;
      return runs ? real.act(call, state, inside) : recorded.act(call, state, inside);
    },
    judge: async (state) => {
      tape.end('rollout.completed');
      return real.judge(state);
    },
    patch: (state) => real.patch(state),
  };
  return {
    hands,
    restore: async (snapshot) => {
      await real.forgetHandles();
      await workspace?.restore(snapshot);
    },
    dispose: () => real.dispose(),
  };
}

function without<E extends RolloutEvent>({ type: _, ...payload }: E): Omit<E, 'type'> {
  return payload;
}
