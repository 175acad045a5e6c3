import type { Files, RepairCase } from '../../repair/case.ts';

/**
 * `right`: passes all tests. `wrong`: passes the visible ones and fails hidden ones. `careless`: fails visible ones.
 * Each is run before it is believed.
 */
export type Truth = 'right' | 'wrong' | 'careless';

export interface PlantedCandidate {
  readonly truth: Truth;
  /** How it was made; candidates of one change in different clothes have the same. Kept from selectors. */
  readonly change: string;
  readonly clothes: string;
  /** Where its tests come from, if it brings any. Kept from selectors. */
  readonly brings: 'calls' | 'hidden' | null;
  /** Files that it changes or adds. */
  readonly files: Files;
}

/** One bug, and what several attempts are made out to have come to. */
export interface Instance {
  readonly id: string;
  readonly language: RepairCase['language'];
  readonly framework: RepairCase['framework'];
  /** With the bug, and with the visible tests alone. */
  readonly files: Files;
  readonly check: string;
  /** How the bug was made. */
  readonly fault: string;
  /** Some call that the whole suite makes of the module, and that can be written down, tells changes apart. */
  readonly tellable: boolean;
  /** In the order of the attempts. */
  readonly candidates: readonly PlantedCandidate[];
}

/** Copies of each change. */
export interface Composition {
  readonly right: number;
  /** Of one wrong change and of another. */
  readonly wrong: number;
  readonly other: number;
  readonly careless: number;
}

/**
 * In turns. In six of ten the right change has fewer copies than a wrong one, and a vote picks that; in two of ten
 * nothing is right; in two the right one is the majority.
 */
export const COMPOSITIONS: readonly Composition[] = [
  { right: 2, wrong: 3, other: 0, careless: 0 },
  { right: 3, wrong: 2, other: 0, careless: 0 },
  { right: 1, wrong: 2, other: 2, careless: 0 },
  { right: 0, wrong: 3, other: 2, careless: 0 },
  { right: 1, wrong: 3, other: 0, careless: 1 },
  { right: 2, wrong: 3, other: 1, careless: 0 },
  { right: 3, wrong: 1, other: 1, careless: 0 },
  { right: 1, wrong: 2, other: 1, careless: 1 },
  { right: 0, wrong: 2, other: 2, careless: 1 },
  { right: 1, wrong: 4, other: 0, careless: 0 },
];
