export type { OpenOptions } from './ground.ts';
export { sweepLeftovers } from './leftovers.ts';
export { DEFAULT_WORKSPACE_LIMITS, type WorkspaceLimits } from './limits.ts';
export { type OpenedWorkspace, openWorkspace, reopenWorkspace } from './open.ts';
export { inspectRepository } from './repository/inspect.ts';
export { chooseSandbox } from './sandbox/choose.ts';
export { probeSandboxes, type SandboxProbe, type SandboxReport } from './sandbox/doctor.ts';
export type {
  ChangedFile,
  ExecEnd,
  ExecOptions,
  ExecResult,
  FileStat,
  SandboxKind,
  Shell,
  ShellResult,
  Workspace,
  WorkspaceFiles,
} from './workspace.ts';
export { SANDBOX_KINDS } from './workspace.ts';
