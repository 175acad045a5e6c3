import { canonicalJson, type EventType, type Recorded } from '@heddle/core';
import { withoutTimings } from '../replay-compare.ts';

/** Where two rollouts part: the first event of one that is not the other's. */
export interface Difference {
  /** Of the step it belongs to. */
  readonly step: number;
  readonly type: EventType;
  /** The event's position in either journal; null: that one had ended. */
  readonly positions: readonly [number | null, number | null];
}

/** Of the wire and of the process, not of the work. */
const PASSED_OVER: ReadonlySet<EventType> = new Set([
  'rollout.started',
  'rollout.paused',
  'rollout.resumed',
  'workspace.restored',
  'model.retried',
  'model.consulted',
]);

/**
 * Compares two journals event by event. Left out is what differs between two runs of the very same thing: how long
 * things took (in the text that programs print too), what requests cost, the ids of the rollouts, and the digests that
 * follow from these. Null: they are the same to the end.
 */
export function firstDifference(a: readonly Recorded[], b: readonly Recorded[]): Difference | null {
  const [ours, theirs] = [a, b].map((events) => events.filter(({ event }) => !PASSED_OVER.has(event.type)));
  let step = 0;
  for (let at = 0; at < Math.max(ours!.length, theirs!.length); at++) {
    const [x, y] = [ours![at], theirs![at]];
    if (x !== undefined && 'step' in x.event) step = x.event.step;
    if (x !== undefined && y !== undefined && essence(x) === essence(y)) continue;
    const { event } = (y ?? x)!;
    return { step, type: event.type, positions: [x?.position ?? null, y?.position ?? null] };
  }
  return null;
}

const LEFT_OUT: ReadonlySet<string> = new Set([
  'seconds',
  'output',
  'details',
  'usage',
  'usd',
  'digest',
  'bytes',
  'tokens',
]);

function essence({ event, rollout }: Recorded): string {
  const kept = Object.fromEntries(Object.entries(event).filter(([key]) => !LEFT_OUT.has(key)));
  // A model's words are taken as they are: what it says of a time is its own.
  const text = canonicalJson(kept).replaceAll(rollout, '#');
  return event.type === 'model.completed' || event.type === 'action.started' ? text : withoutTimings(text);
}
