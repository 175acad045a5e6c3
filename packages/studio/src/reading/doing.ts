import {
  actionTitle,
  approvalAskedSchema,
  mayGoOn,
  openAsks,
  questionAskedSchema,
  readableWithin,
  readRollout,
  stateOf,
} from '@heddle/agent';
import { type DeskAsk, OperatorError, type Store, type TrialRow } from '@heddle/core';
import { EXPORT_FORMATS, type Experiment, readPlan } from '@heddle/lab';
import type { StudioContext } from '../server/context.ts';
import type {
  AskTold,
  DoingTold,
  ExperimentDoingTold,
  FormatTold,
  MarkTold,
  NeedsTold,
} from '../told/doing.ts';

/** Rollouts that are looked at for one that nobody has rated. */
const RECENT = 20;
/** Named on Home. */
const UNRATED = 5;
/** Characters of an action that is asked about; the whole is in the journal. */
const MAX_INPUT = 20_000;
/** Agents made of agents stand this deep in each other at most. */
const MOST_LEVELS = 20;

const SPANS = { name: 'otlp', about: 'OpenTelemetry spans as OTLP/JSON lines' };

export function needsOf({ store, lines }: StudioContext): NeedsTold {
  const finished = lines
    .list(RECENT)
    .filter(({ status }) => status !== 'running' && status !== 'interrupted' && status !== 'unreadable');
  const rated = new Set(
    store.ratings.of(finished.map(({ rollout }) => rollout)).map(({ rollout }) => rollout),
  );
  return {
    asks: openAsks(store).map(askTold),
    unrated: finished
      .filter(({ rollout }) => !rated.has(rollout))
      .slice(0, UNRATED)
      .map(({ rollout, task, status }) => ({ rollout, task, status })),
  };
}

/** Throws OperatorError `no-such-rollout`, and what reading its journal throws. */
export function doingOf({ store, starter }: StudioContext, rollout: string): DoingTold {
  const events = readRollout(store, rollout);
  if (events.length === 0)
    throw new OperatorError('no-such-rollout', `there is no rollout ${rollout}`, {
      hint: 'it may be in another store',
    });
  const state = stateOf(events);
  const running = store.isRunning(rollout);
  const whole = readableWithin(store, rollout)?.rollout ?? null;
  const trial = trialOf(store, rollout);
  return {
    ...{ rollout, running, whole, steps: state.step, model: state.config.model },
    canGoOn: !running && whole === null && trial === null && mayGoOn(state),
    canFork: state.config.agent === undefined && state.config.peer === undefined,
    asks: openAsks(store)
      .filter((row) => row.rollout === rollout || readableWithin(store, row.rollout)?.rollout === rollout)
      .map(askTold),
    unheard: store.desk
      .unheard(rollout)
      .flatMap(({ kind, text, at }) => (kind === 'instruction' ? [{ text, at }] : [])),
    ratings: store.ratings.of([rollout]).map(({ rollout: _, ...rating }) => rating),
    trial: trial === null ? null : { experiment: trial.experiment, mark: markOf(store, trial) },
    formats: formatsOf('rollout'),
    starts: starter !== undefined,
  };
}

export function experimentDoingOf(
  { store, starter }: StudioContext,
  { experiment, asked }: Experiment,
): ExperimentDoingTold {
  const { name, version } = asked.dataset;
  return {
    experiment,
    finished: store.experiments.counts(experiment).every(({ state }) => state === 'graded'),
    marks: store.ratings.marks(name, version),
    formats: formatsOf('experiment'),
    starts: starter !== undefined,
  };
}

function formatsOf(kind: 'rollout' | 'experiment'): FormatTold[] {
  const known = EXPORT_FORMATS.filter((format) => format[kind] !== undefined);
  return [...known.map(({ name, about }) => ({ name, about })), SPANS];
}

/** The trial that a rollout is an attempt of, or works for. */
export function trialOf(store: Store, rollout: string): TrialRow | null {
  let id = rollout;
  for (let level = 0; level < MOST_LEVELS; level++) {
    const trial = store.experiments.trialOf(id);
    if (trial !== null) return trial;
    const within = readableWithin(store, id);
    if (within === null) return null;
    id = within.rollout;
  }
  return null;
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

function askTold({ rollout, ask, kind, asked, at }: DeskAsk): AskTold {
  const row = { rollout, ask, at };
  if (kind === 'question') {
    const { data } = questionAskedSchema.safeParse(asked);
    return { ...row, asked: data === undefined ? null : { kind, ...data } };
  }
  const { data } = approvalAskedSchema.safeParse(asked);
  if (data === undefined) return { ...row, asked: null };
  const { step, tool, because } = data;
  const input = JSON.stringify(data.input, null, 2) ?? '';
  const cut =
    input.length > MAX_INPUT
      ? `${input.slice(0, MAX_INPUT)}\n… ${input.length - MAX_INPUT} more characters`
      : input;
  return { ...row, asked: { kind, step, tool, because, title: actionTitle(tool, data.input), input: cut } };
}
