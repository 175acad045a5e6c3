import type { CheckOutcome, Recorded } from '@heddle/core';
import { Activity } from './activity.ts';

interface Stand {
  readonly before: CheckOutcome;
  readonly last: CheckOutcome;
}

/** What a rollout that works on behalf of another is doing: a fold of its own events. */
export class ChildProgress {
  readonly activity = new Activity();
  /** Milliseconds since 1970 of its last event. */
  lastAt: number | null = null;
  /** It has changed files. */
  edited = false;
  readonly #checks = new Map<string, Stand>();

  /** By name, in the order in which they were first run. */
  get checks(): ReadonlyMap<string, Stand> {
    return this.#checks;
  }

  event(recorded: Recorded): void {
    const { event, at } = recorded;
    this.lastAt = at;
    this.activity.event(recorded);
    if (event.type === 'check.completed') {
      const before = this.#checks.get(event.check)?.before ?? event.outcome;
      this.#checks.set(event.check, { before, last: event.outcome });
    }
    if (event.type === 'action.completed' && event.changed.length > 0) this.edited = true;
  }

  /** A fork begins where another was before its own edits: with the checks as they were at first. */
  forkOf(parent: ChildProgress, step: number): void {
    this.activity.step = step;
    for (const [name, { before }] of parent.#checks) this.#checks.set(name, { before, last: before });
  }
}
