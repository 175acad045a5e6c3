import type { CheckChange, StepLine } from './steps.ts';

/** A text, capped; the whole is an object where one is kept. */
export interface LongText {
  readonly text: string;
  /** Characters left out of `text`. */
  readonly cut: number;
  /** Digest of the object with all of it: `/api/objects/:digest`. */
  readonly whole: string | null;
}

export interface Field {
  readonly name: string;
  readonly value: LongText;
}

export interface PictureTold {
  readonly digest: string;
  readonly mediaType: string;
}

/** What happened in a step, in order. */
export type Piece =
  | {
      readonly kind: 'thought';
      readonly text: LongText;
      readonly reasoning: boolean;
      readonly model: string | null;
    }
  | {
      readonly kind: 'action';
      readonly call: string;
      readonly tool: string;
      readonly title: string;
      /** When it was begun. */
      readonly at: number;
      readonly input: readonly Field[];
      readonly outcome: 'ok' | 'error' | 'interrupted' | 'running';
      readonly problem: string;
      readonly content: LongText;
      readonly pictures: readonly PictureTold[];
      readonly files: StepLine['files'];
      readonly seconds: number;
      readonly nested: boolean;
      /** What the guard decided; empty: nothing. */
      readonly guard: string;
      /** What hooks did. */
      readonly hooks: readonly string[];
    }
  | {
      readonly kind: 'check';
      readonly change: CheckChange;
      /** Names of all that fail; capped by the journal. */
      readonly failing: readonly string[];
      readonly output: string;
    }
  | {
      readonly kind: 'note';
      readonly from: 'user' | 'harness';
      readonly about: string;
      readonly name: string | null;
      readonly text: LongText;
    }
  | {
      readonly kind: 'folded';
      readonly text: LongText;
      readonly by: 'model' | 'rule';
      readonly why: string;
      readonly before: number;
      readonly after: number;
      /** Position of the event: `/api/rollouts/:id/memory?at=`. */
      readonly position: number;
    }
  | {
      readonly kind: 'spent';
      readonly title: string;
      readonly input: number;
      readonly cached: number;
      readonly output: number;
      readonly usd: number;
      readonly seconds: number | null;
    }
  | {
      readonly kind: 'line';
      readonly tone: 'plain' | 'good' | 'warn' | 'bad';
      readonly text: string;
      /** Another rollout that it names: its id is in the text. */
      readonly rollout?: string;
    }
  | { readonly kind: 'text'; readonly title: string; readonly text: LongText; readonly terminal: boolean };

export interface StepTold {
  readonly line: StepLine;
  readonly pieces: readonly Piece[];
  /** Pieces that are too many to tell. */
  readonly more: number;
  /** A model was asked with a prompt that can be shown. */
  readonly hasPrompt: boolean;
  /** Its files are not those before it. */
  readonly changed: boolean;
  readonly root: string;
}

/** A part of a message, as text. */
export interface PromptPart {
  readonly kind: 'text' | 'reasoning' | 'call' | 'result' | 'other';
  readonly title: string;
  readonly text: string;
  /** Characters left out. */
  readonly cut: number;
}

export interface PromptMessage {
  readonly index: number;
  readonly role: string;
  /** The step it belongs to; null: not known. */
  readonly step: number | null;
  /** Estimated. */
  readonly tokens: number;
  /** `cached`: the provider had read it before. `sent`: it was in the request before and is not known to be cached. */
  readonly state: 'cached' | 'sent' | 'new';
  readonly parts: readonly PromptPart[];
}

/** A request as it was sent. */
export interface PromptTold {
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly { readonly name: string; readonly description: string; readonly schema: string }[];
  /** As the provider counted; null: it has not answered. */
  readonly counted: { readonly input: number; readonly cached: number; readonly written: number } | null;
}

/** What a folding left out of the prompt, beside what took its place. */
export interface MemoryTold {
  readonly text: string;
  readonly originals: readonly PromptMessage[];
}

/** A git patch; null says why there is none. */
export interface DiffTold {
  readonly patch: string | null;
  readonly why: string | null;
  /** Files that are left out because it is too long. */
  readonly left: number;
}

/** A page of an object's text. */
export interface ObjectTold {
  readonly text: string;
  readonly from: number;
  /** Bytes in all, and where the next page begins; null: this is the last. */
  readonly bytes: number;
  readonly next: number | null;
}

/** What the running action with this call has printed lately, on this machine. */
export interface PrintedTold {
  readonly call: string;
  readonly text: string;
}
