import type { RolloutLine } from './lines.ts';
import type { OutcomeTold, StepLine } from './steps.ts';

export interface CheckTold {
  readonly name: string;
  readonly command: string;
  /** Before any edit. */
  readonly before: OutcomeTold | null;
  readonly after: OutcomeTold | null;
}

export interface Spent {
  readonly steps: number;
  readonly usd: number;
  readonly tokens: number;
  readonly seconds: number;
}

/** Of an agent made of agents: one of its parts. */
export interface PartTold {
  readonly path: string;
  /** `#2` for an attempt, else its name. */
  readonly label: string;
  readonly depth: number;
  readonly heading: boolean;
  readonly agent: string;
  readonly phase: 'waiting' | 'exploring' | 'working' | 'ended' | 'failed';
  readonly status: RolloutLine['status'] | null;
  readonly verified: boolean;
  readonly probability: number | null;
  readonly why: string;
  readonly rollout: string | null;
  readonly forked: { readonly rollout: string; readonly step: number } | null;
  readonly spent: Spent | null;
  /** What it is at this moment. */
  readonly step: number;
  readonly now: string;
  /** Failing tests, or failing checks where tests are not counted, before its first edit and now. */
  readonly failing: { readonly before: number; readonly now: number } | null;
}

/** The trial of an experiment that it is an attempt of. */
export interface TrialTold {
  readonly experiment: string;
  readonly name: string;
  readonly agent: string;
  readonly instance: string;
  readonly attempt: number;
  readonly tries: number;
  readonly state: 'due' | 'running' | 'graded';
  /** Null: there is no verdict. */
  readonly resolved: boolean | null;
  readonly infra: { readonly class: string; readonly code: string; readonly message: string } | null;
  /** Signs of cheating, and what each means. */
  readonly flags: readonly FlagTold[];
  /** Tests by the four groups of SWE-bench; null: tests were not run or have no names. */
  readonly tests:
    | readonly {
        readonly group: string;
        readonly passed: number;
        readonly failed: readonly string[];
        readonly failedCount: number;
      }[]
    | null;
}

export interface FlagTold {
  readonly name: string;
  readonly meaning: string;
  /** What it rests on, the gravest first; empty: that was not kept. */
  readonly evidence: readonly {
    readonly severity: 'note' | 'warning' | 'grave';
    /** What was done, and why it is a sign. */
    readonly why: string;
    readonly quote: string;
    /** Null: it is in the patch. */
    readonly at: { readonly rollout: string; readonly step: number } | null;
  }[];
}

/** Another attempt at the same instance, of the same experiment. */
export interface OtherAttempt {
  readonly agent: string;
  readonly attempt: number;
  readonly rollout: string;
  readonly resolved: boolean | null;
}

export interface PeerTold {
  readonly name: string;
  readonly version: string | null;
  readonly protocol: string;
  readonly program: string;
  readonly end: string | null;
}

/** Everything about a rollout but its steps. */
export interface RolloutTold {
  readonly now: number;
  /** Of its last event: what it does since then is told when it has ended. */
  readonly lastAt: number;
  /** It has asked a person, who has not answered since; its clock stands. Null: nobody is waited for. */
  readonly waitsSince: number | null;
  /** Where to go on listening from. */
  readonly cursor: string;
  readonly line: RolloutLine;
  readonly task: { readonly text: string; readonly repo: string; readonly commit: string | null };
  readonly agent: { readonly name: string; readonly version: string };
  readonly heddle: string;
  /** Plain data. */
  readonly config: {
    readonly model: string;
    readonly seed: number;
    readonly checksFrom: string;
    readonly sandbox: string;
    readonly network: boolean;
    readonly tools: readonly string[];
    readonly contextTokens: number | null;
    readonly memory: string | null;
    readonly temperature: number | null;
    readonly ownPrompt: boolean;
    readonly agent: unknown;
    readonly foreignTools: readonly string[];
  };
  readonly limits: Spent;
  readonly spent: Spent;
  readonly usage: {
    readonly input: number;
    readonly cached: number;
    readonly output: number;
    readonly reasoning: number;
  };
  /** A fork: what was spent on the steps that it shares. */
  readonly inherited: Spent | null;
  readonly checks: readonly CheckTold[];
  /** Null: it has not ended. */
  readonly end: { readonly at: number; readonly reason: string; readonly why: string } | null;
  /** What a person should know of its workspace. */
  readonly notes: readonly string[];
  readonly guides: readonly string[];
  readonly skills: readonly string[];
  readonly forkedFrom: { readonly rollout: string; readonly step: number } | null;
  readonly within: { readonly rollout: string; readonly path: string } | null;
  readonly trial: TrialTold | null;
  readonly parts: readonly PartTold[];
  /** How many choices among candidates there are. */
  readonly selections: number;
  readonly versions: readonly {
    readonly kind: string;
    readonly name: string;
    readonly number: number;
    readonly digest: string;
  }[];
  readonly peer: PeerTold | null;
  /** Steps in its timeline, the one before the first included. */
  readonly steps: number;
  /** Paths that it has changed so far. */
  readonly files: readonly { readonly path: string; readonly status: 'added' | 'modified' | 'deleted' }[];
  /** The longest and dearest step, for bars. */
  readonly most: { readonly seconds: number; readonly tokens: number; readonly usd: number };
}

/** What is new since a cursor. */
export interface RolloutNews {
  readonly head: RolloutTold;
  /** Steps that are new or have changed; their place in the timeline is `from`. */
  readonly steps: readonly StepLine[];
  readonly from: number;
  /** Steps in all. */
  readonly total: number;
}

/** A rollout in the tree of forks. */
export interface TreeNode {
  readonly rollout: string;
  readonly parent: string | null;
  /** Of the parent: where it went its own way. */
  readonly step: number | null;
  readonly depth: number;
  readonly line: RolloutLine | null;
}

export interface TreeTold {
  readonly nodes: readonly TreeNode[];
  /** More than are told. */
  readonly more: number;
}

/** A trajectory judged afterwards. */
export interface AuditTold {
  /** Why it could not be judged; null: it was. */
  readonly why: string | null;
  readonly clean: boolean;
  readonly actions: number;
  readonly findings: readonly {
    readonly kind: 'tampering' | 'effect' | 'refusal' | 'request' | 'gap';
    readonly grave: boolean;
    readonly step: number | null;
    readonly text: string;
  }[];
}
