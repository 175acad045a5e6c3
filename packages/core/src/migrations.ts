import { OperatorError } from './errors.ts';
import { EVENT_VERSION, eventSchema, type RolloutEvent } from './events.ts';
import { issueText } from './issue-text.ts';

/**
 * Stored events of older versions, brought forward one version at a time by pure functions:
 * `migrations[n]` turns an event of version n into one of version n + 1.
 * Each has a golden file of the old form in `test/golden/`.
 */
export const migrations: Readonly<Record<number, (event: unknown) => unknown>> = {
  // Version 2 added what version 1 never had: actions inside actions (`parent`), and pictures (`images`).
  1: (event) => event,
  // Version 3: who replied in a model's place (`model`), and a check for circles that can be off (`stuckCheck`).
  2: (event) => event,
  // Version 4: memory, views, models asked on the rollout's behalf, guides and skills, tools of servers outside.
  3: (event) => event,
  // Version 5: agents made of agents, candidates and their evidence, two models for one edit, whose part a rollout is.
  4: (event) => event,
  // Version 6: foreign programs that do the work (`peer`), and what is seen of them.
  5: (event) => event,
};

/** Reads one stored event. Throws OperatorError `journal-newer` or `journal-damaged`. */
export function parseEvent(version: number, data: string, where: string): RolloutEvent {
  if (version > EVENT_VERSION) throw newerJournal(where, version);
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch (error) {
    throw damaged(where, 'it is not JSON', error);
  }
  for (let v = version; v < EVENT_VERSION; v++) event = migrations[v]!(event);
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) throw damaged(where, issueText(parsed.error.issues[0]!), parsed.error);
  return parsed.data;
}

/** `upTo`: the newest that is known here, of events or of the tables' layout. */
export function newerJournal(where: string, version: number, upTo: number = EVENT_VERSION): OperatorError {
  return new OperatorError(
    'journal-newer',
    `${where} was written by a newer Heddle (format ${version}; this one reads up to ${upTo})`,
    { hint: 'update Heddle, or set HEDDLE_HOME to another folder' },
  );
}

function damaged(where: string, what: string, cause: unknown): OperatorError {
  return new OperatorError('journal-damaged', `${where} cannot be read: ${what}`, {
    cause,
    hint: 'the other rollouts are unaffected; report this if no disk fault explains it',
  });
}
