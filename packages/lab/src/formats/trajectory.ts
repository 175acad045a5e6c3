import type { RolloutStatus, Usage } from '@heddle/core';

/**
 * What a rollout did, told as the field's formats tell it: messages, replies with their calls and results, and what the
 * harness did between them. Every exporter is a fold over it; every importer makes one. Times are milliseconds since 1970,
 * null where a format has none.
 */
export interface Trajectory {
  readonly head: TrajectoryHead;
  /** In the order of what happened; made anew each time it is asked for, so that nothing long is held in memory. */
  entries(): Iterable<Entry>;
  /** How it ended; null: it has not. */
  readonly end: TrajectoryEnd | null;
  /** What other rollouts did on its behalf, as its `child` entries name them. */
  children(): Iterable<Trajectory>;
}

export interface TrajectoryHead {
  /** Unique among those exported together: the rollout's id. */
  readonly id: string;
  readonly agent: { readonly name: string; readonly version: string };
  readonly model: string | null;
  /** What was asked; null: the format tells it only among its messages. */
  readonly task: string | null;
  readonly startedAt: number | null;
  readonly tools: readonly ToolDefinition[];
  /** The rollout whose past it shares. */
  readonly parent: string | null;
  /** The rollout on whose behalf it worked. */
  readonly within: { readonly rollout: string; readonly path: string } | null;
  /** All else that is known of it. */
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON schema of its arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface TrajectoryEnd {
  /** `interrupted`: its process ended before it did. Imported ones have none of ours: null. */
  readonly status: RolloutStatus | 'interrupted' | null;
  readonly verified: boolean | null;
  readonly probability: number | null;
  readonly reason: string;
  readonly endedAt: number | null;
  /** Git patch; null: none is known. */
  readonly patch: string | null;
  readonly usage: Usage | null;
  readonly usd: number | null;
  readonly steps: number;
  readonly seconds: number | null;
}

interface EntryBase {
  /** Position of the event it begins with; null where there is no journal. */
  readonly position: number | null;
  readonly at: number | null;
  /** Of a past shared with another rollout, or said again after a folding: not new, and not for training. */
  readonly copied?: true;
}

/** Something was said to the model. */
export interface Told extends EntryBase {
  readonly kind: 'told';
  /** `harness`: what programs say to the model in the user's place. */
  readonly by: 'system' | 'user' | 'harness';
  readonly text: string;
}

/** The model replied, and its calls were carried out. */
export interface Turn extends EntryBase {
  readonly kind: 'turn';
  readonly step: number;
  readonly endedAt: number | null;
  readonly model: string | null;
  readonly reasoning: string | null;
  readonly text: string;
  readonly calls: readonly Call[];
  readonly finish: string | null;
  readonly usage: Usage | null;
  readonly usd: number | null;
}

/** A tool was called. */
export interface Call {
  readonly id: string;
  readonly tool: string;
  /** Null: what the model wrote is no JSON object; `raw` has it. */
  readonly input: Readonly<Record<string, unknown>> | null;
  /** As the model wrote it, where that is not the JSON of `input`. */
  readonly raw?: string;
  readonly position: number | null;
  readonly at: number | null;
  readonly endedAt: number | null;
  /** Null: it was never carried out, or its end is not known. */
  readonly outcome: 'ok' | 'error' | 'interrupted' | null;
  /** What the model saw of it. */
  readonly content: string;
  /** Pictures shown with it. */
  readonly images: readonly { readonly mediaType: string; readonly object: string }[];
  /** Tools that its program called. */
  readonly calls: readonly Call[];
}

/** The harness ran a check by itself. */
export interface Checked extends EntryBase {
  readonly kind: 'checked';
  readonly step: number;
  readonly name: string;
  readonly command: string;
  readonly endedAt: number | null;
  readonly status: 'passed' | 'failed' | 'hung' | 'broken';
  readonly counts: { readonly passed: number; readonly failed: number; readonly skipped: number } | null;
  readonly failing: readonly string[];
}

/** The oldest messages were replaced by a text. What is still before the model follows it as copies. */
export interface Folded extends EntryBase {
  readonly kind: 'folded';
  readonly text: string;
  readonly by: 'model' | 'rule';
  readonly tokens: { readonly before: number; readonly after: number };
}

/** Another model was asked on its behalf. */
export interface Consulted extends EntryBase {
  readonly kind: 'consulted';
  readonly role: string;
  readonly model: string;
  readonly usage: Usage;
  readonly usd: number;
  readonly seconds: number;
  readonly failure: string | null;
}

/** Another rollout worked on its behalf. */
export interface Child extends EntryBase {
  readonly kind: 'child';
  readonly endedAt: number | null;
  readonly rollout: string;
  readonly path: string;
  readonly agent: string;
  readonly model: string;
  /** Null: it has not returned. */
  readonly outcome: { readonly status: string; readonly reason: string } | null;
}

/** A request to the model came to nothing. */
export interface Failed extends EntryBase {
  readonly kind: 'failed';
  readonly step: number;
  readonly code: string;
  readonly message: string;
}

export type Entry = Told | Turn | Checked | Folded | Consulted | Child | Failed;
