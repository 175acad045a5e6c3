import { op, type VersionTree } from '@heddle/core';
import { type ScoredTrial, type TrialScore, type TrialScorer, Unscored } from '../trial-scorer.ts';

export interface TrialScorerParts {
  readonly name: string;
  readonly about: string;
  readonly better: TrialScorer['better'];
  readonly unit?: 'share' | 'amount';
  /** `import.meta.url` of the file that defines it: what it imports is part of its version. */
  readonly source: string;
  readonly prompts?: Readonly<Record<string, string>>;
  /** What its scores depend on beside code: plain data, part of its version. */
  readonly config?: unknown;
}

/** One score under the scorer's own name, or several. */
export type ScoreFunction = (
  trial: ScoredTrial,
) => Promise<TrialScore | Readonly<Record<string, TrialScore>>>;

/** Makes a scorer of a function: versioned as ops are, one that throws {@link Unscored} gives an unscored score. */
export function trialScorer(
  { about, better, unit = 'share', ...parts }: TrialScorerParts,
  score: ScoreFunction,
): TrialScorer {
  const run = op(parts, score);
  const { name } = parts;
  return {
    name,
    about,
    better,
    unit,
    get version() {
      const tree: VersionTree = run.op.version;
      return tree.digest;
    },
    async score(trial) {
      try {
        return named(name, await run(trial));
      } catch (error) {
        if (error instanceof Unscored) return { [name]: { unscored: error.message } };
        throw error;
      }
    },
  };
}

function named(
  name: string,
  given: TrialScore | Readonly<Record<string, TrialScore>>,
): Readonly<Record<string, TrialScore>> {
  return isScore(given) ? { [name]: given } : given;
}

function isScore(given: TrialScore | Readonly<Record<string, TrialScore>>): given is TrialScore {
  const { value, unscored } = given as { readonly value?: unknown; readonly unscored?: unknown };
  return typeof unscored === 'string' || typeof value === 'number';
}

/** Throws {@link Unscored} where there is nothing to look at: an agent that did nothing did not write good code. */
export function refuseEmpty({ patch }: ScoredTrial): void {
  if (patch.trim() === '') throw new Unscored('the patch is empty');
}
