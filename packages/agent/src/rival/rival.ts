import { OperatorError } from '@heddle/core';
import { type Model, ModelError, type Reply } from '@heddle/models';
import { Asking } from '../asking.ts';
import { consulting, NOTHING_SPENT, type OnConsulted, spentOn } from '../consult.ts';
import type { Asked, Request, WhileAsking } from '../hands.ts';
import type { LaterModel } from '../rollout.ts';
import type { RolloutState } from '../state.ts';
import { timeLimit } from '../time-limit.ts';
import type { ToolRunnerOptions } from '../tool-runner.ts';
import { type Decision, decide } from './decide.ts';
import { editsOf } from './edits.ts';
import type { TrialPlace } from './trial.ts';

/** A rival that fails so often in a row is asked no more in this run: each failure may have taken all its tries. */
const MAX_FAILURES = 3;

export interface RivalOptions extends Pick<ToolRunnerOptions, 'objects' | 'tools' | 'signal' | 'guard'> {
  readonly model: LaterModel;
  /** Says which edit is better where the checks don't. Throws OperatorError. */
  comparator(): Promise<Model>;
  place(stop: AbortSignal): TrialPlace;
}

/** A second model for a rollout's edits: where the rollout's model edits files, it is asked the same. */
export class Rival {
  readonly #options: RivalOptions;
  #asking: Asking | null = null;
  /** In a row. */
  #failures = 0;

  constructor(options: RivalOptions) {
    this.#options = options;
  }

  /**
   * The reply to go on with: `first`, or the rival's if its edits are better. Whatever becomes of the rival, the
   * rollout has at least its own model's reply.
   */
  async contest(first: Asked, request: Request, state: RolloutState, told: WhileAsking): Promise<Asked> {
    const { tools, signal, guard, comparator, place } = this.#options;
    const edits = editsOf(first, tools);
    if (edits === null || this.#failures >= MAX_FAILURES || spendsAll(first, state)) return first;
    const stop = AbortSignal.any([signal, timeLimit(state)]);
    const { id, reply, why } = await this.#ask(request, stop, told.consulted);
    const models = [first.model ?? state.config.model, id] as const;
    const tell = ({ kept, by, why, outcomes }: Decision) =>
      told.compared({
        proposals: models.map((model, index) => ({ model, outcome: outcomes[index]! })),
        kept,
        by,
        why: guard.mask.text(why),
      });
    if (reply === null) {
      tell(onlyFirst(why));
      return first;
    }
    const others = editsOf(reply, tools);
    const decision =
      others === null
        ? onlyFirst(`${id} does not edit here`)
        : await decide(
            [
              { reply: first, edits },
              { reply, edits: others },
            ],
            {
              state,
              models,
              place: place(stop),
              stop,
              comparator,
              mask: (text) => guard.mask.text(text),
              onConsulted: told.consulted,
            },
          );
    const replies = [first, { ...reply, model: id }] as const;
    const loser = 1 - decision.kept;
    // Together with the reply that follows at once: what is in the journal is never asked again.
    told.consulted(spentOn('rival', models[loser]!, replies[loser]!));
    tell(decision);
    return replies[decision.kept];
  }

  async #ask(request: Request, signal: AbortSignal, onConsulted: OnConsulted): Promise<Answer> {
    let id = this.#options.model.id;
    try {
      const asking = await this.#opened(onConsulted);
      // The name that stands for it in journals; what it was opened by may be the path of a file.
      id = asking.model.id;
      const reply = await consulting(id, { role: 'rival', onConsulted }, (onFailed) =>
        asking.ask(request, signal, onFailed),
      );
      this.#failures = 0;
      return { id, reply, why: '' };
    } catch (error) {
      if (signal.aborted) return { id, reply: null, why: `the rollout was stopped before ${id} replied` };
      if (!(error instanceof ModelError || error instanceof Unopened)) throw error;
      this.#failures += 1;
      const given = this.#failures < MAX_FAILURES ? '' : '; it is asked no more in this run';
      return { id, reply: null, why: `${error.message}${given}` };
    }
  }

  async #opened(onConsulted: OnConsulted): Promise<Asking> {
    if (this.#asking !== null) return this.#asking;
    const { model, objects } = this.#options;
    let opened: Model;
    try {
      opened = await model.open();
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      onConsulted({ role: 'rival', model: model.id, ...NOTHING_SPENT, seconds: 0, failure: error.code });
      throw new Unopened([error.message, error.hint].filter(Boolean).join('; '), { cause: error });
    }
    this.#asking = new Asking(opened, { objects, onDelta: () => {} });
    return this.#asking;
  }
}

/** What the rival replied, or why it did not. */
interface Answer {
  readonly id: string;
  readonly reply: Reply | null;
  readonly why: string;
}

/** It has no key, or is none. */
class Unopened extends Error {}

function onlyFirst(why: string): Decision {
  return { kept: 0, by: 'only', why, outcomes: [null, null] };
}

/** With the first reply alone the money, or the tokens, are used up. */
function spendsAll({ usd, usage }: Asked, { ledger }: RolloutState): boolean {
  return (
    usd >= ledger.remaining('usd') || usage.inputTokens + usage.outputTokens >= ledger.remaining('tokens')
  );
}
