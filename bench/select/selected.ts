import { readRollout, stateOf } from '@heddle/agent';
import type { EventOf, Store } from '@heddle/core';

/** An attempt as the selector was offered it, or why it was not. */
export type Offer = Pick<
  EventOf<'candidate.proposed'>,
  'candidate' | 'rollout' | 'snapshot' | 'patch' | 'probability' | 'same' | 'out'
>;

export type Choice = Pick<EventOf<'candidate.chosen'>, 'candidate' | 'probability' | 'ranking' | 'reasons'>;

/** What was offered to the selector and what it chose, from the journal of the rollout whose agent is `bestOf`. */
export function selectedIn(store: Store, rollout: string): { offers: Offer[]; choice: Choice } {
  const { selections } = stateOf(readRollout(store, rollout)).composition;
  const [record] = [...selections.values()];
  if (!record?.chosen) throw new Error(`nothing was chosen in ${rollout}`);
  return {
    offers: record.candidates.map(({ type: _, path: __, ...offer }) => offer),
    choice: choiceOf(record.chosen),
  };
}

function choiceOf({ candidate, probability, ranking, reasons }: EventOf<'candidate.chosen'>): Choice {
  return { candidate, probability, ranking, reasons };
}
