export type { ExitCode } from './errors.ts';
export { EXIT, ModelFacingError, messageOf, OperatorError, systemCode } from './errors.ts';
export type {
  CheckOutcome,
  CheckSpec,
  ContentPart,
  EventOf,
  EventType,
  Limits,
  Recorded,
  RolloutConfig,
  RolloutEvent,
  RolloutStatus,
  Task,
  Usage,
} from './events.ts';
export { EVENT_VERSION, eventSchema } from './events.ts';
export { newRolloutId } from './ids.ts';
export type { ObjectStore, RolloutRow, Store } from './store.ts';
