import type { EventOf } from '@heddle/core';
import type { Reproduction } from './finish/reproduction.ts';

/* What tools put in the `details` of their results for the fold to remember: the state of a rollout survives a crash. */

/** What a tool needs to know of the rollout so far; part of the state, so it survives a crash. */
export interface UndoEntry {
  readonly path: string;
  /** Object with the bytes before the edit; null: the file did not exist. */
  readonly before: string | null;
  /** Digest of the bytes after it (null: it was removed): whether something else has changed the file since. */
  readonly after?: string | null;
  /** It could be run before it was removed. */
  readonly executable?: true;
}

/** The beginning of a text that comes in several calls. */
export interface Draft {
  /** What it will be: the file and the symbol in it, or null for the whole file. */
  readonly path: string;
  readonly symbol: string | null;
  /** Object with the text so far. */
  readonly text: string;
}

/** A shell in which a program still runs. */
export interface RunningSession {
  readonly session: number;
  readonly command: string;
}

/** What the model asked and nobody answered, and what it went by instead. */
export interface Assumption {
  readonly question: string;
  readonly assumption: string;
}

/** Edits that two models proposed for one step, and whose was made. */
export interface ComparedEdit {
  readonly step: number;
  readonly models: readonly string[];
  /** One of `models`. */
  readonly kept: string;
  readonly by: EventOf<'edit.compared'>['by'];
  readonly why: string;
}

/** A part of the work as the agent has planned it. */
export interface PlanItem {
  readonly text: string;
  readonly status: 'todo' | 'doing' | 'done';
}

/** What a tool may put in `details` for the fold to remember. */
export interface RememberedDetails {
  readonly running?: readonly RunningSession[];
  readonly undo?: UndoEntry | readonly UndoEntry[];
  /** The last edit of this path was taken back. */
  readonly undone?: string;
  /** Files the model has now seen, or knows because it wrote them: digests of their bytes by path. */
  readonly seen?: Readonly<Record<string, string>>;
  /** A part of a long text was kept; null: what was kept is used up. */
  readonly draft?: Draft | null;
  /** `ask`: `seconds` were a person's. */
  readonly asked?: Assumption & { readonly answer: string | null; readonly seconds: number };
  /** `plan`: the whole of it, as it is now. */
  readonly plan?: readonly PlanItem[];
  /** `watch`: a view, or null for one that is no longer wanted. */
  readonly view?: { readonly name: string; readonly command: string | null };
  /** `recall`: a fact to keep. */
  readonly note?: string;
  /** `finish`: the review was shown, or the work was submitted. */
  readonly finish?:
    | { phase: 'review'; summary?: string; reproduction?: Reproduction | null }
    | { phase: 'submit'; probability: number; summary: string };
}

/** What a person took to allow an action, or to answer what it asked: they may take longer than the rollout's clock allows. */
export function secondsOfPerson({ outcome, details }: EventOf<'action.completed'>): number {
  const { guard, asked } = (details ?? {}) as { guard?: { seconds?: number } } & RememberedDetails;
  return (guard?.seconds ?? 0) + (outcome === 'ok' ? (asked?.seconds ?? 0) : 0);
}
