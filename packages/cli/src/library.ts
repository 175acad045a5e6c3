// The library: `import { solve } from 'heddle'`. What a program needs to run, watch and read rollouts, and what a module
// needs to make agents of (docs/compose.md).
export type {
  CheckResult,
  ForkOptions,
  Observer,
  ReplayOptions,
  ReplayResult,
  ResumeOptions,
  RolloutResult,
  Runtime,
  SolveOptions,
} from '@heddle/agent';
export { forkRollout, promptAt, readRollout, replay, resultOf, resume, solve } from '@heddle/agent';
export type { CheckSpec, Limits, Recorded, RolloutEvent, Store, Task, Usage } from '@heddle/core';
export { EXIT, OperatorError, openStore } from '@heddle/core';
export type { Model, ModelsConfig, OpenOptions, Script } from '@heddle/models';
export { openModel, scriptedModel } from '@heddle/models';
export { repairModel } from '@heddle/repair';
