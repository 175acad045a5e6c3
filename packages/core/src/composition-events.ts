import * as z from 'zod/mini';
import {
  agentStateSchema,
  candidate,
  digest,
  json,
  limitsSchema,
  named,
  path,
  seconds,
  snapshot,
  usageSchema,
  workSchema,
} from './event-parts.ts';

/** What happens in a rollout whose agent is made of agents. */
export const compositionEvents = [
  /** An agent of an agent made of agents was called with a state. */
  z.object({ type: z.literal('agent.started'), path, agent: named, state: agentStateSchema }),
  z.object({
    type: z.literal('agent.completed'),
    path,
    /**
     * `failed`: it threw, and is called again when the rollout is resumed. `stopped`: whoever called it did not wait for
     * its end; the state is what it had come to.
     */
    outcome: z.enum(['returned', 'stopped', 'failed']),
    state: z.nullable(agentStateSchema),
    /** Of `failed`. */
    why: z.optional(z.string()),
  }),
  /** A rollout was begun on behalf of an agent; its own journal says what it does. */
  z.object({
    type: z.literal('rollout.delegated'),
    path,
    rollout: z.string(),
    agent: named,
    model: z.string(),
    seed: z.number(),
    /** Late fork: whose past it shares, up to the end of which step. */
    forked: z.optional(z.object({ rollout: z.string(), step: z.number() })),
  }),
  /**
   * It has ended, or was stopped; what was stopped is taken up again when the rollout is resumed, and then returns once
   * more, with all it has spent since it began.
   */
  z.object({
    type: z.literal('rollout.returned'),
    path,
    rollout: z.string(),
    work: workSchema,
    snapshot,
    /** Object with its patch against the files it began with. */
    patch: digest,
    /** Of its own; tokens shared with a parent are not in it. */
    spent: limitsSchema,
    usage: usageSchema,
    /** Late fork: what it would have had to spend on the past that it shares. */
    saved: z.optional(limitsSchema),
  }),
  /** A money, token or time limit of an agent was used up: what ran on its behalf was stopped. */
  z.object({ type: z.literal('budget.exhausted'), path, limit: z.enum(['usd', 'tokens', 'seconds']) }),
  /** What an agent has worked out once and for all. */
  z.object({ type: z.literal('value.recorded'), path, value: json }),
  z.object({
    type: z.literal('plan.made'),
    path,
    /** From 1; a plan is made anew when parts of it failed. */
    round: z.number(),
    parts: z.array(
      z.object({
        name: z.string(),
        task: z.string(),
        /** Shell commands that must pass when it is done. */
        accept: z.array(z.string()),
        /** Names of parts that must be done before. */
        after: z.array(z.string()),
      }),
    ),
    why: z.string(),
  }),
  z.object({
    type: z.literal('part.completed'),
    path,
    round: z.number(),
    part: z.string(),
    outcome: z.enum(['done', 'failed', 'conflict', 'skipped']),
    why: z.string(),
    rollout: z.nullable(z.string()),
  }),
  /** Work done side by side was put together. */
  z.object({
    type: z.literal('patches.merged'),
    path,
    snapshot,
    parts: z.array(
      z.object({
        name: z.string(),
        outcome: z.enum(['merged', 'empty', 'conflict']),
        /** Of a conflict: the files that cannot be put together. */
        paths: z.array(z.string()),
      }),
    ),
  }),
  /** What one attempt offers for selection. */
  z.object({
    type: z.literal('candidate.proposed'),
    path,
    candidate,
    rollout: z.nullable(z.string()),
    snapshot,
    patch: digest,
    /** As its agent stated it. */
    probability: z.nullable(z.number()),
    /** The candidate it is the same as, formatting and comments aside. */
    same: z.nullable(candidate),
    /** Why it is out of the question: it is empty, it does not apply. */
    out: z.nullable(z.string()),
    /** Nobody waited for its end: it has no vote. */
    stopped: z.optional(z.literal(true)),
  }),
  /** A test was run on a candidate's files, or on those as they were. */
  z.object({
    type: z.literal('evidence.measured'),
    path,
    /** Unique within the selection. */
    test: z.string(),
    /**
     * `check`: the user's; `regression`: a check with the repository's own test files put back; `ablation`: a test on the
     * candidate without one part of its change.
     */
    kind: z.enum(['check', 'regression', 'reproduction', 'tests', 'behaviour', 'ablation']),
    /** Whose test it is; null: the user's, or generated. */
    by: z.nullable(candidate),
    about: candidate,
    snapshot,
    outcome: z.enum(['passed', 'failed', 'hung', 'broken']),
    exitCode: z.nullable(z.number()),
    /** How many of its tests passed, where its output says so. */
    counts: z.nullable(z.object({ passed: z.number(), failed: z.number(), skipped: z.number() })),
    failing: z.array(z.string()),
    /** Of `behaviour`: what was observed on each input, as digests with spaces between. */
    behaviour: z.optional(z.string()),
    /** Which repetition, from 1. */
    run: z.number(),
    output: digest,
    seconds,
  }),
  /** A test counts for nothing. */
  z.object({
    type: z.literal('evidence.dismissed'),
    path,
    test: z.string(),
    why: z.enum(['flaky', 'passes-without', 'passes-nowhere', 'cannot-run', 'not-comparable']),
  }),
  /** A model was asked which of two is better; each order is a `model.consulted`. */
  z.object({
    type: z.literal('candidates.compared'),
    path,
    first: candidate,
    second: candidate,
    winner: z.nullable(candidate),
    model: z.string(),
    why: z.string(),
  }),
  z.object({
    type: z.literal('candidate.chosen'),
    path,
    /** Null: none is good enough. */
    candidate: z.nullable(candidate),
    /** That the choice is right; with none, that none is. */
    probability: z.number(),
    /** Best first; those that are out are missing. */
    ranking: z.array(z.object({ candidate, score: z.number(), agrees: z.array(candidate) })),
    /** In sentences, the weightiest first. */
    reasons: z.array(z.string()),
  }),
] as const;

export type CompositionEvent = z.infer<(typeof compositionEvents)[number]>;

const TYPES: ReadonlySet<string> = new Set(
  compositionEvents.flatMap(({ shape }) => [...shape.type.def.values]),
);

export function isCompositionEvent(event: { readonly type: string }): event is CompositionEvent {
  return TYPES.has(event.type);
}
