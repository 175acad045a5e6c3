import type { CheckSpec } from '@heddle/core';

/** One task of a dataset, with what makes its place and what grades it. Plain data: it can be stored and digested. */
export interface Instance {
  /** Unique in its dataset; as published where it is published (`owner__repo-number`). */
  readonly id: string;
  /** What goes together in statistics: the repository, or the language of an exercise. */
  readonly cluster: string;
  /** What the agent is asked, in the dataset's words. */
  readonly statement: string;
  readonly files: Source;
  /** What the agent's work may be checked with while it works. Empty: nothing; tests are held back. */
  readonly checks: readonly CheckSpec[];
  readonly grading: Grading;
  /** Git patch that solves it; null where none is published. Sealed: only the oracle and reports see it. */
  readonly gold: string | null;
  /** Which local environment or container its programs run in. Null: the machine's own programs. */
  readonly environment: Environment | null;
  /** Attempts in one: after a failed one, its test output is told and the agent goes on (Aider's rules: 2). Default 1. */
  readonly tries?: number;
  /** As published, for exports: base_commit, version, difficulty, created_at… */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** Where the files come from that an agent begins with. Whatever it is, the agent gets a fresh history of one commit. */
export type Source =
  | { readonly kind: 'inline'; readonly files: Readonly<Record<string, string>> }
  /** Files of a folder; `hidden`: paths and globs that the agent must not see (tests, solutions). */
  | { readonly kind: 'folder'; readonly path: string; readonly hidden: readonly string[] }
  /** A commit of a local clone. `folder`: only what is below it. */
  | {
      readonly kind: 'commit';
      readonly repository: string;
      readonly commit: string;
      readonly folder?: string;
      readonly hidden?: readonly string[];
      /** Git patch that is part of the files: the bug, where a dataset makes bugs. */
      readonly patch?: string;
    }
  /** A folder inside a container image; needs an engine. */
  | { readonly kind: 'image'; readonly image: string; readonly path: string; readonly patch?: string };

/** What programs need that is not in the instance's files. */
export interface Environment {
  /** As reports call it: an image's name, or the local environment's. */
  readonly name: string;
  /** A container image (`sweb.eval.x86_64.…`); without it, the machine's own programs with what follows. */
  readonly image?: string;
  /** Folders of this machine that are shown to programs, read-only. */
  readonly shown?: readonly string[];
  /** Put before the search path. */
  readonly path?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Shell commands run at the root in each fresh copy before anything else (to link dependencies, to build). */
  readonly setup?: readonly string[];
}

/** How an attempt's patch is judged, on a clean checkout that the agent has never touched. */
export type Grading = TestGrading | RewardGrading;

/** By the outcomes of named tests. */
export interface TestGrading {
  readonly kind: 'tests';
  /** Git patch with the instance's own tests; the files it names are first put back to their state at the base. */
  readonly testPatch: string;
  /** Files written over whatever is there before the tests run; null: taken away. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Shell command, at the root. */
  readonly command: string;
  readonly timeoutSeconds: number;
  /** Name of the log parser (`harness/parsers`). `exit-code`: one test called `tests`, passed if the command succeeds. */
  readonly parser: string;
  readonly failToPass: readonly string[];
  readonly passToPass: readonly string[];
  /** Default `pass_and_fail`. `fail_only`: a test that the log does not mention has passed. */
  readonly evalType?: 'pass_and_fail' | 'fail_only';
}

/** By a number that the instance's own grader writes (Harbor). */
export interface RewardGrading {
  readonly kind: 'reward';
  /** Folder copied to `/tests` (or `$TESTS_DIR`) after the agent has ended. */
  readonly tests: string;
  readonly command: string;
  readonly timeoutSeconds: number;
  /** From this reward on it counts as resolved. */
  readonly resolvedFrom: number;
}
