export { INSTANCE_REPOSITORY, instanceImage } from './container/instance-image.ts';
export { imageRepository, prepareImage } from './container/prepare.ts';
export type { OpenOptions, ProgramEnvironment } from './ground.ts';
export { commandsIn, commandsInCode, type PlainCode, type PlainCommand } from './guard/commands.ts';
export {
  clipCommand,
  EFFECT_KINDS,
  EFFECT_MEANING,
  type Effect,
  type EffectKind,
  type Judgement,
} from './guard/effects.ts';
export { type JudgeContext, judgeCode, judgeCommand, judgeWrite } from './guard/judge.ts';
export {
  APPROVAL_MODES,
  type ApprovalMode,
  becauseText,
  DECISIONS,
  type GuardRules,
  type Ruling,
  ruleOn,
} from './guard/policy.ts';
export { checkSecret, type Secret, SecretMask, secretsNamed } from './guard/secrets.ts';
export { sweepLeftovers } from './leftovers.ts';
export { AllowList } from './network/allow-list.ts';
export type { NetworkRequest } from './network/proxy.ts';
export { type OpenedWorkspace, openWorkspace, reopenWithPlaces, reopenWorkspace } from './open.ts';
export { inspectRepository } from './repository/inspect.ts';
export { chooseSandbox } from './sandbox/choose.ts';
export { probeSandboxes, type SandboxProbe, type SandboxReport } from './sandbox/doctor.ts';
export { searchPath } from './sandbox/system-view.ts';
export { type SnapshotPacker, snapshotPacker } from './snapshot/packs.ts';
export { openSnapshots } from './snapshot/snapshots.ts';
export type {
  ChangedContent,
  ChangedFile,
  ExecOptions,
  ExecResult,
  SandboxKind,
  Shell,
  ShellResult,
  SpawnEnd,
  SpawnedProcess,
  Workspace,
  WorkspaceFiles,
} from './workspace.ts';
export { SANDBOX_KINDS } from './workspace.ts';
