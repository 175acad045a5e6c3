import type { Edit } from './edit.ts';
import type { Suspect } from './suspicion.ts';

/** Where the work stands, as far as the prompt tells: everything the model knows. */
export interface RepairState {
  readonly tools: ReadonlySet<string>;
  /** The repository's root as actions see it; empty if the prompt doesn't say. */
  readonly root: string;
  readonly checks: readonly CheckView[];
  /** Calls of the last reply that died before they were done. */
  readonly interrupted: readonly Call[];
  /** Faults of the tools since one last worked, newest last. */
  readonly faults: readonly string[];
  /** One for the files as they were given, one more for each edit that stands; never empty. */
  readonly epochs: readonly Epoch[];
  /** The first edits, two or more, with which all checks passed; and whether any has been taken back since. */
  readonly whole: { readonly edits: readonly Edit[]; readonly left: boolean } | null;
  /** `finish` calls answered since the last edit. */
  readonly finishing: number;
  /** What the rollout may take in all; null where the prompt doesn't say. */
  readonly limits: { readonly steps: number; readonly seconds: number } | null;
  /** Replies so far. */
  readonly replies: number;
  /** All trials so far, those of edits taken back included. */
  readonly spent: { readonly trials: number; readonly seconds: number };
}

export interface CheckView {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'hung' | 'broken';
  readonly passed: number | null;
  readonly failed: number | null;
  /** Names of failing tests, as many as were told. */
  readonly failing: readonly string[];
}

/** What was learnt while the files were as they are; an edit begins a new one, taking it back ends it. */
export interface Epoch {
  /** The edit that began it; null for the files as given. */
  readonly edit: Edit | null;
  /** The checks before that edit. */
  readonly before: readonly CheckView[];
  /** What the last report said of the failures: messages and stacks. */
  failures: string;
  /** Null until asked; empty when nothing could be said. */
  suspects: readonly Suspect[] | null;
  readonly files: Map<string, FileView>;
  readonly trials: Map<string, Trial>;
  /** Keys of edits that were made here and taken back. */
  readonly rejected: Set<string>;
  /** What passes has been compared by what it makes the tests run. */
  compared: boolean;
  batches: number;
  /** Batches since the first trial that mended something. */
  batchesSinceMended: number;
}

/** What was seen of a file. */
export interface FileView {
  readonly lines: Map<number, string>;
  /** Where to look on, or null when all was seen or can't be. */
  next: readonly [number, number] | null;
  /** Why it cannot be worked on, if so. */
  fault: string | null;
}

export interface Trial {
  readonly edit: Edit;
  readonly label: string;
  readonly outcome: 'pass' | 'part' | 'fail' | 'hung' | 'broken' | 'ill-typed';
  /** Tests that passed and tests that ran. */
  readonly passed: number | null;
  readonly total: number | null;
  /** Only of some that pass: those with the same number make every test run the same lines. */
  readonly behaviour?: Behaviour;
}

export interface Behaviour {
  readonly number: number;
  /** Tests that passed before and now run other lines. */
  readonly disturbed: number;
}

export interface Call {
  readonly id: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export function emptyEpoch(edit: Edit | null, before: readonly CheckView[]): Epoch {
  return {
    edit,
    before,
    failures: '',
    suspects: null,
    files: new Map(),
    trials: new Map(),
    rejected: new Set(),
    compared: false,
    batches: 0,
    batchesSinceMended: 0,
  };
}

/** The files as they are now. */
export function present(state: RepairState): Epoch {
  return state.epochs.at(-1)!;
}
