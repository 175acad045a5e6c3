export type { Dataset, DatasetFormat, DatasetOptions } from './dataset.ts';
export type { AttemptContext, AttemptEnd, AttemptJob, Entrant } from './entrant.ts';
export type { Environment, Grading, Instance, RewardGrading, Source, TestGrading } from './instance.ts';
export type { Sample } from './sample.ts';
export { cohenKappa, krippendorffAlpha, type Scale } from './statistics/agreement.ts';
export { type AmountOptions, compareAmounts } from './statistics/amounts.ts';
export { type CalibrationOptions, calibration, type Stated } from './statistics/calibration.ts';
export { type CompareOptions, comparePaired } from './statistics/compare.ts';
export { type DescribeOptions, describeSamples } from './statistics/describe.ts';
export { leaderboard, type Version } from './statistics/leaderboard.ts';
export { earlyLook, type Progress } from './statistics/looks.ts';
export { countOutcomes, type Outcome } from './statistics/outcomes.ts';
export { type PlanOptions, plan } from './statistics/plan.ts';
export { predictionPowered } from './statistics/prediction-powered.ts';
export { betaInterval, wilson } from './statistics/proportion.ts';
export { measuredVariances } from './statistics/required.ts';
export type {
  AmountComparison,
  AmountSummary,
  Calibration,
  Comparison,
  Description,
  EarlyLook,
  Flip,
  Interval,
  Leaderboard,
  LeaderboardRow,
  McNemar,
  Noise,
  OutcomeCounts,
  PassRate,
  Plan,
  PredictionPowered,
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
