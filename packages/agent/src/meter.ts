import { isPeerEvent, Ledger, NO_USAGE, type Recorded, type Spent, sumOfUsage } from '@heddle/core';
import type { Composition } from './compose/composition.ts';
import { secondsOfPerson } from './remembered.ts';

/**
 * What a rollout has spent and the step it stands at: a fold of its events alone, the same for its limits, its result and
 * every page about it. Apply an event here before the composition has it: what is owed for a part depends on what was
 * known of it before.
 */
export class Meter {
  /** A fork has one of its own from its first event on. Seconds are those at work: neither pauses nor a person's. */
  ledger = new Ledger({ steps: 0, usd: 0, tokens: 0, seconds: 0 });
  /** The tokens in the ledger, by kind. */
  usage = NO_USAGE;
  /** 0 before the first request. */
  step = 0;
  readonly #composition: Composition;
  readonly #clock = new WorkClock();
  /** A request that has no answer yet: taken up anew, its step is asked again under the same number. */
  #asking = false;

  constructor(composition: Composition) {
    this.#composition = composition;
  }

  apply(recorded: Recorded): void {
    const { event } = recorded;
    this.ledger.charge({ seconds: this.#clock.passed(recorded) });
    switch (event.type) {
      case 'rollout.started':
        this.ledger.limits = event.config.limits;
        return;
      case 'rollout.forked':
        this.ledger = this.ledger.fork(event.config.limits);
        this.usage = NO_USAGE;
        this.#askAgain();
        return;
      case 'rollout.resumed':
        this.ledger.limits = event.config.limits;
        this.#askAgain();
        return;
      case 'model.requested':
        this.step = event.step;
        this.#asking = true;
        return;
      case 'model.completed':
        this.#asking = false;
        this.#charge(event);
        this.ledger.charge({ steps: 1 });
        return;
      case 'model.consulted':
        this.#charge(event);
        return;
      case 'model.retried':
      case 'model.failed':
        if (event.spent !== undefined) this.#charge(event.spent);
        return;
      case 'memory.folded':
        // A request that was refused as too long is made anew.
        this.#askAgain();
        return;
      case 'rollout.returned':
        // What its agents began in other rollouts was spent on its behalf.
        this.#charge(this.#composition.owed(event));
        return;
      default:
        if (isPeerEvent(event)) this.#peer(event);
    }
  }

  #peer(event: Extract<Recorded['event'], { type: `peer.${string}` }>): void {
    if ('step' in event && event.step > this.step) {
      this.ledger.charge({ steps: event.step - this.step });
      this.step = event.step;
    }
    if (event.type === 'peer.spent') this.#charge({ usd: event.usd, usage: event.usage ?? NO_USAGE });
  }

  #askAgain(): void {
    if (this.#asking) this.step -= 1;
    this.#asking = false;
  }

  #charge({ usage, usd }: Spent): void {
    this.ledger.charge({ usd, tokens: usage.inputTokens + usage.outputTokens });
    this.usage = sumOfUsage(this.usage, usage);
  }
}

/** A rollout's own clock: it stands while nothing works on it, and while a person is waited for. */
export class WorkClock {
  #lastAt: number | null = null;

  /**
   * Seconds at work since the event before. An observation tells what a person took of the time before it, some of which
   * earlier events may have brought: it can be below zero.
   */
  passed({ event, at }: Recorded): number {
    const rests = event.type === 'rollout.resumed' || event.type === 'rollout.forked';
    const since = this.#lastAt === null || rests ? 0 : Math.max(0, at - this.#lastAt) / 1000;
    this.#lastAt = at;
    return event.type === 'action.completed' ? since - secondsOfPerson(event) : since;
  }
}
