import {
  actionTitle,
  approvalAskedSchema,
  openAsks,
  questionAskedSchema,
  readableWithin,
} from '@heddle/agent';
import {
  type DeskAsk,
  OperatorError,
  type RolloutConfig,
  type Store,
  type TrialRow,
  unturned,
  walkJournal,
} from '@heddle/core';
import { EXPORT_FORMATS, type Experiment, readPlan } from '@heddle/lab';
import type { StudioContext } from '../server/context.ts';
import type {
  AskTold,
  DoingTold,
  ExperimentDoingTold,
  FormatTold,
  MarkTold,
  UnratedTold,
} from '../told/doing.ts';
import { fieldsOf } from './rollout/fields.ts';
import { trialRowOf } from './rollout/trial.ts';
import { firstLine } from './rollout/words.ts';

/** Rollouts that are looked at for one that nobody has rated. */
const RECENT = 20;
/** A store that was never looked at is read bit by bit. */
const READING_MS = 100;
/** Named on Home. */
const UNRATED = 5;
/** Characters of each field of an action that is asked about; the whole is in the journal. */
const MAX_INPUT = 20_000;
const MAX_TASK = 200;

const SPANS = { name: 'otlp', about: 'OpenTelemetry spans as OTLP/JSON lines' };

/**
 * What runs wait for, oldest first: a list that somebody works through grows at its end, and nothing comes to stand where the
 * button of another one was.
 */
export function asksOf({ store }: StudioContext): AskTold[] {
  return asksInOrder(store).map((row) => askTold(store, row));
}

function asksInOrder(store: Store): DeskAsk[] {
  return openAsks(store).toSorted((a, b) => a.at - b.at || (a.ask < b.ask ? -1 : 1));
}

/** Of the newest finished rollouts those that nobody has rated. */
export function unratedOf({ store, lines }: StudioContext): UnratedTold[] {
  const until = performance.now() + READING_MS;
  const finished = lines
    .list({ limit: RECENT, since: Number.POSITIVE_INFINITY, until })
    .lines.filter(({ status }) => !['running', 'interrupted', 'unreadable'].includes(status));
  const rated = new Set(
    store.ratings.of(finished.map(({ rollout }) => rollout)).map(({ rollout }) => rollout),
  );
  return finished
    .filter(({ rollout }) => !rated.has(rollout))
    .slice(0, UNRATED)
    .map(({ rollout, task }) => ({ rollout, task }));
}

/** Reads no journal but its first event: asked again and again. Throws OperatorError `no-such-rollout`. */
export function doingOf({ store, starter }: StudioContext, rollout: string): DoingTold {
  const begun = firstOf(store, rollout);
  const whole = readableWithin(store, rollout)?.rollout ?? null;
  const trial = trialRowOf(store, rollout);
  return {
    ...{ rollout, whole, running: store.isRunning(rollout) },
    canFork: begun !== null && begun.agent === undefined && begun.peer === undefined,
    asks: asksInOrder(store)
      .filter((row) => row.rollout === rollout || readableWithin(store, row.rollout)?.rollout === rollout)
      .map((row) => askTold(store, row)),
    unheard: store.desk
      .unheard(rollout)
      .flatMap(({ kind, text, at }) => (kind === 'instruction' ? [{ text, at }] : [])),
    ratings: store.ratings.of([rollout]).map(({ rollout: _, ...rating }) => rating),
    trial: trial === null ? null : { experiment: trial.experiment, mark: markOf(store, trial) },
    formats: formatsOf('rollout'),
    starts: starter !== undefined,
  };
}

/** What it was made with; null: it cannot be read. */
function firstOf(store: Store, rollout: string): RolloutConfig | null {
  const [row] = store.rollouts({ prefix: rollout, limit: 1 });
  if (row?.rollout !== rollout)
    throw new OperatorError('no-such-rollout', `there is no rollout ${rollout}`, {
      hint: 'it may be in another store',
    });
  try {
    for (const { event } of store.read(rollout, 0, 1)) if ('config' in event) return event.config;
  } catch {
    // Damaged, or of a newer Heddle: it can be rated all the same.
  }
  return null;
}

export function experimentDoingOf(
  { starter }: StudioContext,
  { experiment }: Experiment,
): ExperimentDoingTold {
  return {
    experiment,
    formats: formatsOf('experiment'),
    starts: starter !== undefined,
  };
}

function formatsOf(kind: 'rollout' | 'experiment'): FormatTold[] {
  const known = EXPORT_FORMATS.filter((format) => format[kind] !== undefined);
  return [...known.map(({ name, about }) => ({ name, about })), SPANS];
}

/** Whose instance it is, as a plan names it. */
export function instanceOf(store: Store, { experiment, instance }: TrialRow) {
  const [row] = store.experiments.list({ prefix: experiment, limit: 1 });
  const { name, version } = readPlan(store, row!.plan).dataset;
  return { dataset: name, version, instance };
}

function markOf(store: Store, trial: TrialRow): MarkTold {
  const { dataset, version, instance } = instanceOf(store, trial);
  const mark = store.ratings.marks(dataset, version).find((each) => each.instance === instance);
  if (mark === undefined) return { instance, broken: false, note: '', by: null };
  const { broken, note, by } = mark;
  return { instance, broken, note, by };
}

function askTold(store: Store, { rollout, ask, kind, asked, at }: DeskAsk): AskTold {
  const row = { rollout, ask, at, task: taskOf(store, rollout) };
  if (kind === 'question') {
    const { data } = questionAskedSchema.safeParse(asked);
    return { ...row, asked: data === undefined ? null : { kind, ...data } };
  }
  const { data } = approvalAskedSchema.safeParse(asked);
  if (data === undefined) return { ...row, asked: null };
  const { step, tool, because } = data;
  const input = fieldsOf(data.input, MAX_INPUT).map(({ name, value }) => ({
    name: unturned(name),
    value: { ...value, text: unturned(value.text) },
  }));
  const title = unturned(actionTitle(tool, data.input));
  return { ...row, asked: { kind, step, tool, because, title, input } };
}

/** Of a fork, what its parent was asked. */
function taskOf(store: Store, rollout: string): string {
  try {
    for (const { event } of walkJournal(store, rollout))
      return event.type === 'rollout.started' ? firstLine(event.task.text, MAX_TASK) : '';
  } catch {
    // Damaged, or of a newer Heddle: it can be answered all the same.
  }
  return '';
}
