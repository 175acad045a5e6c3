import { type ScoredTrial, type TrialScore, Unscored } from '../trial-scorer.ts';
import type { TestGroup } from '../verdict.ts';
import { trialScorer } from './define.ts';

const PARTS: readonly (readonly [part: string, group: TestGroup])[] = [
  ['tests.fail-to-pass', 'FAIL_TO_PASS'],
  ['tests.pass-to-pass', 'PASS_TO_PASS'],
];

/** What the grader said, and how near it was: the share of the tests that had to pass newly, and of those that had to stay. */
export const tests = trialScorer(
  {
    name: 'tests',
    about:
      'resolved (1 or 0); beside it the share of the tests that had to begin to pass, and to go on passing',
    better: 'higher',
    source: import.meta.url,
  },
  async ({ result, verdict }) => {
    const { resolved, infra } = result;
    if (resolved === null)
      throw new Unscored(infra === null ? 'it has no verdict' : `no verdict: ${infra.message}`);
    const scores: Record<string, TrialScore> = {
      tests: { value: resolved ? 1 : 0, why: resolved ? 'resolved' : whyNot(result.patch) },
    };
    for (const [part, group] of PARTS) scores[part] = shareOf(verdict, group);
    return scores;
  },
);

function shareOf(verdict: ScoredTrial['verdict'], group: TestGroup): TrialScore {
  if (verdict?.tests == null) return { unscored: 'no test was run by name' };
  const { success, failure } = verdict.tests[group];
  const all = success.length + failure.length;
  if (all === 0) return { unscored: `the instance has no tests in ${group}` };
  const failing = failure.length === 0 ? '' : `; failing: ${some(failure)}`;
  return { value: success.length / all, why: `${success.length} of ${all} pass${failing}` };
}

/** Names that are told. */
const MAX_NAMES = 3;

function some(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function whyNot(patch: ScoredTrial['result']['patch']): string {
  return {
    empty: 'nothing was handed in',
    'not-applicable': 'the patch does not apply',
    applied: 'tests fail',
  }[patch];
}
