import type { RolloutTold } from '../../../src/told/rollout.ts';

/** How it stands in one sentence or two: how it ended, whether its own checks bear it out, and what the held-back tests say. */
export function standing({ line, end, waitsSince, trial }: RolloutTold): string {
  return [
    line.status === 'running' ? (waitsSince === null ? '' : 'It waits for your answer.') : endOf(line, end),
    line.status === 'limit' && line.verified ? 'What it had by then passes its own checks.' : '',
    trial?.resolved == null
      ? ''
      : trial.resolved
        ? 'The held-back tests pass: resolved.'
        : 'The held-back tests do not pass: not resolved.',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

const ENDS: Readonly<Partial<Record<RolloutTold['line']['status'], string>>> = {
  solved: 'Handed in as solved',
  unverified: 'Handed in; its checks do not bear it out',
  'gave-up': 'Gave up',
  limit: 'Stopped at a limit',
  'model-unreachable': 'Stopped: its model could not be reached',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

function endOf({ status, verified, reason }: RolloutTold['line'], end: RolloutTold['end']): string {
  const how = ENDS[status];
  if (how === undefined) return '';
  const checked = status === 'solved' && verified ? ', and its own checks pass' : '';
  // What an agent says of its work when it hands it in is with its last step; why something stopped belongs here.
  const why = HANDED_IN.has(status) ? (end?.why ?? '') : reason;
  return `${how}${checked}${why === '' ? '.' : `: ${ended(why)}`}`;
}

const HANDED_IN: ReadonlySet<string> = new Set(['solved', 'unverified']);

function ended(text: string): string {
  const line = text.split('\n', 1)[0]!.trim();
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}
