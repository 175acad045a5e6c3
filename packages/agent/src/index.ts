export { type Agent, type AgentState, agent } from './compose/agent.ts';
export { bestOf } from './compose/best-of.ts';
export type { OpenModel } from './compose/run.ts';
export { runAgent } from './compose/run-agent.ts';
export { solo } from './compose/solo-agent.ts';
export { exitCodeOf } from './exit-code.ts';
export type { Answer, Approver, Inbox, Question } from './guard/approver.ts';
export type { AuditedAction, AuditReport } from './guard/audit.ts';
export { audit } from './guard/audit.ts';
export { modelAuditor } from './guard/auditor.ts';
export type { GuardDetails, GuardOptions } from './guard/guard.ts';
export { guardDetailsOf } from './guard/guard.ts';
export type { Subject } from './guard/subject.ts';
export type { Request } from './hands.ts';
export { DEFAULT_HOOK_SECONDS, type Hook, hookRecordsOf } from './hooks/hook.ts';
export { type Guide, guideOf } from './knowledge/guides.ts';
export { SKILL_FILE, skillOf, type UserSkill } from './knowledge/skills.ts';
export { lookAtServers } from './mcp/look-at-servers.ts';
export type { SeenServer } from './mcp/pool.ts';
export type { McpServer } from './mcp/server.ts';
export { promptAt } from './prompt-at.ts';
export type { ReplayOptions, ReplayResult } from './replay.ts';
export { replay } from './replay.ts';
export { readRollout, resultOf, resultOfState, stateOf } from './result.ts';
export type { ForkOptions, ResumeOptions } from './resume.ts';
export { forkRollout, mayGoOn, resume } from './resume.ts';
export type {
  Answerer,
  CheckResult,
  LaterEmbedder,
  LaterModel,
  Observer,
  RolloutResult,
  Runtime,
  SolveOptions,
} from './rollout.ts';
export { DEFAULT_LIMITS, solve } from './solve.ts';
export type { RolloutView, Tool, ToolContext, ToolResult, Touches } from './tool.ts';
export { DEFAULT_TOOLS } from './tools/registry.ts';
