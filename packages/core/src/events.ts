import * as z from 'zod/mini';
import { compositionEvents } from './composition-events.ts';
import {
  type agentStateSchema,
  changedFile,
  checkOutcomeSchema,
  type checkSpecSchema,
  contentPartSchema,
  digest,
  type foreignToolSchema,
  json,
  type limitsSchema,
  named,
  path,
  rolloutConfigSchema,
  STATUSES,
  seconds,
  snapshot,
  spentSchema,
  taskSchema,
  usageSchema,
  withinSchema,
  type workSchema,
} from './event-parts.ts';
import { peerEvents } from './peer-events.ts';

/**
 * The journal's event union: the only truth about a rollout.
 *
 * Names are `noun.phase` in the past tense; each `*.started`/`*.requested` has exactly one end
 * unless the process died between the two, which a reader sees as "interrupted".
 * Event order of a rollout: ARCHITECTURE.md, "Event order".
 *
 * A change of shape bumps EVENT_VERSION and adds a pure step to `migrations.ts`
 * with a golden file of the old form (`test/golden/`).
 */
export const EVENT_VERSION = 6;

export const eventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('rollout.started'),
    task: taskSchema,
    agent: named,
    config: rolloutConfigSchema,
    heddle: z.string(),
    within: z.optional(withinSchema),
    /** The version tree of all it ran with. */
    tree: z.optional(digest),
  }),
  /** First own event of a fork; what precedes it is the parent's journal up to `parent.position`. */
  z.object({
    type: z.literal('rollout.forked'),
    parent: z.object({ rollout: z.string(), position: z.number(), step: z.number() }),
    config: rolloutConfigSchema,
    within: z.optional(withinSchema),
  }),
  /** Another process took the rollout up after a crash or an interruption, perhaps with another model or limits. */
  z.object({ type: z.literal('rollout.resumed'), config: rolloutConfigSchema }),
  /** Stopped on purpose (Ctrl-C) or for want of a model, patch so far kept; can be resumed. */
  z.object({
    type: z.literal('rollout.paused'),
    reason: z.string(),
    code: z.enum(['interrupted', 'model-unreachable']),
    /** Object with the git patch so far. */
    patch: digest,
  }),
  z.object({
    type: z.literal('rollout.completed'),
    status: z.enum(STATUSES),
    /** Every check passes on the final files, and at least one failed before. */
    verified: z.boolean(),
    /** The agent's stated probability that the patch is right, or null if it stated none. */
    probability: z.nullable(z.number()),
    /** The agent's summary, or the limit that ended it. */
    reason: z.string(),
    /** Why it is not verified, and signs of tampering; empty if there is nothing of either. */
    why: z.string(),
    /** Object with the git patch (empty text: nothing changed). */
    patch: digest,
    snapshot,
  }),
  z.object({
    type: z.literal('workspace.prepared'),
    /** The files as the user had them: the base every diff is against. */
    snapshot,
    sandbox: z.string(),
    /** The workspace's root as actions see it. */
    root: z.string(),
    /** What a person should know: uncommitted files carried over, large files left out… */
    notes: z.array(z.string()),
    /** The upper levels of its files, one a line; capped. */
    tree: z.optional(z.string()),
    /** What the repository says to those who work on it (`AGENTS.md`…), outermost folder first. */
    guides: z.optional(z.array(z.object({ path: z.string(), text: z.string() }))),
    /** Know-how that is read when it is needed (`SKILL.md`). */
    skills: z.optional(z.array(z.object({ name: z.string(), description: z.string(), path: z.string() }))),
  }),
  z.object({ type: z.literal('workspace.restored'), snapshot }),
  /** `step` 0 is the run before any edit. */
  z.object({ type: z.literal('check.started'), step: z.number(), check: z.string(), snapshot }),
  z.object({
    type: z.literal('check.completed'),
    step: z.number(),
    check: z.string(),
    snapshot,
    outcome: checkOutcomeSchema,
    /** Its whole output. */
    output: digest,
    seconds,
  }),
  /** Text put into the prompt by someone other than the model. */
  z.object({
    type: z.literal('note.added'),
    from: z.enum(['user', 'harness']),
    /**
     * Why: `report` (checks and status), `instruction`, `hint` (what is true of this run), `stage` (a hint that the
     * state of the work calls for), `guide` (what the repository says of a folder), `limit`, `nudge`, `format`.
     */
    about: z.enum(['report', 'instruction', 'hint', 'stage', 'guide', 'limit', 'nudge', 'format']),
    text: z.string(),
    /** Which of its kind: a stage hint's name, a guide's path. */
    name: z.optional(z.string()),
  }),
  /** A program the agent registered was run again; the model is told if what it prints has changed. */
  z.object({
    type: z.literal('view.refreshed'),
    step: z.number(),
    view: z.string(),
    outcome: z.enum(['ok', 'error']),
    content: z.string(),
    seconds,
  }),
  /** Another model than the rollout's own was asked on its behalf; its spending is the rollout's. */
  z.object({
    type: z.literal('model.consulted'),
    step: z.number(),
    role: z.enum(['memory', 'auditor', 'rival', 'comparator', 'planner', 'locator', 'writer', 'judge']),
    /** On behalf of which agent of an agent made of agents. */
    path: z.optional(path),
    model: z.string(),
    usage: usageSchema,
    usd: z.number(),
    seconds,
    /** It failed, and this is how. */
    failure: z.optional(z.string()),
  }),
  /** Two models proposed the same step's edits; each was tried in a fork. `kept` is what `model.completed` holds. */
  z.object({
    type: z.literal('edit.compared'),
    step: z.number(),
    proposals: z.array(
      z.object({
        model: z.string(),
        /** What its calls did in its fork; null: it was not tried (no edit, or the same edit). */
        outcome: z.nullable(
          z.object({
            applied: z.boolean(),
            passed: z.number(),
            failing: z.number(),
            broke: z.number(),
            why: z.optional(z.string()),
          }),
        ),
      }),
    ),
    kept: z.number(),
    by: z.enum(['only', 'same', 'checks', 'comparator', 'first']),
    why: z.string(),
  }),
  /** The messages before `keepFrom` are replaced by a text in their place. They stay in the journal. */
  z.object({
    type: z.literal('memory.folded'),
    step: z.number(),
    /** Index, in the prompt so far, of the first message that stays after the introduction. */
    keepFrom: z.number(),
    /** Characters that each result the model has not seen yet may keep, where they are too long to stay whole. */
    shorten: z.optional(z.number()),
    text: z.string(),
    by: z.enum(['model', 'rule']),
    /** `rule`: why no model did it. */
    why: z.optional(z.string()),
    /** Of the prompt, estimated. */
    tokens: z.object({ before: z.number(), after: z.number() }),
  }),
  z.object({
    type: z.literal('model.requested'),
    step: z.number(),
    /** Digest of the whole request, so that a replay can prove it is the same. */
    digest,
    bytes: z.number(),
    messages: z.number(),
  }),
  /** A try failed and another follows after `waitSeconds`. */
  z.object({
    type: z.literal('model.retried'),
    step: z.number(),
    code: z.string(),
    message: z.string(),
    waitSeconds: z.number(),
    spent: z.optional(spentSchema),
  }),
  z.object({
    type: z.literal('model.completed'),
    step: z.number(),
    content: z.array(contentPartSchema),
    finish: z.enum(['stop', 'length', 'content-filter', 'tool-calls', 'other']),
    usage: usageSchema,
    usd: z.number(),
    seconds,
    /** Who replied, if not the rollout's own model. */
    model: z.optional(z.string()),
  }),
  z.object({
    type: z.literal('model.failed'),
    step: z.number(),
    code: z.string(),
    message: z.string(),
    spent: z.optional(spentSchema),
  }),
  /** Written before the tool runs. */
  z.object({
    type: z.literal('action.started'),
    step: z.number(),
    call: z.string(),
    tool: z.string(),
    input: json,
    /** The call whose program called this tool (`code`); the model sees that call's observation, not this one's. */
    parent: z.optional(z.string()),
  }),
  z.object({
    type: z.literal('action.completed'),
    step: z.number(),
    call: z.string(),
    /** `error`: the model is told and goes on. `interrupted`: the process died while it ran. */
    outcome: z.enum(['ok', 'error', 'interrupted']),
    /** What the model sees; capped. */
    content: z.string(),
    /** For people and programs: exit code, paths, probability… */
    details: json,
    /** The uncut output when `content` had to be cut. */
    output: z.nullable(digest),
    /** Pictures the model is shown after `content`: objects with their bytes. */
    images: z.optional(z.array(z.object({ mediaType: z.string(), object: digest }))),
    /** The files after it, taken before this event is written: an action without its end never happened. */
    snapshot,
    /** What it changed against the snapshot before it. */
    changed: z.array(changedFile),
    seconds,
  }),
  ...compositionEvents,
  ...peerEvents,
]);

export type RolloutEvent = z.infer<typeof eventSchema>;
export type EventType = RolloutEvent['type'];
export type EventOf<T extends EventType> = Extract<RolloutEvent, { type: T }>;
export type Task = z.infer<typeof taskSchema>;
export type CheckSpec = z.infer<typeof checkSpecSchema>;
export type CheckOutcome = z.infer<typeof checkOutcomeSchema>;
export type ContentPart = z.infer<typeof contentPartSchema>;
export type Usage = z.infer<typeof usageSchema>;
export type Spent = z.infer<typeof spentSchema>;
export type Limits = z.infer<typeof limitsSchema>;
export type RolloutConfig = z.infer<typeof rolloutConfigSchema>;
export type ForeignTool = z.infer<typeof foreignToolSchema>;
export type AgentStateData = z.infer<typeof agentStateSchema>;
export type Work = z.infer<typeof workSchema>;
export type Within = z.infer<typeof withinSchema>;
export type RolloutStatus = (typeof STATUSES)[number];

/** An event where it stands: `rollout` wrote it at `position` (0-based along the chain of parents). */
export interface Recorded<E extends RolloutEvent = RolloutEvent> {
  readonly rollout: string;
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: E;
}
