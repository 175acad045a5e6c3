import { type DeskAsk, OperatorError, type Store } from '@heddle/core';
import { readRollout, stateOf } from '../result.ts';
import { mayGoOn } from '../resume.ts';
import { withinOf } from '../within.ts';
import { approvalAnswerSchema, questionAnswerSchema } from './forms.ts';

/** What runs wait for a person to say, newest first. What a process that has died asked is not among it. */
export function openAsks(store: Store): DeskAsk[] {
  const running = new Map<string, boolean>();
  return store.desk.open().filter(({ rollout }) => {
    const known = running.get(rollout) ?? store.isRunning(rollout);
    running.set(rollout, known);
    return known;
  });
}

/**
 * Answers one of {@link openAsks}. The answer's form is in `forms.ts`. Throws OperatorError `not-asked` (nobody waits for it
 * any more: it was answered before, withdrawn, or its process is gone), `bad-answer`.
 */
export function answerAsk(
  store: Store,
  { rollout, ask, answer, at }: Parameters<Store['desk']['answer']>[0],
): void {
  const row = openAsks(store).find((each) => each.rollout === rollout && each.ask === ask);
  if (row === undefined) throw notAsked(ask);
  const schema = row.kind === 'approval' ? approvalAnswerSchema : questionAnswerSchema;
  const parsed = schema.safeParse(answer);
  if (!parsed.success)
    throw new OperatorError(
      'bad-answer',
      `that is no answer to ${row.kind === 'approval' ? 'an approval' : 'a question'}`,
      {
        hint: row.kind === 'approval' ? 'allow it or refuse it' : 'answer in words',
      },
    );
  if (!store.desk.answer({ rollout, ask, answer: parsed.data, at })) throw notAsked(ask);
}

export function notAsked(ask: string): OperatorError {
  return new OperatorError('not-asked', `nobody waits for an answer to ${ask}`, {
    hint: 'it was answered elsewhere, or the run that asked is over; `heddle desk` shows what is open',
  });
}

/** `now`: a run hears it with its next step. `later`: it is heard when the rollout is gone on with. */
export type Heard = 'now' | 'later';

/** Throws OperatorError `rollout-finished`, `is-trial`. */
export function instruct(store: Store, rollout: string, text: string, at = Date.now()): Heard {
  refuseTrial(store, rollout);
  const running = store.isRunning(rollout);
  if (!running && !mayGoOn(stateOf(readRollout(store, rollout))))
    throw new OperatorError('rollout-finished', `rollout ${rollout} is finished and hears nobody`, {
      hint: `go another way from one of its steps: \`heddle fork ${rollout}@STEP --say …\``,
    });
  store.desk.say(rollout, { kind: 'instruction', text, at });
  return running ? 'now' : 'later';
}

/**
 * As by Ctrl-C: the work is kept. A part is stopped with the whole it works for, which is named. Throws OperatorError
 * `not-running`, `is-trial`.
 */
export function stopRollout(store: Store, rollout: string, at = Date.now()): { readonly stopped: string } {
  refuseTrial(store, rollout);
  const stopped = wholeOf(store, rollout);
  if (!store.isRunning(stopped))
    throw new OperatorError('not-running', `rollout ${stopped} is not running`, {
      hint: '`heddle list` shows what is',
    });
  store.desk.say(stopped, { kind: 'stop', text: '', at });
  return { stopped };
}

/** Whoever runs it puts its trials away; it can be gone on with. */
export function stopExperiment(store: Store, experiment: string, at = Date.now()): void {
  store.desk.say(experiment, { kind: 'stop', text: '', at });
}

/** Attempts of one plan must differ in nothing but the agent. */
function refuseTrial(store: Store, rollout: string): void {
  const trial = store.experiments.trialOf(wholeOf(store, rollout));
  if (trial === null) return;
  throw new OperatorError(
    'is-trial',
    `rollout ${rollout} is a trial of experiment ${trial.experiment}, which hears nobody`,
    {
      hint: `stop the experiment with \`heddle desk stop ${trial.experiment}\`, or fork the rollout when it has ended`,
    },
  );
}

/** The rollout that a part works for, or itself. */
function wholeOf(store: Store, rollout: string): string {
  return withinOf(store, rollout)?.rollout ?? rollout;
}
