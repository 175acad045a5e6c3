import type { ActionLine } from '../../../src/told/steps.ts';

/** How an action stands, as a word, a shape and a colour. */
export interface ActionStand {
  readonly word: string;
  readonly sign: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'live';
}

/** `running`: a process works on its rollout. Where none does, an action without an end was broken off. */
export function actionStand(
  { outcome, problem }: Pick<ActionLine, 'outcome' | 'problem'>,
  running: boolean,
): ActionStand {
  if (outcome === 'running')
    return running
      ? { word: 'running', sign: '●', tone: 'live' }
      : { word: 'interrupted', sign: '‖', tone: 'warn' };
  if (outcome === 'interrupted') return { word: 'interrupted', sign: '‖', tone: 'warn' };
  if (outcome === 'ok' && problem === '') return { word: 'ok', sign: '✓', tone: 'good' };
  return { word: outcome === 'ok' ? problem : 'error', sign: '✗', tone: 'bad' };
}
