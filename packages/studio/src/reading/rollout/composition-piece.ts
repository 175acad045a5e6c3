import type { AgentTree } from '@heddle/agent';
import type { CompositionEvent, Work } from '@heddle/core';
import type { Piece } from '../../told/step.ts';
import { firstWords } from './words.ts';

const MAX_WHY = 300;
/** Of what a part says of its end; its own rollout has all of it. */
const MAX_REASON = 140;

type Tone = Extract<Piece, { kind: 'line' }>['tone'];

const BUDGETS = { usd: 'money', tokens: 'tokens', seconds: 'time' } as const;

/** What agents of an agent made of agents did, in lines; what was measured is in the crosscheck. */
export function compositionPiece(event: CompositionEvent, tree: AgentTree): Piece[] {
  const part = tree
    .rows()
    .find(({ path, rollout }) => event.path === path || event.path === rollout?.begun.path);
  const name = part?.label ?? (event.path || 'the whole');
  // A part that is one rollout is told of by that.
  const isRollout = part?.rollout != null;
  const line = (text: string, tone: Tone = 'plain'): Piece[] => [
    { kind: 'line', tone, text: firstWords(text, MAX_WHY) },
  ];
  const about = (text: string, { rollout }: { rollout: string }, tone: Tone = 'plain'): Piece[] => [
    { kind: 'line', tone, text: firstWords(text, MAX_WHY), rollout },
  ];
  switch (event.type) {
    case 'agent.started':
      return isRollout
        ? []
        : line(name === event.agent.name ? `${name} began` : `${name}: ${event.agent.name} began`);
    case 'agent.completed': {
      const { outcome, why, state } = event;
      if (outcome === 'failed') return line(`${name} failed: ${why ?? ''}`, 'bad');
      if (outcome === 'stopped') return line(`${name} was stopped: nobody waited for its end`);
      return isRollout ? [] : line(`${name} ended${endOf(state?.work ?? null)}`, toneOf(state?.work ?? null));
    }
    case 'rollout.delegated':
      return about(`${name} began as ${event.rollout}, with ${event.model}, seed ${event.seed}`, event);
    case 'rollout.returned': {
      const { rollout, work } = event;
      return about(
        `${name} ended as ${rollout}${endOf(work)}. ${firstWords(work.reason, MAX_REASON)}`,
        event,
        toneOf(work),
      );
    }
    case 'budget.exhausted':
      return line(`${name}: its budget of ${BUDGETS[event.limit]} is used up`, 'warn');
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
      return line(
        `candidate #${event.candidate}${event.out === null ? '' : ` is out: ${firstWords(event.out, MAX_REASON)}`}`,
      );
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

function endOf(work: Work | null): string {
  return work === null ? '' : `: ${work.status}${work.verified ? ', verified' : ''}`;
}

function toneOf(work: Work | null): Tone {
  if (work === null || work.status === 'unverified') return 'plain';
  return work.status === 'solved' ? 'good' : 'warn';
}
