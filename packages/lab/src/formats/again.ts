import type { Entry } from './trajectory.ts';

/**
 * Tells what is said once more after a folding from what is said for the first time: exports that have no word for
 * copies leave them out. A past shared with another rollout is a copy too, and yet new here.
 */
export class Again {
  readonly #told = new Set<number>();
  #folded = false;

  /** To be asked of each entry, in order. */
  is(entry: Entry): boolean {
    const { position, kind, copied } = entry;
    if (kind === 'folded') this.#folded = true;
    if (position === null) return copied === true && this.#folded && kind !== 'folded';
    if (copied && this.#told.has(position)) return true;
    this.#told.add(position);
    return false;
  }
}
