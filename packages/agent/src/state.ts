import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import {
  type CheckOutcome,
  digestOf,
  type EventOf,
  isCompositionEvent,
  isPeerEvent,
  type Ledger,
  type PeerEvent,
  type Recorded,
  type RolloutConfig,
  type Task,
  type Usage,
} from '@heddle/core';
import { ChangedFiles } from './changed-files.ts';
import { Composition } from './compose/composition.ts';
import { Conversation } from './conversation.ts';
import { excerpt } from './excerpt.ts';
import type { Reproduction } from './finish/reproduction.ts';
import { GuideBook } from './knowledge/guide-book.ts';
import { assistantMessage, noteMessage, parseArguments, toolResultPart } from './messages.ts';
import { Meter } from './meter.ts';
import { PeerRecord } from './peer/peer-record.ts';
import { introduction } from './prompts/introduction.ts';
import type {
  Assumption,
  ComparedEdit,
  Draft,
  PlanItem,
  RememberedDetails,
  RunningSession,
  UndoEntry,
} from './remembered.ts';
import { TRACES_KEPT, type Trace, WAITING_SECONDS } from './stuck.ts';
import { Views } from './views.ts';

/** A tool call of the model's last reply that has no observation yet. */
export interface PendingCall {
  readonly id: string;
  readonly tool: string;
  /** Arguments as the model wrote them. */
  readonly input: string;
  /** Its `action.started` is in the journal. */
  started: boolean;
}

/** The actions that the program of the running action has asked for so far. If it is interrupted they never happened. */
export interface Nested {
  /** The files after the last of them. */
  snapshot: string;
  running: NestedCall | null;
  readonly ended: NestedCall[];
  /** What was remembered before the first of them. */
  readonly before: Pick<RolloutState, 'undo' | 'seen' | 'draft'>;
}

export interface NestedCall {
  readonly call: string;
  readonly tool: string;
  readonly input: unknown;
}

export interface CheckState {
  /** Before any edit. */
  before: CheckRun | null;
  last: CheckRun | null;
  /** The run the model was last told of. */
  reported: CheckRun | null;
  /** Names of tests that failed in a run after the first. */
  readonly failed: Set<string>;
}

export interface CheckRun {
  readonly outcome: CheckOutcome;
  readonly output: string;
  readonly snapshot: string;
  readonly step: number;
  readonly seconds: number;
}

/**
 * Where a rollout stands: a pure fold of its events. Nothing that matters lives anywhere else, so resuming,
 * forking and showing all start here. The prompt only ever grows at its end.
 */
export class RolloutState {
  task!: Task;
  config!: RolloutConfig;
  agent!: { name: string; version: string };
  /** Number of the last model turn; 0 before the first. */
  events = 0;
  workspace: { base: string; snapshot: string; root: string; sandbox: string } | null = null;
  readonly conversation = new Conversation();
  /** Tokens that fit into one request; null: unknown, so nothing is folded. */
  window: number | null = null;
  /** The last folding: before which request, and the size of the prompt after it. */
  folded: { readonly step: number; readonly tokens: number } | null = null;
  /** When each hint was last given, by its name. */
  readonly hinted = new Map<string, number>();
  /** The step that last changed files, and the last that ran a command or a check; 0: none yet. */
  edited = 0;
  ran = 0;
  readonly views = new Views();
  /** What the user said while it worked, word for word. */
  words: { readonly step: number; readonly text: string }[] = [];
  plan: readonly PlanItem[] = [];
  /** Facts the agent keeps. */
  notes: readonly string[] = [];
  /** What became of files since the start, by path. */
  readonly changed = new ChangedFiles();
  pending: PendingCall[] = [];
  /** Null unless an action is under way whose program has called other tools. */
  nested: Nested | null = null;
  readonly checks = new Map<string, CheckState>();
  /** Snapshot the last report to the model was about; null before the first. */
  reported: string | null = null;
  /** How many steps were left when the model was last told that they are few. */
  stepsTold: number | null = null;
  /** The last actions but those that waited, oldest first. */
  traces: Trace[] = [];
  /** Actions so far but those that waited; and when the model was last told that it turns in circles. */
  actions = 0;
  nudgedAt = 0;
  /** The share of its limits that was used when the model was last told. */
  shareTold = 0;
  /** Replies without a tool call since the last one with. */
  idleReplies = 0;
  /** The last reply waits for a note or for its calls. */
  replied: { calls: number; cutByLength: boolean } | null = null;
  /** What `finish` last showed, and at which step: the second call must be a reply to it. */
  reviewed: {
    snapshot: string;
    step: number;
    summary: string | null;
    reproduction: Reproduction | null;
  } | null = null;
  /** Shells in which something ran when one was last used. */
  running: readonly RunningSession[] = [];
  assumptions: Assumption[] = [];
  answers: { readonly question: string; readonly answer: string }[] = [];
  /** Edits that two models proposed, as they were decided. */
  compared: ComparedEdit[] = [];
  submitted: { probability: number; summary: string } | null = null;
  undo: UndoEntry[] = [];
  seen = new Map<string, string>();
  draft: Draft | null = null;
  readonly guides = new GuideBook();
  /** Of an agent made of agents. */
  readonly composition = new Composition();
  /** Of a foreign program that does the work. */
  readonly peer = new PeerRecord();
  failure: EventOf<'model.failed'> | null = null;
  paused: EventOf<'rollout.paused'> | null = null;
  completed: EventOf<'rollout.completed'> | null = null;
  readonly #system: string;
  #results: LanguageModelV4ToolResultPart[] = [];
  /** Notes that came between a call and its result: they are said after it. */
  #held: LanguageModelV4Message[] = [];
  readonly #meter = new Meter(this.composition);

  constructor(system: string) {
    this.#system = system;
  }

  static of(system: string, events: Iterable<Recorded>): RolloutState {
    const state = new RolloutState(system);
    for (const recorded of events) state.apply(recorded);
    return state;
  }

  apply(recorded: Recorded): void {
    const { event } = recorded;
    this.events += 1;
    this.#meter.apply(recorded);
    switch (event.type) {
      case 'rollout.started':
        this.task = event.task;
        this.#configure(event.config);
        this.agent = event.agent;
        for (const { name } of event.config.checks)
          this.checks.set(name, { before: null, last: null, reported: null, failed: new Set() });
        this.#say({ role: 'system', content: event.config.system ?? this.#system });
        return;
      case 'rollout.forked':
        this.#configure(event.config);
        this.compared = [];
        this.idleReplies = 0;
        this.completed = null;
        this.submitted = null;
        this.#takeUp();
        return;
      case 'rollout.resumed':
        this.#configure(event.config);
        // It had ended at a limit that is now higher; what was handed in and not yet judged still counts.
        if (this.completed !== null) this.submitted = null;
        if (this.completed?.status === 'limit') this.composition.reopen();
        this.completed = null;
        this.#takeUp();
        return;
      case 'rollout.paused':
        this.paused = event;
        return;
      case 'rollout.completed':
        this.completed = event;
        return;
      case 'workspace.prepared': {
        const { snapshot, root, sandbox } = event;
        this.workspace = { base: snapshot, snapshot, root, sandbox };
        this.guides.prepared(event);
        this.#say(introduction(this.task, this.config, event));
        return;
      }
      case 'workspace.restored':
        this.workspace!.snapshot = event.snapshot;
        return;
      case 'check.started':
        return;
      case 'check.completed': {
        const check = this.checks.get(event.check)!;
        check.last = event;
        this.ran = this.step;
        if (check.before !== null) for (const name of event.outcome.failing) check.failed.add(name);
        if (event.step === 0) check.before ??= event;
        return;
      }
      case 'note.added':
        if (event.about === 'report') this.#reported();
        if (event.about === 'limit') {
          this.stepsTold = this.ledger.remaining('steps');
          this.shareTold = this.ledger.share().share;
        }
        if (event.about === 'stage') this.hinted.set(event.name ?? '', this.step);
        this.guides.noted(event);
        if (event.about === 'nudge') this.nudgedAt = this.actions;
        this.#noted(event);
        return;
      case 'model.requested':
        this.failure = null;
        return;
      case 'model.retried':
        return;
      case 'model.consulted':
        if (event.path !== undefined) this.composition.consulted(event.path, event);
        return;
      case 'edit.compared':
        this.#compared(event);
        return;
      case 'memory.folded':
        this.#fold(event);
        this.guides.folded();
        return;
      case 'view.refreshed':
        this.#sayText(this.views.refreshed(event));
        return;
      case 'model.failed':
        this.failure = event;
        if (event.code === 'context-too-long') this.window = this.#tooLong();
        return;
      case 'model.completed':
        this.#reply(event);
        return;
      case 'action.started': {
        if (event.parent !== undefined) {
          this.nested ??= {
            snapshot: this.files,
            running: null,
            ended: [],
            before: { undo: [...this.undo], seen: new Map(this.seen), draft: this.draft },
          };
          this.nested.running = { call: event.call, tool: event.tool, input: event.input };
          return;
        }
        const call = this.pending.find(({ id }) => id === event.call);
        if (call !== undefined) call.started = true;
        return;
      }
      case 'action.completed':
        if (this.nested?.running?.call === event.call) this.#observeNested(this.nested, event);
        else this.#observe(event);
        return;
      default:
        if (isCompositionEvent(event)) this.composition.apply(event, this.ledger.spent.seconds);
        else if (isPeerEvent(event)) this.#peer(event);
        else event satisfies never;
    }
  }

  #peer(event: PeerEvent): void {
    this.peer.apply(event);
    if (event.type !== 'peer.changed') return;
    this.workspace!.snapshot = event.snapshot;
    this.changed.add(event.changed);
    this.edited = this.step;
  }

  #noted({ from, about, text }: EventOf<'note.added'>): void {
    const said = from === 'user' ? excerpt(text, MAX_WORDS).text : text;
    if (from === 'user') this.words = [...this.words, { step: this.step, text: said }];
    if (about !== 'hint') this.replied = null;
    if (this.pending.length > 0) this.#held.push(noteMessage(said));
    else this.#say(noteMessage(said));
  }

  /** Snapshot of the files as the last action left them, one inside another included. */
  get files(): string {
    return this.nested?.snapshot ?? this.workspace!.snapshot;
  }

  get step(): number {
    return this.#meter.step;
  }

  /** What is spent and what may be. */
  get ledger(): Ledger {
    return this.#meter.ledger;
  }

  /** The tokens in the ledger, by kind. */
  get usage(): Usage {
    return this.#meter.usage;
  }

  get prompt(): readonly LanguageModelV4Message[] {
    return this.conversation.messages;
  }

  #configure(config: RolloutConfig): void {
    this.config = config;
    this.window = config.contextTokens ?? null;
  }

  /** What was too long did not fit, whatever its provider had said of its size. */
  #tooLong(): number {
    const tokens = Math.floor(this.conversation.tokens() * TOO_LONG_SHARE);
    return this.window === null ? tokens : Math.min(this.window, tokens);
  }

  #fold({ keepFrom, shorten, text, step }: EventOf<'memory.folded'>): void {
    const told = (of: number, call: number) =>
      this.config.tools.includes('recall')
        ? `shortened to make room: recall {"step": ${of}, "call": ${call}} shows all of it`
        : 'shortened to make room: ask again for the part you need';
    const short = shorten === undefined ? undefined : { to: shorten, told };
    const firstKept = this.conversation.stepOf(keepFrom);
    this.conversation.fold(keepFrom, noteMessage(text), short);
    // What leaves the prompt is told once more, at the end, as it is then.
    this.views.forget(firstKept);
    this.folded = { step, tokens: this.conversation.tokens() };
    this.failure = null;
  }

  #reported(): void {
    this.reported = this.workspace!.snapshot;
    for (const check of this.checks.values()) check.reported = check.last;
  }

  #takeUp(): void {
    // Programs do not outlive the process that started them.
    this.running = [];
    this.paused = null;
    this.failure = null;
  }

  #reply(event: EventOf<'model.completed'>): void {
    this.pending = event.content
      .filter((part) => part.type === 'call')
      .map(({ id, tool, input }) => ({ id, tool, input, started: false }));
    this.idleReplies = this.pending.length > 0 ? 0 : this.idleReplies + 1;
    this.replied = { calls: this.pending.length, cutByLength: event.finish === 'length' };
    this.#results = [];
    this.conversation.measured(event.usage.inputTokens);
    const message = assistantMessage(event.content);
    if (message !== null) this.#say(message);
  }

  #observe(event: EventOf<'action.completed'>): void {
    const call = this.pending.shift();
    if (call === undefined || call.id !== event.call)
      throw new Error(`observation of ${event.call} out of order`);
    this.#results.push(toolResultPart(call, event));
    this.guides.acted(parseArguments(call.input), event);
    if (event.seconds < WAITING_SECONDS) this.#trace(call, event);
    if (this.nested !== null && event.outcome === 'interrupted') Object.assign(this, this.nested.before);
    this.nested = null;
    this.workspace!.snapshot = event.snapshot;
    this.changed.add(event.changed);
    if (event.changed.length > 0) this.edited = this.step;
    if (call.tool === 'bash' || call.tool === 'code') this.ran = this.step;
    if (event.outcome === 'ok') this.#remember(event.details as RememberedDetails | null);
    if (this.pending.length === 0) {
      this.#say({ role: 'tool', content: this.#results });
      for (const note of this.#held.splice(0)) this.#say(note);
      this.replied = null;
    }
  }

  #trace({ tool, input }: PendingCall, { outcome, content, output }: EventOf<'action.completed'>): void {
    const trace = {
      tool,
      call: digestOf(`${tool} ${input}`),
      result: digestOf(content),
      error: outcome !== 'ok',
      cut: output !== null,
    };
    this.traces = [...this.traces.slice(1 - TRACES_KEPT), trace];
    this.actions += 1;
  }

  /** Its caller's observation tells the model what came of it; the files count once the caller has ended. */
  #observeNested(nested: Nested, event: EventOf<'action.completed'>): void {
    this.guides.acted(nested.running?.input, event);
    if (nested.running !== null) nested.ended.push(nested.running);
    nested.running = null;
    nested.snapshot = event.snapshot;
    if (event.outcome === 'ok') this.#remember(event.details as RememberedDetails | null);
  }

  #remember(details: RememberedDetails | null): void {
    if (details?.undo !== undefined) {
      this.undo.push(...[details.undo].flat());
      // Parts of a long text are for the next edit only: later they would be joined to what no longer fits.
      this.draft = null;
    }
    if (details?.undone !== undefined) {
      const index = this.undo.findLastIndex(({ path }) => path === details.undone);
      this.undo.splice(index, 1);
    }
    if (details?.running !== undefined) this.running = details.running;
    for (const [path, digest] of Object.entries(details?.seen ?? {})) this.seen.set(path, digest);
    if (details?.asked !== undefined) this.#asked(details.asked);
    if (details?.view !== undefined) this.views.set(details.view);
    if (details?.plan !== undefined) this.plan = details.plan;
    if (details?.note !== undefined) this.notes = [...this.notes, details.note];
    if (details?.draft !== undefined) this.draft = details.draft;
    if (details?.finish?.phase === 'review')
      this.reviewed = {
        snapshot: this.workspace!.snapshot,
        step: this.step,
        summary: details.finish.summary ?? null,
        reproduction: details.finish.reproduction ?? null,
      };
    if (details?.finish?.phase === 'submit') this.submitted = details.finish;
  }

  /** A step whose request was broken off is asked, and compared, anew. */
  #compared({ step, proposals, kept, by, why }: EventOf<'edit.compared'>): void {
    const models = proposals.map(({ model }) => model);
    const earlier = this.compared.filter((each) => each.step !== step);
    this.compared = [...earlier, { step, models, kept: models[kept]!, by, why }];
  }

  #asked({ question, assumption, answer }: NonNullable<RememberedDetails['asked']>): void {
    if (answer === null) this.assumptions = [...this.assumptions, { question, assumption }];
    else this.answers = [...this.answers, { question, answer }];
  }

  #sayText(text: string | null): void {
    if (text !== null) this.#say(noteMessage(text));
  }

  #say(message: LanguageModelV4Message): void {
    this.conversation.say(message, this.step);
  }
}

/** Characters of what a user says at once: it stays in the prompt for good. `recall` finds the rest. */
const MAX_WORDS = 20_000;

/** Of a prompt that was refused as too long, what may be taken to fit. */
const TOO_LONG_SHARE = 0.9;
