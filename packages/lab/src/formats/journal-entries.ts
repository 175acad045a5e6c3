import { stateOf } from '@heddle/agent';
import { type EventOf, isPeerEvent, NO_USAGE, type PeerEvent, sumOfUsage } from '@heddle/core';
import {
  type Building,
  baseOf,
  checked,
  emptyTurn,
  type Journaled,
  joined,
  type OpenCall,
  type OpenTurn,
  openTurn,
  told,
  unopened,
} from './journal-entry.ts';
import { isObject } from './json.ts';
import type { Child, Entry, Told, Turn } from './trajectory.ts';

type State = ReturnType<typeof stateOf>;
type Message = ReturnType<State['conversation']['kept']>[number]['message'];
/**
 * The entries of a journal. What the model was told is taken from the fold that makes its prompts, so it is what it
 * really read. In memory are the messages that stand before the model, and no others.
 */
export function* entriesOf(events: Iterable<Journaled>): Generator<Entry> {
  const fold = new EntryFold();
  for (const recorded of events) yield* fold.take(recorded);
  yield* fold.end();
}

class EntryFold {
  readonly #state = stateOf([]);
  #requestedAt: { readonly position: number; readonly at: number } | null = null;
  #turn: OpenTurn | null = null;
  /** Calls of the turn, and of their programs, that have no end yet. */
  readonly #open = new Map<string, OpenCall>();
  /** What came between a turn's calls: told after the turn. */
  #held: Entry[] = [];
  readonly #checks = new Map<string, number>();
  readonly #children = new Map<string, Building<Child>>();
  /** What came before anybody worked. */
  #opening: Entry[] | null = [];
  /** What stands before the model, where a folding may come: by the step it belongs to. */
  #before: { readonly entry: Told | Turn; readonly step: number; readonly fixed: boolean }[] = [];

  *take(recorded: Journaled): Generator<Entry> {
    const { event } = recorded;
    if (!BEFORE_THE_FIRST.has(event.type)) yield* this.#begun(event.type);
    if (isPeerEvent(event)) {
      this.#state.apply(recorded);
      return yield* this.#peer(event, recorded);
    }
    if (!BETWEEN.has(event.type)) yield* this.#close();
    if (event.type === 'memory.folded') return yield* this.#fold(recorded, event);
    const said = this.#state.conversation.length;
    this.#state.apply(recorded);
    // A result that ends the turn comes first, then what was told after it.
    if (event.type === 'action.completed') yield* this.#complete(event, recorded.at);
    for (const { message } of this.#state.conversation.kept(said)) yield* this.#tell(message, recorded);
    yield* this.#happened(recorded);
  }

  /** What a process left open when it died. */
  *end(): Generator<Entry> {
    yield* this.#begun('rollout.completed');
    yield* this.#close();
    yield* this.#children.values();
    this.#children.clear();
  }

  /**
   * It is known now who works. The prompts of our own loop are for nobody else: a foreign program and an agent made of
   * agents were given the task alone.
   */
  *#begun(by: string): Generator<Entry> {
    const opening = this.#opening;
    if (opening === null) return;
    this.#opening = null;
    const own = !by.startsWith('peer.') && by !== 'agent.started';
    for (const entry of opening) {
      if (own || entry.kind !== 'told') yield* this.#put(entry);
      else if (entry.by === 'user') yield* this.#put({ ...entry, text: this.#state.task.text });
    }
  }

  *#happened(recorded: Journaled): Generator<Entry> {
    const { event, at } = recorded;
    const base = baseOf(recorded);
    switch (event.type) {
      case 'model.requested':
        this.#requestedAt = { position: recorded.position, at };
        return;
      case 'model.completed':
        this.#turn = openTurn(event, recorded, this.#requestedAt, this.#state.config.model);
        for (const call of this.#turn.calls) this.#open.set(call.id, call);
        if (this.#open.size === 0) yield* this.#close();
        return;
      case 'model.failed': {
        const { step, code, message } = event;
        yield* this.#put({ kind: 'failed', ...base, step, code, message });
        return;
      }
      case 'action.started':
        this.#begin(event, recorded);
        return;
      case 'check.started':
        this.#checks.set(event.check, at);
        return;
      case 'check.completed': {
        const spec = this.#state.config.checks.find(({ name }) => name === event.check);
        yield* this.#put(checked(event, recorded, spec, this.#checks.get(event.check) ?? at));
        return;
      }
      case 'model.consulted': {
        const { role, model, usage, usd, seconds, failure } = event;
        const own = { role, model, usage, usd, seconds, failure: failure ?? null };
        yield* this.#put({ kind: 'consulted', ...base, ...own });
        return;
      }
      case 'rollout.delegated': {
        const { rollout, path, agent, model } = event;
        const own = { rollout, path, agent: agent.name, model, endedAt: null, outcome: null };
        // What was stopped and is taken up again returns once more: it began only once.
        if (!this.#children.has(rollout)) this.#children.set(rollout, { kind: 'child', ...base, ...own });
        return;
      }
      case 'rollout.returned': {
        const child = this.#children.get(event.rollout);
        if (child === undefined) return;
        const { status, reason } = event.work;
        Object.assign(child, { endedAt: at, outcome: { status, reason } });
        // What was stopped may be taken up again, and then returns once more.
        if (status === 'interrupted') return;
        this.#children.delete(event.rollout);
        yield* this.#put(child);
        return;
      }
      default:
    }
  }

  *#tell(message: Message, recorded: Journaled): Generator<Entry> {
    if (message.role === 'system') return yield* this.#put(told('system', message.content, recorded));
    if (message.role !== 'user') return;
    const text = message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
    const { event } = recorded;
    const byUser =
      event.type === 'workspace.prepared' || (event.type === 'note.added' && event.from === 'user');
    yield* this.#put(told(byUser ? 'user' : 'harness', text, recorded));
  }

  /** What a foreign program shows: a turn is what it says and calls before its calls have ended. */
  *#peer(event: PeerEvent, recorded: Journaled): Generator<Entry> {
    switch (event.type) {
      case 'peer.said': {
        if (event.kind === 'notice') return yield* this.#put(told('harness', event.text, recorded));
        const turn = yield* this.#peerTurn(event.step, recorded);
        turn.endedAt = recorded.at;
        if (event.kind === 'thought') turn.reasoning = joined(turn.reasoning, event.text);
        else turn.text = joined(turn.text, event.text);
        return;
      }
      case 'peer.called': {
        const turn = yield* this.#peerTurn(event.step, recorded);
        const { position, at } = recorded;
        const call = {
          ...unopened(event.call, event.kind, JSON.stringify(event.input ?? {})),
          ...{ position, at },
        };
        turn.calls.push(call);
        this.#open.set(call.id, call);
        return;
      }
      case 'peer.returned': {
        const call = this.#open.get(event.call);
        if (call === undefined) return;
        const { outcome, content, input, kind, title } = event;
        const given = isObject(input) ? input : { title, input: input ?? null };
        Object.assign(call, { tool: kind, input: given, endedAt: recorded.at, outcome, content });
        delete call.raw;
        this.#open.delete(event.call);
        if (this.#turn !== null) this.#turn.endedAt = recorded.at;
        return;
      }
      case 'peer.spent': {
        const turn = this.#turn;
        if (turn === null) return;
        if (event.usage !== null) turn.usage = sumOfUsage(turn.usage ?? NO_USAGE, event.usage);
        turn.usd = (turn.usd ?? 0) + event.usd;
        return;
      }
      case 'peer.completed':
        yield* this.#close();
        return;
      default:
    }
  }

  *#peerTurn(step: number, recorded: Journaled): Generator<Entry, OpenTurn> {
    if (this.#turn !== null && this.#turn.step === step) return this.#turn;
    yield* this.#close();
    this.#turn = emptyTurn(recorded, step, this.#state.config.model);
    return this.#turn;
  }

  #begin({ call: id, tool, input, parent }: EventOf<'action.started'>, { position, at }: Journaled): void {
    const own = this.#open.get(id);
    if (own !== undefined) {
      Object.assign(own, { position, at });
      return;
    }
    const caller = parent === undefined ? undefined : this.#open.get(parent);
    if (caller === undefined) return;
    const call = { ...unopened(id, tool, JSON.stringify(input ?? {})), position, at };
    caller.calls.push(call);
    this.#open.set(id, call);
  }

  *#complete(event: EventOf<'action.completed'>, at: number): Generator<Entry> {
    const call = this.#open.get(event.call);
    if (call === undefined) return;
    this.#open.delete(event.call);
    const { outcome, content, images } = event;
    Object.assign(call, { endedAt: at, outcome, content, images: images ?? [] });
    call.at ??= at;
    // What its program called and left without an end never happened.
    for (const { id } of call.calls) this.#open.delete(id);
    if (this.#open.size === 0) yield* this.#close();
  }

  /** Tells the turn that is open, and what came meanwhile. */
  *#close(): Generator<Entry> {
    const turn = this.#turn;
    if (turn === null) return;
    this.#turn = null;
    this.#open.clear();
    const held = this.#held.splice(0);
    yield* this.#put(turn);
    for (const entry of held) yield* this.#put(entry);
  }

  *#put(entry: Entry): Generator<Entry> {
    if (this.#opening !== null) {
      this.#opening.push(entry);
      return;
    }
    if (this.#turn !== null) {
      this.#held.push(entry);
      return;
    }
    const mayFold = this.#state.config.contextTokens !== undefined;
    if (mayFold && (entry.kind === 'told' || entry.kind === 'turn'))
      this.#before.push({ entry, step: this.#state.step, fixed: this.#state.step === 0 && this.#fixed < 2 });
    yield entry;
  }

  get #fixed(): number {
    return this.#before.filter(({ fixed }) => fixed).length;
  }

  *#fold(recorded: Journaled, event: EventOf<'memory.folded'>): Generator<Entry> {
    const keptFrom = this.#state.conversation.stepOf(event.keepFrom);
    this.#state.apply(recorded);
    const { text, by, tokens } = event;
    yield { kind: 'folded', ...baseOf(recorded), text, by, tokens };
    this.#before = this.#before.filter(({ step, fixed }) => fixed || step >= keptFrom);
    for (const { entry } of this.#before) yield { ...entry, copied: true };
  }
}

/** Events that come before anybody works. */
const BEFORE_THE_FIRST: ReadonlySet<string> = new Set([
  'rollout.started',
  'workspace.prepared',
  'check.started',
  'check.completed',
  'note.added',
  'view.refreshed',
  'model.consulted',
]);

/** Events that may stand between a reply and the end of its last call. */
const BETWEEN: ReadonlySet<string> = new Set([
  'action.started',
  'action.completed',
  'model.consulted',
  'note.added',
  'rollout.delegated',
  'rollout.returned',
  'check.started',
  'check.completed',
  'edit.compared',
  // A turn that a crash cut in two goes on in another process.
  'rollout.paused',
  'rollout.resumed',
  'workspace.restored',
]);
