import { Activity, type Observer } from '@heddle/agent';
import type { TrialKey } from '@heddle/core';
import type { TrialObserver, TrialResult } from '@heddle/lab';
import { createLogUpdate } from 'log-update';
import { terminalOf } from '../terminal.ts';
import type { ExperimentProgress } from './experiment-progress.ts';
import { duration } from './text.ts';
import type { ViewStream } from './view.ts';

/** Numbers move seldom; more would only cost. */
const FRAME_MILLISECONDS = 250;

/** Shows an experiment while it runs: one screen at a terminal, elsewhere a line for each trial that ends. */
export interface ExperimentView {
  readonly observer: TrialObserver;
  stopping(): void;
  end(): void;
}

export function openExperimentView(
  stream: ViewStream,
  progress: ExperimentProgress,
  { quiet }: { readonly quiet: boolean },
): ExperimentView {
  if (quiet) return { observer: following(progress, {}), stopping: () => {}, end: () => {} };
  return terminalOf(stream).live ? liveView(stream, progress) : plainView(stream, progress);
}

function plainView(stream: ViewStream, progress: ExperimentProgress): ExperimentView {
  const say = (line: string) => stream.write(`${line}\n`);
  return {
    observer: following(progress, {
      graded: (key, result) => say(progress.line(key, result)),
      waiting: ({ agent, instance }, { message }, seconds) =>
        say(`${agent}  ${instance}  waits ${duration(seconds)}: ${message}`),
    }),
    stopping: () => say(STOPPING),
    end: () => {},
  };
}

const STOPPING = 'Stopping: trials under way are put away. Ctrl-C again leaves at once.';

function liveView(stream: ViewStream, progress: ExperimentProgress): ExperimentView {
  const bottom = createLogUpdate(stream as NodeJS.WritableStream);
  let stopping = false;
  const draw = () => {
    const terminal = terminalOf(stream);
    const lines = progress.lines(terminal);
    const fitting = lines.slice(0, Math.max(1, terminal.rows - 2));
    bottom([...fitting, ...(stopping ? [terminal.palette.yellow(STOPPING)] : [])].join('\n'));
  };
  const timer = setInterval(draw, FRAME_MILLISECONDS).unref();
  const spoilt = (key: TrialKey, { infra }: TrialResult) => {
    if (infra === null) return;
    bottom.clear();
    stream.write(`${key.agent}  ${key.instance}: ${infra.message}\n`);
  };
  return {
    observer: following(progress, { graded: spoilt }),
    stopping() {
      stopping = true;
      draw();
    },
    end() {
      clearInterval(timer);
      bottom.clear();
      bottom.done();
    },
  };
}

/** Tells the progress, then whoever shows it. */
function following(progress: ExperimentProgress, also: TrialObserver): TrialObserver {
  return {
    began: (key) => progress.began(key),
    attempt: (key) => watching(progress, key),
    grading: (key) => progress.does(key, 'is graded'),
    waiting(key, fault, seconds) {
      progress.does(key, `waits ${duration(seconds)}: ${fault.message}`);
      also.waiting?.(key, fault, seconds);
    },
    graded(key, result) {
      progress.graded(key, result);
      also.graded?.(key, result);
    },
    left: (key) => progress.left(key),
  };
}

function watching(progress: ExperimentProgress, key: TrialKey): Observer {
  const activity = new Activity();
  return {
    event(recorded) {
      const before = activity.usd;
      activity.event(recorded);
      const { step, what, usd } = activity;
      progress.does(key, step === 0 ? what : `step ${step}  ${what}`, usd - before);
    },
  };
}
