import type { Ruling } from '@heddle/workspace';
import type { OnConsulted } from '../consult.ts';

/** Somebody who is asked before an action: a person at a terminal, or a model (`auditor.ts`). */
export interface Approver {
  /** Journaled with each answer. */
  readonly by: 'person' | 'auditor';
  /** Rejects when `signal` is aborted: the rollout is then paused as by Ctrl-C. */
  approve(question: Question, signal: AbortSignal, onConsulted?: OnConsulted): Promise<Answer>;
}

/** What is asked about. */
export interface Question {
  /** Whose action it is. */
  readonly rollout: string;
  readonly tool: string;
  readonly input: unknown;
  readonly because: Ruling['because'];
  /** What was asked of the agent, for who does not know. */
  readonly task: string;
  readonly step: number;
}

/** `instruction` goes to the model as the observation, or beside it. */
export type Answer = { readonly allow: true } | { readonly allow: false; readonly instruction?: string };

/** What a person says between steps without being asked. */
export interface Inbox {
  /** Everything said to this rollout since the last call, oldest first. Asked before each request. */
  take(rollout: string): readonly string[];
}
