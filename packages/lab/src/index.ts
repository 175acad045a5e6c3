export { FLAGS, type Flag, type FlagName, flagLine, flagNames } from './cheating/flag.ts';
export { keepFlags, keptFlags } from './cheating/kept-flags.ts';
export { type Scanned, scanTrial } from './cheating/scan.ts';
export { type ScanPlace, scanAttempt } from './cheating/scan-attempt.ts';
export type { Dataset, DatasetFormat, DatasetOptions } from './dataset.ts';
export type { ReadOptions } from './datasets/registry.ts';
export { DATASET_FORMATS, readDataset } from './datasets/registry.ts';
export type { Selection } from './datasets/select.ts';
export { selectInstances } from './datasets/select.ts';
export type { AttemptContext, AttemptEnd, AttemptJob, Entrant } from './entrant.ts';
export type { OpenOwnAgent, OwnAgent, OwnTask } from './entrants/heddle.ts';
export { type ConfiguredEntrants, type ListedPeer, listPeers } from './entrants/peer/open-peer.ts';
export { ENTRANT_KINDS, type EntrantPlace, openEntrant } from './entrants/registry.ts';
export { checkSettings, type EntrantSpec, readEntrantSpecs } from './entrants/spec.ts';
export {
  type Experiment,
  findExperiment,
  isFinished,
  newExperiment,
  sameExperiment,
} from './experiment/begin.ts';
export { censusOf, isSound, type Soundness, soundInstances } from './experiment/census.ts';
export {
  type AgentComparison,
  type ComparedSide,
  compareSides,
  type ShownFlip,
  sidesOf,
} from './experiment/compare-agents.ts';
export { harnessGrounds } from './experiment/harness-grounds.ts';
export { outcomeOf, type Shortfall, shortfallOf } from './experiment/outcome.ts';
export { pastCosts } from './experiment/past-cost.ts';
export { digestOfPlan, type ExperimentPlan, readPlan } from './experiment/plan.ts';
export { entrantsOf, instancesOf } from './experiment/reopen.ts';
export {
  type AgentReport,
  type Amount,
  type CountedResult,
  type CountedTrial,
  clustersOf,
  type ExperimentReport,
  gradedOf,
  reportFrom,
  reportOf,
  samplesOf,
  solvedScore,
  withResults,
} from './experiment/report.ts';
export { type ExperimentRequest, planOf, type Requested } from './experiment/request.ts';
export { type ExperimentEnd, type RunOptions, runExperiment } from './experiment/run-experiment.ts';
export {
  type GradeJob,
  type Grounds,
  runTrial,
  type TrialContext,
  type TrialObserver,
} from './experiment/run-trial.ts';
export { schedule } from './experiment/schedule.ts';
export { EXPORT_FORMATS, type ExportChoice, type ExportFormat } from './formats/exports.ts';
export { digestOfRollout } from './formats/heddle/export.ts';
export { importHeddle } from './formats/heddle/import.ts';
export { IMPORT_FORMATS, type ImportedFile, importFile } from './formats/imports.ts';
export { type Kept, keepTrajectory } from './formats/keep.ts';
export { experimentSpans, otlpLines, rolloutSpans, sendTo } from './formats/otel/export.ts';
export { TARGET_HELP, targetOf } from './formats/otel/targets.ts';
export type { OutFile } from './formats/out-file.ts';
export type { Trajectory } from './formats/trajectory.ts';
export { readEnvironments } from './harness/environments.ts';
export { type GradeOptions, grade } from './harness/grade.ts';
export { type GradeAllOptions, type Graded, gradeAll } from './harness/grade-all.ts';
export { type GradingRow, gradingCensus } from './harness/grading-census.ts';
export { type Prediction, readPredictions, runNameOf } from './harness/predictions.ts';
export { RunFolder } from './harness/run-folder.ts';
export { type Sealed, seal } from './harness/seal.ts';
export type { Environment, Grading, Instance, RewardGrading, Source, TestGrading } from './instance.ts';
export { DEFAULT_MINING, type MineCensus, type MineOptions, mine } from './mine/mine.ts';
export { readIssues } from './mine/statement.ts';
export type { Sample } from './sample.ts';
export {
  openScorer,
  openScorers,
  SCORER_FORMS,
  SCORERS,
  type ScorerPlace,
} from './scorers/registry.ts';
export { type AgentScores, isAmount, type ScoreReport, scoreReport } from './scorers/score-report.ts';
export {
  type ScoreEnd,
  type ScoreFailure,
  type ScoreObserver,
  type ScoreOptions,
  scoreTrials,
} from './scorers/score-trials.ts';
export { rolloutsOfTrial } from './scorers/trial-journal.ts';
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
export { parseResult, trialResultSchema } from './trial-result.ts';
export type { OwnScorer, ScoredTrial, TrialScore, TrialScorer } from './trial-scorer.ts';
export type { InfraClass, InfraFault, TestGroup, TestsStatus, Verdict } from './verdict.ts';
export { TEST_GROUPS } from './verdict.ts';
