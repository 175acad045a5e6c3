export { type CompositionEvent, isCompositionEvent } from './composition-events.ts';
export type { AskKind, Desk, DeskAsk, Said } from './desk.ts';
export type { ExitCode } from './errors.ts';
export { EXIT, ModelFacingError, messageOf, OperatorError, systemCode } from './errors.ts';
export { foreignToolSchema, usageSchema, workSchema } from './event-parts.ts';
export type {
  AgentStateData,
  CheckOutcome,
  CheckSpec,
  ContentPart,
  EventOf,
  EventType,
  ForeignTool,
  Limits,
  Recorded,
  RolloutConfig,
  RolloutEvent,
  RolloutStatus,
  Spent,
  Task,
  Usage,
  Within,
  Work,
} from './events.ts';
export { EVENT_VERSION, eventSchema } from './events.ts';
export type { ExperimentRow, ScoreRow, TrialKey, TrialRow } from './experiments.ts';
export { newRolloutId } from './ids.ts';
export { issueText, problemText } from './issue-text.ts';
export { Journal, readJournal, walkJournal } from './journal.ts';
export { Ledger } from './ledger.ts';
export { makeFolder } from './make-folder.ts';
export { parseEvent } from './migrations.ts';
export { nearestName } from './nearest-name.ts';
export { digestOf } from './objects.ts';
export type { Op, OpIdentity } from './op.ts';
export { op } from './op.ts';
export { isServer, openStore, withoutPassword } from './open-store.ts';
export { isPeerEvent, type PeerEvent } from './peer-events.ts';
export { oneLine, printable, unturned } from './printable.ts';
export type { ProcessMark } from './process-mark.ts';
export { isAlive, processMark } from './process-mark.ts';
export type { RateLimit, RateTable } from './rates.ts';
export { numbersFrom, shuffled } from './seeded.ts';
export type { ObjectStore, RolloutRow, Store } from './store.ts';
export { lessOfUsage, NO_USAGE, sumOfUsage } from './usage.ts';
export type { VersionParts, VersionTree } from './version.ts';
export { canonicalJson, datasetVersion, versionOf, withUses } from './version.ts';
export type { TextChange, UseChange, ValueChange, VersionDiff } from './version-diff.ts';
export { diffValues, diffVersions } from './version-diff.ts';
export { readVersion, recordVersion, textOf } from './version-record.ts';
export type { VersionKind, VersionName, VersionRow } from './version-register.ts';
