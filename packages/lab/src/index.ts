export { FLAGS, type Flag, type FlagName, flagLine } from './cheating/flag.ts';
export { keepFlags, keptFlags } from './cheating/kept-flags.ts';
export { scanAttempt } from './cheating/scan-attempt.ts';
export type { Dataset, DatasetOptions } from './dataset.ts';
export { DATASET_FORMATS, readDataset } from './datasets/registry.ts';
export type { Selection } from './datasets/select.ts';
export { selectInstances } from './datasets/select.ts';
export type { Entrant } from './entrant.ts';
export type { OwnAgent } from './entrants/heddle.ts';
export { type ListedPeer, listPeers } from './entrants/peer/open-peer.ts';
export { type EntrantPlace, openEntrant } from './entrants/registry.ts';
export { checkSettings, type EntrantSpec, readEntrantSpecs } from './entrants/spec.ts';
export {
  type Experiment,
  findExperiment,
  isFinished,
  newExperiment,
  sameExperiment,
} from './experiment/begin.ts';
export { brokenInstances, brokenWords } from './experiment/broken.ts';
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
export { type ExperimentPlan, readPlan } from './experiment/plan.ts';
export { entrantsOf, instancesOf } from './experiment/reopen.ts';
export {
  type AgentReport,
  type Amount,
  type CountedResult,
  type CountedTrial,
  clustersOf,
  countedTrials,
  type ExperimentReport,
  gradedOf,
  reportFrom,
  reportOf,
  samplesOf,
  solvedScore,
  withResults,
} from './experiment/report.ts';
export { planOf, type Requested } from './experiment/request.ts';
export { type ExperimentEnd, runExperiment } from './experiment/run-experiment.ts';
export type { TrialContext, TrialObserver } from './experiment/run-trial.ts';
export { whyNothing } from './experiment/why-nothing.ts';
export { EXPORT_FORMATS } from './formats/exports.ts';
export { importHeddle } from './formats/heddle/import.ts';
export { importFile } from './formats/imports.ts';
export { type Kept, keepTrajectory } from './formats/keep.ts';
export { experimentSpans, otlpLines, rolloutSpans, sendTo } from './formats/otel/export.ts';
export { targetOf } from './formats/otel/targets.ts';
export type { OutFile } from './formats/out-file.ts';
export type { Trajectory } from './formats/trajectory.ts';
export { readEnvironments } from './harness/environments.ts';
export { grade } from './harness/grade.ts';
export { type Graded, gradeAll } from './harness/grade-all.ts';
export { type GradingRow, gradingCensus } from './harness/grading-census.ts';
export { readPredictions, runNameOf } from './harness/predictions.ts';
export { RunFolder } from './harness/run-folder.ts';
export type { Instance } from './instance.ts';
export { DEFAULT_MINING, type MineCensus, type MineOptions, mine } from './mine/mine.ts';
export { readIssues } from './mine/statement.ts';
export type { Sample } from './sample.ts';
export { openScorers } from './scorers/registry.ts';
export { type AgentScores, isAmount, type ScoreReport, scoreReport } from './scorers/score-report.ts';
export { type ScoreEnd, scoreTrials } from './scorers/score-trials.ts';
export { rolloutsOfTrial } from './scorers/trial-journal.ts';
export { cohenKappa, krippendorffAlpha, type Scale } from './statistics/agreement.ts';
export { compareAmounts } from './statistics/amounts.ts';
export { calibration, type Stated } from './statistics/calibration.ts';
export { comparePaired } from './statistics/compare.ts';
export { describeSamples } from './statistics/describe.ts';
export { leaderboard } from './statistics/leaderboard.ts';
export { earlyLook } from './statistics/looks.ts';
export type { Outcome } from './statistics/outcomes.ts';
export { plan } from './statistics/plan.ts';
export { predictionPowered } from './statistics/prediction-powered.ts';
export { wilson } from './statistics/proportion.ts';
export { measuredVariances } from './statistics/required.ts';
export type {
  AmountComparison,
  AmountSummary,
  Calibration,
  Comparison,
  Description,
  Interval,
  McNemar,
  PassRate,
} from './statistics/results.ts';
export type { TrialResult } from './trial-result.ts';
export { parseResult } from './trial-result.ts';
export type { OwnScorer, ScoredTrial, TrialScore, TrialScorer } from './trial-scorer.ts';
export { TEST_GROUPS } from './verdict.ts';
