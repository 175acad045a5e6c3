import type { Limits } from './events.ts';

export type LimitName = keyof Limits;

/**
 * What a rollout spent against what it may spend. There is one for a rollout with all that works on its behalf
 * (tries of the model that failed, trials in forks of its workspace). It is charged by a fold over the journal alone,
 * so whoever takes the rollout up has the same one.
 */
export class Ledger {
  limits: Limits;
  /** Spent by the rollouts whose past this one shares: shown, never counted against its own limits. */
  readonly inherited: Limits;
  readonly #spent: Record<LimitName, number> = { ...NOTHING };

  constructor(limits: Limits, inherited: Limits = NOTHING) {
    this.limits = limits;
    this.inherited = inherited;
  }

  /** The ledger of a fork: it has spent nothing yet. */
  fork(limits: Limits): Ledger {
    const inherited = { ...this.inherited };
    for (const name of LIMIT_NAMES) inherited[name] += this.#spent[name];
    return new Ledger(limits, inherited);
  }

  charge(amounts: Partial<Limits>): void {
    for (const name of LIMIT_NAMES) this.#spent[name] += amounts[name] ?? 0;
  }

  get spent(): Limits {
    return { ...this.#spent };
  }

  /** Never below zero. */
  remaining(name: LimitName): number {
    return Math.max(0, this.limits[name] - this.#spent[name]);
  }

  /** The limit of which most is used, and the part of it that is: 0 to 1. */
  share(): { readonly name: LimitName; readonly share: number } {
    const shares = LIMIT_NAMES.map((name) => ({ name, share: this.#shareOf(name) }));
    return shares.reduce((most, each) => (each.share > most.share ? each : most));
  }

  #shareOf(name: LimitName): number {
    const limit = this.limits[name];
    return limit > 0 ? Math.min(1, this.#spent[name] / limit) : 0;
  }

  /** The first limit that is used up. */
  exceeded(): LimitName | null {
    return LIMIT_NAMES.find((name) => this.remaining(name) <= 0) ?? null;
  }
}

const LIMIT_NAMES: readonly LimitName[] = ['steps', 'usd', 'tokens', 'seconds'];

const NOTHING: Limits = { steps: 0, usd: 0, tokens: 0, seconds: 0 };
