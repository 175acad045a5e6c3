import { type Observer, type RolloutState, readRollout } from '@heddle/agent';
import type { EventOf, Journal, RolloutEvent, Store } from '@heddle/core';
import type { NetworkRequest, SecretMask, Workspace } from '@heddle/workspace';
import { cappedInput, cappedText } from './capped.ts';

type Said = EventOf<'peer.said'>;
type Asked = EventOf<'peer.asked'>;

/** Characters of words in a row that are put into one event; a longer speech takes several. */
const MAX_SPEECH = 200_000;
/** Characters recorded of one program in all: the words of a runaway must not fill the journal. */
const MAX_RECORDED = 64_000_000;
/** Requests to the network told of one program, each host and answer once. */
const MAX_HOSTS = 200;

interface LogParts {
  readonly store: Store;
  readonly journal: Journal;
  readonly state: RolloutState;
  readonly mask: SecretMask;
  readonly observer: Observer | undefined;
  /** Told after each event: limits may be used up. */
  readonly spent: () => void;
  /** The files cannot be looked at. */
  readonly trouble: (error: unknown) => void;
}

export interface CallUpdate {
  readonly title?: string;
  readonly kind?: string;
  readonly input?: unknown;
  readonly locations?: readonly string[];
  readonly content?: string;
}

interface OpenCall {
  title: string;
  kind: string;
  input: unknown;
  locations: readonly string[];
  content: string;
  readonly step: number;
  readonly began: number;
}

/** Kinds of calls that leave the files alone. */
const LOOKING: ReadonlySet<string> = new Set(['read', 'search', 'think', 'fetch', 'switch_mode']);

/**
 * Writes what is seen of a foreign program to the journal of its rollout: words put together, calls paired with their
 * ends, files looked at after calls. Every text passes the mask of secrets.
 */
export class PeerLog {
  readonly state: RolloutState;
  readonly #parts: LogParts;
  readonly #calls = new Map<string, OpenCall>();
  readonly #hosts = new Set<string>();
  #saying: { kind: Said['kind']; parts: string[]; length: number } | null = null;
  /** A call of this step has ended: what follows belongs to the next. */
  #acted = false;
  #recorded = 0;
  #workspace: Workspace | null = null;
  #looking: Promise<void> | null = null;
  #lookAgain = false;

  constructor(parts: LogParts) {
    this.#parts = parts;
    this.state = parts.state;
    this.#acted = parts.state.step > 0;
  }

  /** Whose files are looked at from now on. */
  watch(workspace: Workspace | null): void {
    this.#workspace = workspace;
  }

  emit(event: RolloutEvent): void {
    const { journal, state, mask, observer, spent } = this.#parts;
    const recorded = journal.append(mask.value(event));
    state.apply(recorded);
    observer?.event?.(recorded);
    spent();
  }

  /** Words as they come; those of one kind in a row become one event. */
  said(kind: Said['kind'], text: string): void {
    if (text === '') return;
    if (this.#saying !== null && this.#saying.kind !== kind) this.flush();
    this.#parts.observer?.[kind === 'output' ? 'output' : 'delta']?.(this.#parts.mask.text(text));
    this.#saying ??= { kind, parts: [], length: 0 };
    this.#saying.parts.push(text);
    this.#saying.length += text.length;
    if (this.#saying.length >= MAX_SPEECH) this.flush();
  }

  /** The words so far are an event of their own: others follow. */
  flush(): void {
    const saying = this.#saying;
    this.#saying = null;
    if (saying === null) return;
    const text = saying.parts.join('');
    if (text.trim() === '') return;
    const step = saying.kind === 'output' || saying.kind === 'notice' ? this.#sameStep() : this.#nextStep();
    this.#record({ type: 'peer.said', step, kind: saying.kind, ...this.#capped(text) }, text.length);
  }

  called(call: string, { title, kind, input }: { title: string; kind: string; input: unknown }): void {
    this.flush();
    if (this.#calls.has(call)) return;
    const step = this.#calls.size > 0 ? this.#sameStep() : this.#nextStep();
    const began = performance.now();
    this.#calls.set(call, { title, kind, input, locations: [], content: '', step, began });
    const shown = cappedInput(input);
    this.#record(
      { type: 'peer.called', step, call, title: cappedText(title).text, kind, input: shown.value },
      0,
    );
  }

  /** What is newly known of a call that runs. One that was never announced is. */
  updated(call: string, update: CallUpdate): void {
    if (!this.#calls.has(call)) {
      const { title = 'a call', kind = 'other', input = null } = update;
      this.called(call, { title, kind, input });
    }
    Object.assign(
      this.#calls.get(call)!,
      Object.fromEntries(Object.entries(update).filter(([, value]) => value !== undefined)),
    );
  }

  /** Null: it is not, or no longer, under way. */
  titleOf(call: string): string | null {
    return this.#calls.get(call)?.title ?? null;
  }

  returned(call: string, outcome: EventOf<'peer.returned'>['outcome']): void {
    this.flush();
    const open = this.#calls.get(call);
    if (open === undefined) return;
    this.#calls.delete(call);
    const { title, kind, step, locations, content, began } = open;
    const input = cappedInput(open.input);
    const text = cappedText(content);
    const whole =
      input.cut || text.cut ? this.#put(JSON.stringify({ input: open.input, content }, null, 1)) : null;
    const seconds = (performance.now() - began) / 1000;
    this.#record(
      {
        type: 'peer.returned',
        ...{ step, call, outcome, title: cappedText(title).text, kind, input: input.value },
        ...{ locations: [...locations], content: text.text, whole, seconds },
      },
      content.length,
    );
    if (this.#calls.size === 0) this.#acted = true;
    if (!LOOKING.has(kind)) this.look();
  }

  asked(
    about: Asked['about'],
    subject: string,
    answer: Asked['answer'],
    more: Pick<Asked, 'why' | 'call'> = {},
  ) {
    this.flush();
    const step = this.#sameStep();
    this.#record({ type: 'peer.asked', step, about, subject: cappedText(subject).text, answer, ...more }, 0);
  }

  asksNetwork({ host, port, allowed }: NetworkRequest): void {
    const subject = `${host}:${port}`;
    if (this.#hosts.has(`${allowed} ${subject}`) || this.#hosts.size >= MAX_HOSTS) return;
    this.#hosts.add(`${allowed} ${subject}`);
    this.asked('network', subject, allowed ? 'allowed' : 'refused');
  }

  /** Calls that will not end any more. */
  interrupt(): void {
    this.flush();
    for (const call of this.#calls.keys()) this.returned(call, 'interrupted');
  }

  /** Calls of which an earlier process saw the beginning only. */
  interruptEarlier(): void {
    for (const { step, call, title, kind, input } of [...this.state.peer.open.values()])
      this.emit({
        type: 'peer.returned',
        ...{ step, call, outcome: 'interrupted', title, kind, input },
        ...{ locations: [], content: '', whole: null, seconds: 0 },
      });
  }

  /** Looks at the files soon; what has changed is told. */
  look(): void {
    if (this.#looking !== null) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = this.#lookNow().finally(() => {
      this.#looking = null;
      if (this.#lookAgain) this.look();
    });
    this.#lookAgain = false;
  }

  /** Looks once more, and waits for it. Throws OperatorError: they cannot be read, or kept. */
  async lookLast(): Promise<void> {
    while (this.#looking !== null) await this.#looking;
    await this.#see();
  }

  async #lookNow(): Promise<void> {
    try {
      await this.#see();
    } catch (error) {
      this.#parts.trouble(error);
    }
  }

  async #see(): Promise<void> {
    const workspace = this.#workspace;
    if (workspace === null) return;
    const snapshot = await workspace.snapshot();
    const before = this.state.workspace!.snapshot;
    if (snapshot === before) return;
    const changed = await workspace.changed(before, snapshot);
    this.flush();
    this.emit({ type: 'peer.changed', step: this.#sameStep(), snapshot, changed: [...changed] });
  }

  /** All events so far, of earlier processes too. */
  events() {
    return readRollout(this.#parts.store, this.#parts.journal.rollout);
  }

  /** An object with a text, secrets taken out. */
  #put(text: string): string {
    return this.#parts.store.objects.put(this.#parts.mask.text(text));
  }

  put(text: string): string {
    return this.#put(text);
  }

  #capped(text: string): Pick<Said, 'text' | 'whole'> {
    const shown = cappedText(text);
    return { text: shown.text, whole: shown.cut ? this.#put(text) : null };
  }

  /** Past its share of the journal a program is only told of once more. */
  #record(event: RolloutEvent, characters: number): void {
    const before = this.#recorded;
    this.#recorded += characters;
    if (before < MAX_RECORDED) this.emit(event);
    if (before < MAX_RECORDED && this.#recorded >= MAX_RECORDED)
      this.emit({
        type: 'peer.said',
        ...{ step: this.#sameStep(), kind: 'notice', whole: null },
        text: `it has said more than ${MAX_RECORDED / 1e6} million characters: what follows is not recorded`,
      });
  }

  #sameStep(): number {
    return this.state.step;
  }

  /** The step that words or a call belong to: a new one where all calls of the one before have ended. */
  #nextStep(): number {
    if (this.state.step === 0 || this.#acted) {
      this.#acted = false;
      return this.state.step + 1;
    }
    return this.state.step;
  }
}
