import type { Act } from './acts.ts';
import type { Flag } from './flag.ts';

/** What a rule finds in one act. */
export type Sign = Pick<Flag, 'severity' | 'why' | 'evidence'>;

/** Looks at acts in their order. */
export type Rule = (act: Act, facts: Facts) => Iterable<Sign>;

/** What is known of the attempt beside its acts. */
export interface Facts {
  readonly instance: string;
  readonly statement: string;
  /** The workspace's root as programs saw it; null: not known. */
  readonly root: string | null;
  /** Folders beside the workspace that the instance gives to programs. */
  readonly shown: readonly string[];
  /** Names under which the project's own package may be installed, lower case. */
  readonly packages: readonly string[];
  /** `owner/name` where it is known. */
  readonly repository: string | null;
  /** Lines that only the published answer has. */
  readonly answer: ReadonlySet<string>;
  /** Whether the attempt was given the network. */
  readonly network: boolean;
  /** Where the agent first stashed work of its own. */
  readonly stashed: { position: number | null };
  /** All that the model has written so far, for what it cannot have been shown first. */
  readonly written: { text: string };
}
