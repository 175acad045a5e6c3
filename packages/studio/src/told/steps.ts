/** The steps of a rollout in few words each: what a timeline is made of. Units as in `lines.ts`. */

/** A check's outcome in a few numbers. */
export interface OutcomeTold {
  readonly status: 'passed' | 'failed' | 'hung' | 'broken';
  readonly exitCode: number | null;
  /** Null: its output could not be read. */
  readonly counts: { readonly passed: number; readonly failed: number; readonly skipped: number } | null;
}

export interface CheckChange {
  readonly check: string;
  /** Of its run before this one; null: there was none. */
  readonly was: OutcomeTold | null;
  readonly is: OutcomeTold;
  /** Names of tests that fail now and did not, and of those that did and do not; capped. */
  readonly broke: readonly string[];
  readonly mended: readonly string[];
  /** How many in all. */
  readonly brokeCount: number;
  readonly mendedCount: number;
  readonly seconds: number;
}

export interface ActionLine {
  readonly call: string;
  readonly tool: string;
  /** The tool and what tells this action from others, in one line. */
  readonly title: string;
  /** `running`: it has not ended, or its process died. */
  readonly outcome: 'ok' | 'error' | 'interrupted' | 'running';
  /** How it ended where that is not simply well: `exit 1`. */
  readonly problem: string;
  readonly seconds: number;
  /** Called by the program of another action. */
  readonly nested: boolean;
}

/** What else happened in a step, in one line. */
export interface Mark {
  readonly kind:
    | 'user'
    | 'note'
    | 'folded'
    | 'retried'
    | 'failed'
    | 'interrupted'
    | 'resumed'
    | 'forked'
    | 'paused'
    | 'ended'
    | 'compared'
    | 'refused'
    | 'agents'
    | 'peer';
  readonly text: string;
}

export interface StepLine {
  /** 0: before the model’s first word. */
  readonly n: number;
  readonly at: number;
  /** From its first event to its last; pauses are left out. */
  readonly seconds: number;
  /** That the model took of it. */
  readonly modelSeconds: number;
  /** Null: no model was asked, or it does not tell. */
  readonly tokens: { readonly input: number; readonly cached: number; readonly output: number } | null;
  readonly usd: number;
  /** How the reply ended; null: there is none. */
  readonly finish: string | null;
  /** The first words of what the model said. */
  readonly thought: string;
  readonly actions: readonly ActionLine[];
  /** Actions in all, where only the first are told. */
  readonly actionCount: number;
  readonly checks: readonly CheckChange[];
  readonly files: readonly { readonly path: string; readonly status: 'added' | 'modified' | 'deleted' }[];
  readonly fileCount: number;
  readonly marks: readonly Mark[];
  /** Of the rollout that this one is a fork of. */
  readonly inherited: boolean;
}

export interface StepsTold {
  readonly steps: readonly StepLine[];
  /** How many there are, and the index of the first one told. */
  readonly total: number;
  readonly from: number;
  /** Position of the last event that is in it; -1: none. */
  readonly cursor: number;
}
