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
