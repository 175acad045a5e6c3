import type { Answer, Answerer, Approver, Inbox } from '@heddle/agent';

/** Somebody who can be asked, and who says what they like in between. */
export interface Person extends Approver, Answerer, Inbox {
  /** They will not answer any more. */
  readonly gone: boolean;
}

/** Why a person need not answer any more: their signal is aborted with it. */
export class AnsweredElsewhere extends Error {}

/** In a line for whoever was asked too. */
export function answerText(answer: Answer | string | null): string {
  if (answer === null) return 'go by the assumption';
  if (typeof answer === 'string') return answer;
  if (answer.allow) return 'allowed';
  return answer.instruction === undefined ? 'refused' : `refused: ${answer.instruction}`;
}
