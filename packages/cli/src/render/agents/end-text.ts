import type { AgentRow } from '@heddle/agent';
import type { Work } from '@heddle/core';
import type { Palette } from '../palette.ts';
import { oneLine } from '../text.ts';

interface EndText {
  readonly sign: string;
  /** `handed in 92 %`, `stopped`. */
  readonly state: string;
  /** More about it; may be empty. */
  readonly why: string;
  readonly colour: 'green' | 'yellow' | 'red' | 'dim';
}

/** How a part's work ended, in words of the screens. */
export function workText({ status, verified, probability, reason }: Work): EndText {
  const sure = probability === null ? '' : ` ${percent(probability)}`;
  const why = oneLine(reason.split('\n', 1)[0]!);
  switch (status) {
    case 'solved':
    case 'unverified':
      return verified
        ? { sign: '✓', state: `handed in${sure}`, why: 'verified', colour: 'green' }
        : { sign: '?', state: `handed in${sure}`, why: 'not verified', colour: 'yellow' };
    case 'gave-up':
      return { sign: '✗', state: 'gave up', why, colour: 'red' };
    case 'failed':
      return { sign: '✗', state: 'failed', why, colour: 'red' };
    case 'model-unreachable':
      return { sign: '✗', state: 'no model', why, colour: 'red' };
    case 'limit':
      return { sign: '■', state: 'at a limit', why, colour: 'yellow' };
    case 'interrupted':
      return { sign: '■', state: 'stopped', why: why.replace(/^stopped: /, ''), colour: 'dim' };
    default:
      return status satisfies never;
  }
}

/** Its work is a plan: it changes nothing, so nothing of it can be verified, and nobody goes by its probability. */
const PLANS = 'planning';

/** Null for a part that has not ended. */
export function endText({
  phase,
  work,
  why,
  agent,
}: Pick<AgentRow, 'phase' | 'work' | 'why' | 'agent'>): EndText | null {
  if (phase === 'failed') return { sign: '✗', state: 'failed', why: oneLine(why), colour: 'red' };
  if (phase !== 'ended') return null;
  if (agent === PLANS && work?.status === 'unverified')
    return { sign: '✓', state: 'planned', why: '', colour: 'green' };
  return work === null ? { sign: '✓', state: 'done', why: '', colour: 'green' } : workText(work);
}

/** Sign and words, coloured. */
export function endLine(end: EndText, palette: Palette): string {
  const text = `${end.sign} ${end.state}${end.why === '' ? '' : `, ${end.why}`}`;
  return palette[end.colour](text);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
