import { normalQuantile, normalTail } from './distributions.ts';
import type { EarlyLook } from './results.ts';

/** Trials of an experiment: fixed before it runs, and how many have a score. */
export interface Progress {
  readonly planned: number;
  readonly finished: number;
}

/**
 * Null once all trials are done. Before that, looking again and again and stopping at the first p < 0.05 finds what is not
 * there: of five looks 14 in 100 do, of ten 19 (Armitage, McPherson and Rowe 1969). O'Brien and Fleming's bound is fair
 * however often one looks, as Lan and DeMets 1983 spend it over the share of trials that is done.
 */
export function earlyLook({ planned, finished }: Progress): EarlyLook | null {
  if (finished >= planned) return null;
  const share = finished / planned;
  const fairP = share > 0 ? 2 * normalTail(normalQuantile(1 - 0.05 / 4) / Math.sqrt(share)) : 0;
  const done = `${finished.toLocaleString('en-US')} of ${planned.toLocaleString('en-US')} trials are done`;
  const message = `Not final: ${done}. Whoever stops at the first p < 0.05 finds differences that are not there; deciding now is fair at p < ${fairP < 1e-6 ? '0.000001' : Number(fairP.toPrecision(1))} only.`;
  return { planned, finished, fairP, message };
}
