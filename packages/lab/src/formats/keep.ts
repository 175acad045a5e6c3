import { createHash } from 'node:crypto';
import {
  digestOf,
  NO_USAGE,
  newRolloutId,
  type RolloutEvent,
  type RolloutStatus,
  type Store,
} from '@heddle/core';
import type { Call, Entry, Trajectory, Turn } from './trajectory.ts';

export interface Kept {
  readonly rollout: string;
  /** False: it was brought in before. */
  readonly added: boolean;
  readonly turns: number;
}

/**
 * Writes what another agent did into the store, as a foreign program's rollout (`peer.*`): words, calls with their
 * results, what was spent, the patch. There are no files behind it, so it is for looking at and comparing. Its id follows
 * from what it holds: the same file brought in twice is there once. Rollouts that worked for it are kept too.
 */
export function keepTrajectory(store: Store, trajectory: Trajectory, from: string): Kept {
  const rollout = idOf(trajectory);
  let turns = 0;
  for (const entry of trajectory.entries()) if (entry.kind === 'turn' && !entry.copied) turns += 1;
  if (store.rollouts({ prefix: rollout, limit: 1 }).length > 0) return { rollout, added: false, turns };
  for (const child of trajectory.children()) keepTrajectory(store, child, from);
  const writer = new Writer(store, rollout, trajectory.head.startedAt ?? 0);
  for (const [event, at] of eventsOf(store, trajectory, from)) writer.write(event, at);
  return { rollout, added: true, turns };
}

/** The time it began, and a digest over what happened. */
function idOf({ head, entries, end }: Trajectory): string {
  const hash = createHash('sha256').update(JSON.stringify([head.id, head.agent, head.task, end]));
  for (const entry of entries()) hash.update(JSON.stringify(entry));
  const rest = [...hash.digest()].slice(0, 4).map((byte) => DIGITS[byte % 32]!);
  return `${newRolloutId(head.startedAt ?? 0).slice(0, 6)}${rest.join('')}`;
}

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

class Writer {
  readonly #store: Store;
  readonly #rollout: string;
  #position = 0;
  #at: number;

  constructor(store: Store, rollout: string, at: number) {
    this.#store = store;
    this.#rollout = rollout;
    this.#at = at;
  }

  /** Never before the event before it; without a time of its own, with that one. */
  write(event: RolloutEvent, at: number | null): void {
    this.#at = Math.max(this.#at, at ?? 0);
    if (this.#position === 0)
      this.#store.create(
        { rollout: this.#rollout, parent: null, createdAt: this.#at },
        { event, at: this.#at },
      );
    else this.#store.append(this.#rollout, this.#position, event, this.#at);
    this.#position += 1;
  }
}

type Timed = readonly [RolloutEvent, number | null];

function* eventsOf(store: Store, trajectory: Trajectory, from: string): Generator<Timed> {
  const { head, end } = trajectory;
  const { agent, model, task, startedAt } = head;
  const asked = task ?? '';
  yield [
    {
      type: 'rollout.started',
      task: { text: asked, repo: '', commit: null },
      agent: { name: agent.name, version: digestOf(`${agent.name} ${agent.version}`) },
      config: {
        model: model ?? 'unknown',
        seed: 0,
        limits: { steps: 0, usd: 0, tokens: 0, seconds: 0 },
        checks: [],
        checksFrom: 'none',
        sandbox: 'none',
        network: false,
        tools: [],
      },
      heddle: from,
    },
    startedAt,
  ];
  yield [
    {
      type: 'peer.started',
      protocol: 'command',
      name: agent.name,
      version: agent.version,
      program: `(imported: ${from})`,
      session: head.id,
      how: 'new',
      seconds: 0,
    },
    startedAt,
  ];
  let step = 0;
  for (const entry of trajectory.entries()) {
    if (entry.copied) continue;
    if (entry.kind === 'turn') step += 1;
    if (entry.kind === 'told' && entry.text === asked) continue;
    yield* entryEvents(entry, step);
  }
  const why = end?.reason ?? '';
  const endedAt = end?.endedAt ?? null;
  const completed = { end: peerEnd(end?.status ?? null), why, exitCode: null, errors: null };
  yield [{ type: 'peer.completed', ...completed }, endedAt];
  yield [
    {
      type: 'rollout.completed',
      status: statusOf(end?.status ?? null),
      verified: end?.verified ?? false,
      probability: end?.probability ?? null,
      reason: why,
      why: 'it was brought in, not run here',
      patch: store.objects.put(end?.patch ?? ''),
      snapshot: '',
    },
    endedAt,
  ];
}

function* entryEvents(entry: Entry, step: number): Generator<Timed> {
  switch (entry.kind) {
    case 'turn':
      yield* turnEvents(entry, step);
      return;
    case 'told': {
      const from = entry.by === 'user' ? 'user' : 'harness';
      yield [
        { type: 'note.added', from, about: from === 'user' ? 'instruction' : 'hint', text: entry.text },
        entry.at,
      ];
      return;
    }
    case 'folded':
      yield [{ type: 'peer.said', step, kind: 'notice', text: entry.text, whole: null }, entry.at];
      return;
    case 'checked': {
      const text = [`Check ${entry.name}: ${entry.status}`, ...entry.failing].join('\n');
      yield [{ type: 'note.added', from: 'harness', about: 'hint', text }, entry.endedAt];
      return;
    }
    default:
  }
}

function* turnEvents(turn: Turn, step: number): Generator<Timed> {
  const { reasoning, text, calls, usage, usd, at, endedAt } = turn;
  if (reasoning !== null)
    yield [{ type: 'peer.said', step, kind: 'thought', text: reasoning, whole: null }, at];
  if (text !== '' || (reasoning === null && calls.length === 0))
    yield [{ type: 'peer.said', step, kind: 'message', text, whole: null }, at];
  for (const call of calls) yield* callEvents(call, step, at);
  if (usage !== null || usd !== null)
    yield [{ type: 'peer.spent', usage: usage ?? NO_USAGE, usd: usd ?? 0, context: null }, endedAt];
}

function* callEvents(call: Call, step: number, said: number | null): Generator<Timed> {
  const { id, tool, input, raw, outcome, content, at, endedAt } = call;
  const given = input ?? { raw: raw ?? '' };
  const own = { step, call: id, title: tool, kind: tool, input: given };
  yield [{ type: 'peer.called', ...own }, at ?? said];
  if (outcome === null) return;
  const seconds = at === null || endedAt === null ? 0 : Math.max(0, endedAt - at) / 1000;
  yield [{ type: 'peer.returned', ...own, outcome, locations: [], content, whole: null, seconds }, endedAt];
}

function peerEnd(status: string | null): 'finished' | 'limit' | 'failed' | 'stopped' {
  if (status === 'limit') return 'limit';
  if (status === 'failed' || status === 'model-unreachable') return 'failed';
  return status === 'interrupted' ? 'stopped' : 'finished';
}

function statusOf(status: RolloutStatus | 'interrupted' | null): RolloutStatus {
  return status === null || status === 'interrupted' ? 'unverified' : status;
}
