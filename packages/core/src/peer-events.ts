import * as z from 'zod/mini';
import { changedFile, digest, json, seconds, snapshot, usageSchema } from './event-parts.ts';

const text = z.string();
const step = z.number();

/**
 * What happens in a rollout that a foreign program carries out: as much as the protocol shows of it. A step is a turn
 * of its model as far as that can be told: words or calls after the calls before have ended. Step 0 is before its first.
 */
export const peerEvents = [
  /** The program runs and waits for, or has been given, its task. */
  z.object({
    type: z.literal('peer.started'),
    /** `acp`: Agent Client Protocol. `command`: a command line that is run once. */
    protocol: z.enum(['acp', 'command']),
    /** As it calls itself; else as its entry is called. */
    name: text,
    version: z.nullable(text),
    /** The command line, as it was started. */
    program: text,
    /** By its own counting; null: it has none. */
    session: z.nullable(text),
    /** `loaded`: it went on with the session it had. `anew`: it could not, and was told so. */
    how: z.enum(['new', 'loaded', 'anew']),
    /** Of `anew`. */
    why: z.optional(text),
    /** Of its sandbox's start, its own and its session's. */
    seconds,
  }),
  /** Words of one kind in a row, put together. */
  z.object({
    type: z.literal('peer.said'),
    step,
    /** `output`: what a command line prints. `notice`: what it does beside the work (a summary of its memory, another mode). */
    kind: z.enum(['message', 'thought', 'plan', 'output', 'notice']),
    /** Capped. */
    text,
    /** Object with the whole, where `text` had to be cut. */
    whole: z.nullable(digest),
  }),
  /** A tool call of its model began. */
  z.object({
    type: z.literal('peer.called'),
    step,
    call: text,
    title: text,
    /** In the protocol's words: `read`, `edit`, `execute`, `search`… */
    kind: text,
    input: json,
  }),
  /** It ended; the title and the input as they were in the end. */
  z.object({
    type: z.literal('peer.returned'),
    step,
    call: text,
    outcome: z.enum(['ok', 'error', 'interrupted']),
    title: text,
    kind: text,
    /** Long texts in it are capped. */
    input: json,
    /** Files it is about, `path:line` where a line is known. */
    locations: z.array(text),
    /** What came back, diffs and output of terminals included; capped. */
    content: text,
    /** Object with input and result as they were, where they had to be cut. */
    whole: z.nullable(digest),
    seconds,
  }),
  /** Its files have changed; looked at after a call and now and then, so the call before need not have done it alone. */
  z.object({ type: z.literal('peer.changed'), step, snapshot, changed: z.array(changedFile) }),
  /** It asked its client for something, or the network. */
  z.object({
    type: z.literal('peer.asked'),
    step,
    about: z.enum(['permission', 'question', 'read', 'write', 'run', 'network']),
    /** What it wants to do; a path, a command, a host. */
    subject: text,
    answer: z.enum(['allowed', 'refused']),
    /** The option that was chosen; why it was refused. */
    why: z.optional(text),
    /** The tool call on whose behalf. */
    call: z.optional(text),
  }),
  /** Spent since it last said so. */
  z.object({
    type: z.literal('peer.spent'),
    /** Null: it does not tell. */
    usage: z.nullable(usageSchema),
    usd: z.number(),
    /** Tokens in its context, and how many fit. */
    context: z.nullable(z.object({ used: z.number(), size: z.number() })),
  }),
  /** Its program has ended, or was ended. A start without it: this process died first. */
  z.object({
    type: z.literal('peer.completed'),
    /**
     * `finished`: by itself. `refused`: its model would not. `limit`, `silent`, `stopped`: it was ended. `exited`: it went
     * before it was done. `failed`: it said that it cannot.
     */
    end: z.enum(['finished', 'refused', 'limit', 'silent', 'stopped', 'exited', 'failed']),
    /** Why, in one line. */
    why: text,
    exitCode: z.nullable(z.number()),
    /** Object with what it wrote to its error output; null: nothing. */
    errors: z.nullable(digest),
    /** It failed by no fault of its own. */
    fault: z.optional(z.object({ class: text, code: text, message: text })),
  }),
] as const;

export type PeerEvent = z.infer<(typeof peerEvents)[number]>;

const TYPES: ReadonlySet<string> = new Set(peerEvents.flatMap(({ shape }) => [...shape.type.def.values]));

export function isPeerEvent(event: { readonly type: string }): event is PeerEvent {
  return TYPES.has(event.type);
}
