import type { CompositionEvent } from '@heddle/core';
import type { Piece } from '../../told/step.ts';
import { firstWords } from './words.ts';

const MAX_WHY = 300;

/** What agents of an agent made of agents did, in lines; what was measured is in the crosscheck. */
export function compositionPiece(event: CompositionEvent): Piece[] {
  const line = (text: string, tone: Extract<Piece, { kind: 'line' }>['tone'] = 'plain'): Piece[] => [
    { kind: 'line', tone, text: firstWords(text, MAX_WHY) },
  ];
  switch (event.type) {
    case 'agent.started':
      return line(`${event.path}: ${event.agent.name} began`);
    case 'agent.completed': {
      const { path, outcome, why, state } = event;
      if (outcome === 'failed') return line(`${path}: failed: ${why ?? ''}`, 'bad');
      const work = state?.work ?? null;
      return line(
        `${path}: ${outcome}${work === null ? '' : `, ${work.status}${work.verified ? ', verified' : ''}`}`,
      );
    }
    case 'rollout.delegated':
      return line(`${event.path}: rollout ${event.rollout} with ${event.model}, seed ${event.seed}`);
    case 'rollout.returned':
      return line(
        `${event.path}: rollout ${event.rollout} ended: ${event.work.status}: ${event.work.reason}`,
      );
    case 'budget.exhausted':
      return line(`${event.path}: its budget of ${event.limit} is used up`, 'warn');
    case 'plan.made':
      return [
        ...line(`plan ${event.round}: ${event.why}`),
        ...event.parts.flatMap(({ name, task }) => line(`  ${name}: ${task}`)),
      ];
    case 'part.completed':
      return line(
        `${event.part}: ${event.outcome}: ${event.why}`,
        event.outcome === 'done' ? 'good' : 'warn',
      );
    case 'patches.merged':
      return event.parts.flatMap(({ name, outcome, paths }) =>
        line(`${name}: ${outcome} ${paths.join(', ')}`, outcome === 'conflict' ? 'warn' : 'plain'),
      );
    case 'candidate.proposed':
      return line(`candidate #${event.candidate}${event.out === null ? '' : ` is out: ${event.out}`}`);
    case 'candidate.chosen':
      return line(
        event.candidate === null ? 'no candidate is good enough' : `#${event.candidate} was chosen`,
        event.candidate === null ? 'warn' : 'good',
      );
    case 'value.recorded':
    case 'evidence.measured':
    case 'evidence.dismissed':
    case 'candidates.compared':
      return [];
    default:
      return event satisfies never;
  }
}
