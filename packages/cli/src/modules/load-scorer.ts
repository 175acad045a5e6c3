import { digestOf, nearestName, OperatorError } from '@heddle/core';
import type { OwnScorer, TrialScorer } from '@heddle/lab';
import { loadModule } from './import-module.ts';

/**
 * The scorer of trials that a module exports: `./scorers.ts#lines`, without `#` its default export. Its code runs here,
 * outside of every sandbox. Throws OperatorError `no-such-module`, `broken-module`, `no-such-scorer`.
 */
export async function loadScorer(reference: string): Promise<TrialScorer> {
  const { shown, name, exports, digest } = await loadModule(reference);
  const own = exports[name];
  if (isScorer(own)) {
    const { name: called, about, better, unit = 'share' } = own;
    return {
      name: called,
      about,
      better,
      unit,
      version: digestOf(`${digest}#${name}`),
      score: (trial) => own.score(trial),
    };
  }
  const scorers = Object.keys(exports).filter((each) => isScorer(exports[each]));
  const what = name === 'default' ? 'default export' : `export ${name}`;
  const problem = Object.hasOwn(exports, name)
    ? `the ${what} of ${shown} is no scorer`
    : `${shown} has no ${what}`;
  const meant = nearestName(name, scorers) ?? scorers[0];
  throw new OperatorError('no-such-scorer', problem, {
    hint:
      meant === undefined
        ? 'export an object with name, about, better ("higher" or "lower") and score(trial): docs/scorers.md shows one'
        : `write ${shown}${meant === 'default' ? '' : `#${meant}`}`,
  });
}

function isScorer(value: unknown): value is OwnScorer {
  if (value === null || typeof value !== 'object') return false;
  const { name, about, better, score } = value as Partial<OwnScorer>;
  const worded = typeof name === 'string' && /^[\w.-]{1,60}$/.test(name) && typeof about === 'string';
  return worded && (better === 'higher' || better === 'lower') && typeof score === 'function';
}
