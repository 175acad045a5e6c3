// The library: `import { solve } from 'heddle'`. What a program needs to run, watch and read rollouts, and what a module
// needs to make agents of (docs/compose.md).
export type {
  Agent,
  AgentParts,
  AgentSpec,
  AgentState,
  BestOfOptions,
  CallOptions,
  Candidate,
  CheckResult,
  ForkOptions,
  Ground,
  LoopAgentOptions,
  LoopOptions,
  Observer,
  ReplayOptions,
  ReplayResult,
  ResumeOptions,
  RolloutResult,
  Run,
  Runtime,
  Selection,
  Selector,
  Settings,
  SolveOptions,
  Tool,
  ToolContext,
  ToolResult,
} from '@heddle/agent';
export {
  agent,
  bestOf,
  crosscheck,
  forkRollout,
  loopAgent,
  promptAt,
  readRollout,
  replay,
  resultOf,
  resume,
  resumeAgent,
  runAgent,
  selector,
  solo,
  solve,
} from '@heddle/agent';
export type { CheckSpec, Limits, Recorded, RolloutEvent, Store, Task, Usage } from '@heddle/core';
export { EXIT, ModelFacingError, OperatorError, op, openStore } from '@heddle/core';
export type { Model, ModelsConfig, OpenOptions, Script } from '@heddle/models';
export { openModel, scriptedModel } from '@heddle/models';
export { repairModel } from '@heddle/repair';
/** For the schemas of tools and values. */
export * as z from 'zod/mini';
