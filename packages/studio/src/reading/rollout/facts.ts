import { AgentTree, Meter } from '@heddle/agent';
import {
  type EventOf,
  isPeerEvent,
  type Recorded,
  type RolloutConfig,
  type Task,
  type Within,
} from '@heddle/core';

type FileStatus = 'added' | 'modified' | 'deleted';

/** What is known of a rollout beside its steps: a fold of its events that holds no text it does not tell. */
export class RolloutFacts {
  readonly rollout: string;
  task: Task | null = null;
  config: RolloutConfig | null = null;
  agent = { name: '', version: '' };
  heddle = '';
  within: Within | null = null;
  forkedFrom: { readonly rollout: string; readonly step: number } | null = null;
  prepared: Pick<EventOf<'workspace.prepared'>, 'snapshot' | 'root' | 'notes'> | null = null;
  guides: readonly string[] = [];
  skills: readonly string[] = [];
  /** Of its own first event. */
  startedAt = 0;
  /** Of its last one. */
  lastAt = 0;
  snapshot: string | null = null;
  paused: (EventOf<'rollout.paused'> & { readonly at: number }) | null = null;
  completed: (EventOf<'rollout.completed'> & { readonly at: number }) | null = null;
  peer: {
    readonly started: EventOf<'peer.started'>;
    readonly ended: EventOf<'peer.completed'> | null;
  } | null = null;
  peerTellsMoney = false;
  readonly files = new Map<string, FileStatus>();
  readonly tree = new AgentTree();
  readonly meter = new Meter(this.tree.composition);

  constructor(rollout: string) {
    this.rollout = rollout;
  }

  apply(recorded: Recorded): void {
    const { at, rollout } = recorded;
    if (rollout === this.rollout && this.startedAt === 0) this.startedAt = at;
    this.lastAt = at;
    this.meter.apply(recorded);
    this.tree.event(recorded);
    this.#tell(recorded);
  }

  /** It has ended or was paused, as far as its journal goes. */
  get isOver(): boolean {
    return this.completed !== null || this.paused !== null;
  }

  #tell({ event, at }: Recorded): void {
    switch (event.type) {
      case 'rollout.started':
        this.task = event.task;
        this.config = event.config;
        this.agent = event.agent;
        this.heddle = event.heddle;
        this.within = event.within ?? null;
        return;
      case 'rollout.forked':
        this.config = event.config;
        this.within = event.within ?? null;
        this.forkedFrom = { rollout: event.parent.rollout, step: event.parent.step };
        this.#takeUp();
        return;
      case 'rollout.resumed':
        this.config = event.config;
        this.#takeUp();
        return;
      case 'rollout.paused':
        this.paused = { ...event, at };
        return;
      case 'rollout.completed':
        this.completed = { ...event, at };
        return;
      case 'workspace.prepared':
        this.prepared = { snapshot: event.snapshot, root: event.root, notes: event.notes };
        this.snapshot = event.snapshot;
        this.guides = (event.guides ?? []).map(({ path }) => path);
        this.skills = (event.skills ?? []).map(({ name }) => name);
        return;
      case 'workspace.restored':
        this.snapshot = event.snapshot;
        return;
      case 'action.completed':
        this.snapshot = event.snapshot;
        this.#changed(event.changed);
        return;
      default:
        if (isPeerEvent(event)) this.#peer(event);
    }
  }

  #peer(event: Extract<Recorded['event'], { type: `peer.${string}` }>): void {
    if (event.type === 'peer.started') this.peer = { started: event, ended: null };
    if (event.type === 'peer.completed' && this.peer !== null) this.peer = { ...this.peer, ended: event };
    if (event.type === 'peer.spent') this.peerTellsMoney ||= event.usd > 0;
    if (event.type === 'peer.changed') {
      this.snapshot = event.snapshot;
      this.#changed(event.changed);
    }
  }

  #changed(changed: EventOf<'action.completed'>['changed']): void {
    for (const { path, status } of changed) {
      const before = this.files.get(path);
      if (before === 'added' && status === 'deleted') this.files.delete(path);
      else if (before === 'added') this.files.set(path, 'added');
      else this.files.set(path, before === 'deleted' && status === 'added' ? 'modified' : status);
    }
  }

  #takeUp(): void {
    this.paused = null;
    this.completed = null;
  }
}
