import type { TrialResult } from '@heddle/lab';
import { expect, test } from 'vitest';
import { ExperimentProgress } from '../src/render/experiment-progress.ts';
import { palette } from '../src/render/palette.ts';

const RESULT: TrialResult = {
  ...{ status: 'unverified', resolved: false, reward: 0, probability: null },
  ...{ usd: 0, inputTokens: 0, outputTokens: 0, cachedTokens: 0 },
  ...{ steps: 4, seconds: 0.3, gradeSeconds: 9, patch: 'empty', infra: null, flags: [] },
  ...{ patchDigest: '0'.repeat(64), verdictDigest: '0'.repeat(64) },
};

test('what is to come goes by the clock, grading and what is under way included', () => {
  let now = 0;
  const progress = new ExperimentProgress({
    ...{ planned: new Map([['solo', 10]]), attempts: 1, parallel: 2 },
    ...{ interval: () => [0, 1] as const, now: () => now },
  });
  const key = (instance: string) => ({ experiment: 'e', agent: 'solo', instance, attempt: 1 });
  const toGo = () => progress.lines({ columns: 100, palette: palette(false) }).at(-1);
  progress.began(key('a'));
  progress.began(key('b'));
  expect(toGo()).toBe('10 trials to go, 0 s so far');
  now = 10_000;
  progress.graded(key('a'), RESULT);
  // 10 seconds of a and 10 of b for one that ended: nine are left, two at a time.
  expect(toGo()).toBe('9 trials to go: about 1 min 30 s; 10 s so far');
  expect(progress.line(key('a'), RESULT)).toMatch(/0\.3 s and 9\.0 s of grading$/);
  expect(progress.line(key('a'), { ...RESULT, gradeSeconds: 0.2 })).toMatch(/0\.3 s$/);
});
