export type { Dataset, DatasetFormat, DatasetOptions } from './dataset.ts';
export type { AttemptContext, AttemptEnd, AttemptJob, Entrant } from './entrant.ts';
export type { Environment, Grading, Instance, RewardGrading, Source, TestGrading } from './instance.ts';
export type { Sample } from './sample.ts';
export type {
  AmountComparison,
  AmountSummary,
  Calibration,
  Comparison,
  Description,
  Flip,
  Interval,
  Leaderboard,
  LeaderboardRow,
  McNemar,
  Noise,
  OutcomeCounts,
  PassRate,
  Plan,
  ReliabilityBin,
  Required,
  Slice,
  StandardErrors,
  Test,
  Variances,
} from './statistics/results.ts';
export type { TrialResult } from './trial-result.ts';
export { trialResultSchema } from './trial-result.ts';
export type { ScoredTrial, TrialScore, TrialScorer } from './trial-scorer.ts';
export type { InfraClass, InfraFault, TestGroup, TestsStatus, Verdict } from './verdict.ts';
export { TEST_GROUPS } from './verdict.ts';
