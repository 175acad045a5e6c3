import type { Limits } from './events.ts';

export type LimitName = keyof Limits;

/**
 * What was spent against what may be spent: one ledger over a rollout with all its children, judges and retries.
 * A child's charges count in each of its ancestors; a child can only have tighter limits than what is left above.
 */
export class Ledger {
  readonly limits: Limits;
  readonly #spent: Record<LimitName, number> = { steps: 0, usd: 0, tokens: 0, seconds: 0 };
  readonly #parent: Ledger | undefined;

  constructor(limits: Limits, parent?: Ledger) {
    this.limits = limits;
    this.#parent = parent;
  }

  child(limits: Partial<Limits> = {}): Ledger {
    return new Ledger({ ...UNLIMITED, ...limits }, this);
  }

  charge(amounts: Partial<Limits>): void {
    for (const name of LIMIT_NAMES) this.#spent[name] += amounts[name] ?? 0;
    this.#parent?.charge(amounts);
  }

  get spent(): Limits {
    return { ...this.#spent };
  }

  /** What is left here and in every ancestor; never below zero. */
  remaining(name: LimitName): number {
    const here = Math.max(0, this.limits[name] - this.#spent[name]);
    return this.#parent === undefined ? here : Math.min(here, this.#parent.remaining(name));
  }

  /** The first limit that is used up, here or above. */
  exceeded(): LimitName | null {
    return LIMIT_NAMES.find((name) => this.remaining(name) <= 0) ?? null;
  }
}

const LIMIT_NAMES: readonly LimitName[] = ['steps', 'usd', 'tokens', 'seconds'];

const UNLIMITED: Limits = {
  steps: Number.POSITIVE_INFINITY,
  usd: Number.POSITIVE_INFINITY,
  tokens: Number.POSITIVE_INFINITY,
  seconds: Number.POSITIVE_INFINITY,
};
