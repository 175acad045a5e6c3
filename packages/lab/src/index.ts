export type { Dataset, DatasetFormat, DatasetOptions } from './dataset.ts';
export type { ReadOptions } from './datasets/registry.ts';
export { DATASET_FORMATS, readDataset } from './datasets/registry.ts';
export type { Selection } from './datasets/select.ts';
export { selectInstances } from './datasets/select.ts';
export type { AttemptContext, AttemptEnd, AttemptJob, Entrant } from './entrant.ts';
export type { OpenOwnAgent, OwnAgent, OwnTask } from './entrants/heddle.ts';
export { ENTRANT_KINDS, type EntrantPlace, openEntrant } from './entrants/registry.ts';
export { checkSettings, type EntrantSpec, readEntrantSpecs } from './entrants/spec.ts';
export {
  type Experiment,
  findExperiment,
  isFinished,
  newExperiment,
  sameExperiment,
} from './experiment/begin.ts';
export { harnessGrounds } from './experiment/harness-grounds.ts';
export { digestOfPlan, type ExperimentPlan, readPlan } from './experiment/plan.ts';
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
export { experimentSpans, otlpLines, rolloutSpans, sendTo } from './formats/otel/export.ts';
export { TARGET_HELP, targetOf } from './formats/otel/targets.ts';
export type { OutFile } from './formats/out-file.ts';
export type { Trajectory } from './formats/trajectory.ts';
export { type GradeOptions, grade } from './harness/grade.ts';
export { type Sealed, seal } from './harness/seal.ts';
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
export { parseResult, trialResultSchema } from './trial-result.ts';
export type { ScoredTrial, TrialScore, TrialScorer } from './trial-scorer.ts';
export type { InfraClass, InfraFault, TestGroup, TestsStatus, Verdict } from './verdict.ts';
export { TEST_GROUPS } from './verdict.ts';
