import type { Answer, Answerer, Approver, AskedOfPerson, DeskPerson, Question } from '@heddle/agent';
import { AnsweredElsewhere, answerText, type Person } from './person.ts';

/**
 * A person here (a terminal, a program) and one at the desk: both are asked at the same time, the first answer counts, and
 * the other is told.
 */
export class TwoPlaces implements Approver, Answerer {
  readonly by = 'person';
  readonly #here: Person;
  readonly #desk: DeskPerson;
  readonly #waits: boolean;

  /** `waits`: where nobody is here any more, the one at the desk is waited for. */
  constructor(here: Person, desk: DeskPerson, { waits }: { readonly waits: boolean }) {
    this.#here = here;
    this.#desk = desk;
    this.#waits = waits;
  }

  approve(question: Question, signal: AbortSignal): Promise<Answer> {
    return this.#first((person, stop) => person.approve(question, stop), signal);
  }

  answer(question: AskedOfPerson, signal: AbortSignal): Promise<string | null> {
    return this.#first((person, stop) => person.answer(question, stop), signal);
  }

  async #first<T extends Answer | string | null>(
    ask: (person: Approver & Answerer, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const answered = new AbortController();
    const stop = AbortSignal.any([signal, answered.signal]);
    const desk = ask(this.#desk, stop);
    const here = ask(this.#here, stop);
    // Whichever is not waited for is rejected.
    desk.catch(() => {});
    here.catch(() => {});
    const first = await Promise.race([
      desk.then((answer) => ({ at: 'desk' as const, answer })),
      here.then((answer) => ({ at: 'here' as const, answer })),
    ]);
    if (first.at === 'desk') {
      answered.abort(new AnsweredElsewhere(`answered at the desk: ${answerText(first.answer)}`));
      return first.answer;
    }
    if (this.#here.gone && this.#waits) return desk;
    answered.abort(new AnsweredElsewhere(`answered here: ${answerText(first.answer)}`));
    // Who was told at the desk that theirs counts was sooner.
    return desk.catch(() => first.answer);
  }
}
