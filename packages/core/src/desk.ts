export type AskKind = 'approval' | 'question';

/** Something that a run waits for a person to say. */
export interface DeskAsk {
  readonly rollout: string;
  /** Unique within the rollout. */
  readonly ask: string;
  readonly kind: AskKind;
  /** What is asked, as plain data that goes through JSON. */
  readonly asked: unknown;
  readonly at: number;
}

/** `instruction`: goes to the model with its next step. `stop`: as by Ctrl-C, the work is kept and can be gone on with. */
export type SaidKind = 'instruction' | 'stop';

export interface Said {
  readonly kind: SaidKind;
  /** Of an instruction; of a stop why, or nothing. */
  readonly text: string;
  readonly at: number;
}

/**
 * Where a person at another process (the Studio, `heddle desk`) and a run meet: the run lays down what it asks and takes
 * what was said to it, whichever of the two is there first. It is no part of the journal: what comes of it is journaled by
 * the run. Rows stay when they are done with; whether the run that asks still lives is for `Store.isRunning` to say.
 */
export interface Desk {
  ask(row: DeskAsk): void;
  /** The first answer counts. False: it was answered or withdrawn before, or is not there. */
  answer(row: {
    readonly rollout: string;
    readonly ask: string;
    readonly answer: unknown;
    readonly at: number;
  }): boolean;
  /** Null: nobody has answered it. */
  answerOf(rollout: string, ask: string): { readonly answer: unknown } | null;
  /** It needs no answer any more. False: it has one already (which then counts), or is not open. */
  withdraw(rollout: string, ask: string): boolean;
  /** All that is open of a rollout: whoever asked is gone. */
  withdrawAll(rollout: string): void;
  /** What is neither answered nor withdrawn, newest first; of all rollouts or one. */
  open(rollout?: string): DeskAsk[];
  /** `to`: the id of a rollout or an experiment. */
  say(to: string, said: Said): void;
  /** All of a kind that was said to it and not taken yet, oldest first. Each is given once, however many take. */
  take(to: string, kind: SaidKind): Said[];
  /** What was said and is not taken yet, oldest first. */
  unheard(to: string): Said[];
}
