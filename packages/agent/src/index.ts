export type { CheckResult, Observer, RolloutResult, Runtime, SolveOptions } from './rollout.ts';
export type { Tool, ToolContext, ToolResult, Touches } from './tool.ts';
