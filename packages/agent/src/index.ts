export { type Comparison, compare } from './compare/compare.ts';
export { type Accept, verified } from './compose/accept.ts';
export type { Agent, AgentParts, AgentState, AnyAgent } from './compose/agent.ts';
export { agent } from './compose/agent.ts';
export { type BestOfOptions, bestOf, type Variety } from './compose/best-of.ts';
export type { SelectionRecord } from './compose/composition.ts';
export { type Contract, delegate, type Report } from './compose/delegate.ts';
export { type FallbackOptions, fallback } from './compose/fallback.ts';
export { MAX_ATTEMPTS } from './compose/limits.ts';
export { type ParallelOptions, parallel } from './compose/parallel.ts';
export { type PipelineOptions, pipeline } from './compose/pipeline/pipeline.ts';
export { type PlannerOptions, planner } from './compose/planner/planner.ts';
export { type RaceOptions, race } from './compose/race.ts';
export { type RetryOptions, retryUntil } from './compose/retry-until.ts';
export { route } from './compose/route.ts';
export type { CallOptions, Ground, LoopOptions, OpenModel, Run, Settings } from './compose/run.ts';
export type { AgentRun, ResumeAgentOptions } from './compose/run-agent.ts';
export { resumeAgent, runAgent } from './compose/run-agent.ts';
export { sequence } from './compose/sequence.ts';
export { type LoopAgentOptions, loopAgent, solo } from './compose/solo-agent.ts';
export type { AgentSpec, NamedSpecs, Recipe } from './compose/spec.ts';
export {
  agentFrom,
  BUILT_IN,
  checkAgents,
  isModule,
  modelsIn,
  recipeOf,
  recipeSchema,
  sayAgent,
} from './compose/spec.ts';
export { SpecError } from './compose/spec-error.ts';
export { withBudget, withMemory, withModel, withSettings, withTools } from './compose/with-settings.ts';
export { answerAsk, instruct, notAsked, openAsks, stopExperiment, stopRollout } from './desk/at-desk.ts';
export { DeskPerson } from './desk/desk-person.ts';
export { listenForStop } from './desk/desk-stop.ts';
export { approvalAskedSchema, questionAskedSchema } from './desk/forms.ts';
export { exitCodeOf } from './exit-code.ts';
export type { Answer, Approver, Inbox, Question } from './guard/approver.ts';
export type { AuditedAction, AuditReport } from './guard/audit.ts';
export { audit } from './guard/audit.ts';
export { modelAuditor } from './guard/auditor.ts';
export type { GuardDetails, GuardOptions } from './guard/guard.ts';
export { guardDetailsOf } from './guard/guard.ts';
export { copiedFindings, newSpecialCases } from './guard/tampering/copied.ts';
export { detectTampering } from './guard/tampering/detect.ts';
export type { FileChange, Finding } from './guard/tampering/finding.ts';
export { changesFromPatch } from './guard/tampering/from-patch.ts';
export type { Request } from './hands.ts';
export { HEDDLE_VERSION } from './heddle-version.ts';
export { type Hook, hookRecordsOf } from './hooks/hook.ts';
export { type Guide, guideOf } from './knowledge/guides.ts';
export { SKILL_FILE, skillOf, type UserSkill } from './knowledge/skills.ts';
export { type Printed, printedLately } from './live-output.ts';
export { lookAtServers } from './mcp/look-at-servers.ts';
export type { McpServer } from './mcp/server.ts';
export { Meter, WorkClock } from './meter.ts';
export {
  knownCost,
  type Listed,
  type ListOptions,
  type Overview,
  overviewOf,
  overviewsOf,
  type Unreadable,
} from './overview.ts';
export { refusePeer } from './peer/refuse-peer.ts';
export { actionProblem, actionTitle } from './progress/action-title.ts';
export { Activity } from './progress/activity.ts';
export { type AgentRow, AgentTree } from './progress/agent-tree.ts';
export { nameOf } from './progress/branches.ts';
export { agentTreeOf, childEvents } from './progress/child-events.ts';
export type { ChildProgress } from './progress/child-progress.ts';
export {
  agreementGroups,
  broughtTests,
  type EvidenceCell,
  type EvidenceRow,
  evidenceRows,
} from './progress/evidence.ts';
export { isRelay, RELAY_WAITS } from './progress/relay-waits.ts';
export { promptAt } from './prompt-at.ts';
export { secondsOfPerson } from './remembered.ts';
export type { ReplayOptions, ReplayResult } from './replay.ts';
export { replay } from './replay.ts';
export { readRollout, resultOf, resultOfState, stateOf } from './result.ts';
export type { ForkOptions, ResumeOptions } from './resume.ts';
export { forkRollout, mayGoOn, resume } from './resume.ts';
export type {
  Answerer,
  AskedOfPerson,
  CheckResult,
  LaterEmbedder,
  Observer,
  RolloutResult,
  Runtime,
  SameAs,
  SolveOptions,
} from './rollout.ts';
export { checksPass } from './select/checks-pass.ts';
export { crosscheck } from './select/crosscheck.ts';
export { judged } from './select/judged.ts';
export { type Score, type Scorer, scorer } from './select/scorer.ts';
export { type Candidate, type Selection, type Selector, selector } from './select/selector.ts';
export { DEFAULT_LIMITS, solve } from './solve.ts';
export type { RolloutState } from './state.ts';
export { harmless } from './tell-observer.ts';
export type { Tool, ToolContext, ToolResult } from './tool.ts';
export { tool } from './tool.ts';
export type { Difference } from './versions/first-difference.ts';
export { firstDifference } from './versions/first-difference.ts';
export { type Act, firstParting, type Parting } from './versions/first-parting.ts';
export type { RunVersion } from './versions/of-rollout.ts';
export { versionOfRollout } from './versions/of-rollout.ts';
export { setupTree } from './versions/setup-tree.ts';
export { readableWithin, withinOf } from './within.ts';
