import { setTimeout as pause } from 'node:timers/promises';
import type { AskKind, Desk, DeskAsk, Recorded } from '@heddle/core';
import { newRolloutId } from '@heddle/core';
import { becauseText } from '@heddle/workspace';
import type { Answer, Approver, Inbox, Question } from '../guard/approver.ts';
import type { Answerer, AskedOfPerson, Observer } from '../rollout.ts';
import {
  type ApprovalAsked,
  approvalAnswerSchema,
  type QuestionAsked,
  questionAnswerSchema,
} from './forms.ts';

/** How long an answer may lie unseen. Asked for only while somebody waits. */
const POLL_MS = 250;

/**
 * A person at another process, met at the store's desk: answers what a run asks, and says what they like in between. It must
 * see the run's events (`observer`), to know for which rollouts it works.
 */
export class DeskPerson implements Approver, Answerer, Inbox {
  readonly by = 'person';
  readonly observer: Observer;
  readonly #desk: Desk;
  /** Rollouts of the loop that have not ended, as far as is known. */
  readonly #live = new Set<string>();
  readonly #met = new Set<string>();
  #whole: string | null = null;
  /** Told of each thing that is asked, before anybody has seen it. */
  onAsking: (row: DeskAsk) => void = () => {};

  constructor(desk: Desk) {
    this.#desk = desk;
    this.observer = {
      event: (recorded) => this.#see(recorded),
      child: ({ rollout }) => {
        this.#meet(rollout);
        this.#live.add(rollout);
      },
    };
  }

  /** The rollout that is run, once it has begun. */
  get whole(): string | null {
    return this.#whole;
  }

  /**
   * What was said to this rollout. To one made of others: each of those that work then is told, and by its own name, so that
   * none misses it if the process dies before its next step.
   */
  take(rollout: string): readonly string[] {
    this.#meet(rollout);
    if (this.#whole !== null && rollout !== this.#whole) {
      this.#live.add(rollout);
      for (const said of this.#desk.take(this.#whole, 'instruction'))
        for (const each of this.#live) this.#desk.say(each, said);
    }
    return this.#desk.take(rollout, 'instruction').map(({ text }) => text);
  }

  async approve(question: Question, signal: AbortSignal): Promise<Answer> {
    const { rollout, step, tool, input, because } = question;
    const asked: ApprovalAsked = { step, tool, input, because: becauseText(because) };
    const parsed = approvalAnswerSchema.safeParse(await this.#ask(rollout, 'approval', asked, signal));
    if (!parsed.success) return { allow: false };
    const { data } = parsed;
    if (data.allow || data.instruction === undefined) return { allow: data.allow };
    return { allow: false, instruction: data.instruction };
  }

  async answer({ rollout, ...question }: AskedOfPerson, signal: AbortSignal): Promise<string | null> {
    const asked: QuestionAsked = question;
    const parsed = questionAnswerSchema.safeParse(await this.#ask(rollout, 'question', asked, signal));
    return parsed.success ? parsed.data.answer : null;
  }

  /** Lays it on the desk and waits. Who stops waiting takes it back, unless somebody has just answered. */
  async #ask(rollout: string, kind: AskKind, asked: unknown, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    this.#meet(rollout);
    const ask = newRolloutId();
    const row = { rollout, ask, kind, asked, at: Date.now() };
    this.#desk.ask(row);
    this.onAsking(row);
    for (;;) {
      const answered = this.#desk.answerOf(rollout, ask);
      if (answered !== null) return answered.answer;
      try {
        await pause(POLL_MS, undefined, { signal });
      } catch {
        if (this.#desk.withdraw(rollout, ask)) throw signal.reason;
      }
    }
  }

  #see({ rollout, event }: Recorded): void {
    this.#whole ??= rollout;
    this.#meet(rollout);
    if (event.type === 'rollout.returned') this.#live.delete(event.rollout);
  }

  /** What a process that is gone has left there: nobody waits for its answers, and it needs no stopping. */
  #meet(rollout: string): void {
    if (this.#met.has(rollout)) return;
    this.#met.add(rollout);
    if (this.#desk.open(rollout).length > 0) this.#desk.withdrawAll(rollout);
    this.#desk.take(rollout, 'stop');
  }
}
