import { type Op, op, type VersionParts, type VersionTree } from '@heddle/core';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';

/** What one attempt offers, and how it stands: empty ones, ones that do not apply and copies of others are not offered. */
export interface Candidate {
  /** From 1, in the order of the attempts. */
  readonly candidate: number;
  readonly end: AgentState;
  /** Git patch from the files all began with. */
  readonly patch: string;
  /** The ends of all attempts that came to this fix, `end` among them: each is a vote, and may bring tests of its own. */
  readonly ends: readonly AgentState[];
  /** Tests of the task by somebody else, which fail on the files all began with; the same for all candidates. */
  readonly tests?: readonly CandidateTest[];
}

export interface CandidateTest {
  /** From the root, once its files are there. */
  readonly command: string;
  /** New files. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export interface Selection {
  /** Null: none is good enough. */
  readonly candidate: number | null;
  /** 0 to 1: that the choice is right; with none, that none is. */
  readonly probability: number;
  /** Best first. `agrees`: the others that behave the same. */
  readonly ranking: readonly {
    readonly candidate: number;
    readonly score: number;
    readonly agrees: readonly number[];
  }[];
  /** In sentences, the weightiest first. */
  readonly reasons: readonly string[];
}

/** Chooses among candidates. `start`: the state all attempts began with. It may not see what judges the choice. */
export type Selector = Op<[candidates: readonly Candidate[], start: AgentState, run: Run], Selection>;

export interface SelectorParts extends Omit<VersionParts, 'uses'> {
  /** Ops that it calls. */
  readonly uses?: readonly { readonly op: { readonly version: VersionTree } }[];
}

/** Makes a selector of a function. */
export function selector(
  { uses = [], ...parts }: SelectorParts,
  select: (candidates: readonly Candidate[], start: AgentState, run: Run) => Promise<Selection>,
): Selector {
  const identity = {
    ...parts,
    get uses() {
      return uses.map(({ op: { version } }) => version);
    },
  };
  return op(identity, select);
}
