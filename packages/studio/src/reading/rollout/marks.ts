import type { RolloutEvent } from '@heddle/core';
import type { Mark } from '../../told/steps.ts';
import { firstWords } from './words.ts';

const MAX_TEXT = 200;

/** What an event adds to a step beside words, actions and checks, in one line; null: nothing. */
export function markOf(event: RolloutEvent): Mark | null {
  const mark = (kind: Mark['kind'], text: string): Mark => ({ kind, text: firstWords(text, MAX_TEXT) });
  switch (event.type) {
    case 'note.added':
      if (event.from === 'user') return mark('user', event.text);
      if (event.about === 'report' || event.about === 'format') return null;
      return mark('note', `${event.about}${event.name === undefined ? '' : ` ${event.name}`}: ${event.text}`);
    case 'memory.folded':
      return mark('folded', `memory folded: ${event.tokens.before} → ${event.tokens.after} tokens`);
    case 'model.retried':
      return mark('retried', `${event.message}; asked again after ${event.waitSeconds} s`);
    case 'model.failed':
      return mark('failed', event.message);
    case 'action.completed':
      return event.outcome === 'interrupted' ? mark('interrupted', 'its process died while it ran') : null;
    case 'rollout.resumed':
      return mark('resumed', `taken up again with ${event.config.model}`);
    case 'rollout.forked':
      return mark('forked', `forked from ${event.parent.rollout} after step ${event.parent.step}`);
    case 'rollout.paused':
      return mark('paused', event.reason);
    case 'rollout.completed':
      return mark('ended', `${event.status}${event.verified ? ', verified' : ''}: ${event.reason}`);
    case 'edit.compared':
      return mark('compared', `two models proposed edits: ${event.proposals[event.kept]?.model ?? '?'} kept`);
    case 'peer.asked':
      return event.answer === 'refused' ? mark('refused', `refused: ${event.about} ${event.subject}`) : null;
    case 'peer.started':
      return mark('peer', `${event.name} started by ${event.protocol}`);
    case 'peer.completed':
      return mark('peer', `${event.end}: ${event.why}`);
    case 'plan.made':
      return mark('agents', `plan ${event.round}: ${event.parts.length} parts`);
    case 'patches.merged':
      return mark('agents', `${event.parts.length} parts put together`);
    case 'budget.exhausted':
      return mark('agents', `${event.path || 'the whole'}: its budget of ${event.limit} is used up`);
    case 'candidate.chosen':
      return mark('agents', event.candidate === null ? 'none was chosen' : `#${event.candidate} was chosen`);
    default:
      return null;
  }
}
