import { createInterface, type Interface } from 'node:readline';
import type { Answer, AskedOfPerson, Question, RolloutResult } from '@heddle/agent';
import { issueText, type Recorded } from '@heddle/core';
import { becauseText } from '@heddle/workspace';
import * as z from 'zod/mini';
import { AnsweredElsewhere, type Person } from './person.ts';
import { Turns } from './turns.ts';

/** What a program may say; see docs/stream.md. */
const lineSchema = z.union([
  z.strictObject({ say: z.string().check(z.minLength(1)) }),
  z.strictObject({ answer: z.nullable(z.string()), ask: z.optional(z.int()) }),
  z.strictObject({ approve: z.boolean(), instruction: z.optional(z.string()), ask: z.optional(z.int()) }),
  z.strictObject({ stop: z.literal(true) }),
]);

type Line = z.infer<typeof lineSchema>;

/** Characters of a wrong line that are quoted. */
const MAX_QUOTE = 500;

export interface JsonLinesOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: { write(text: string): unknown };
  /** The program wants the rollout to stop; its work so far is kept. */
  onStop(): void;
  /** Somebody else may be sooner: what is asked has a number, and answers must name it. */
  readonly shared?: boolean;
}

/**
 * A program in a person's place, line by line: each event goes out as an object of JSON on a line of its own, and so do
 * questions; what comes in are answers, approvals and instructions. What is no such line is told and passed over.
 */
export class JsonLines implements Person {
  readonly by = 'person';
  readonly #reader: Interface;
  readonly #options: JsonLinesOptions;
  readonly #said: string[] = [];
  readonly #turns = new Turns();
  /** Answers that came before they were asked for. */
  #early: Line[] = [];
  /** Takes the line that it waits for; false: it is another's. */
  #waiting: ((line: Line | null) => boolean) | null = null;
  #closed = false;
  /** Number of what was asked last. */
  #asked = 0;

  constructor(options: JsonLinesOptions) {
    this.#options = options;
    this.#reader = createInterface({ input: options.input, terminal: false });
    this.#reader.on('line', (text) => this.#hear(text));
    this.#reader.on('close', () => {
      this.#closed = true;
      this.#waiting?.(null);
    });
  }

  event(recorded: Recorded): void {
    this.#write({ type: 'event', ...recorded });
  }

  result(result: Omit<RolloutResult, 'costUsd'> & { readonly costUsd: number | null }): void {
    this.#write({ type: 'result', ...result });
  }

  get gone(): boolean {
    return this.#closed;
  }

  take(): readonly string[] {
    return this.#said.splice(0);
  }

  async approve({ tool, input, because, step }: Question, signal: AbortSignal): Promise<Answer> {
    const asked = { type: 'approval', step, tool, input, because: becauseText(because) };
    const line = await this.#ask(asked, (each) => 'approve' in each, signal);
    if (line === null || !('approve' in line))
      return { allow: false, instruction: 'Nobody is there any more to be asked.' };
    const { approve: allow, instruction } = line;
    return allow ? { allow } : { allow, ...(instruction === undefined ? {} : { instruction }) };
  }

  async answer(
    { question, assumption }: Pick<AskedOfPerson, 'question' | 'assumption'>,
    signal: AbortSignal,
  ): Promise<string | null> {
    const line = await this.#ask(
      { type: 'question', question, assumption },
      (each) => 'answer' in each,
      signal,
    );
    return line !== null && 'answer' in line ? line.answer : null;
  }

  close(): void {
    this.#reader.close();
  }

  #hear(text: string): void {
    const line = text.trim() === '' ? null : this.#read(text);
    if (line === null) return;
    if ('stop' in line) this.#options.onStop();
    else if ('say' in line) this.#said.push(line.say);
    else if (this.#options.shared && line.ask !== this.#asked)
      this.#refuse(line.ask === undefined ? 'it does not say which "ask" it answers' : 'too late', text);
    else if (this.#waiting?.(line) !== true) {
      if (this.#options.shared) this.#refuse('too late', text);
      else this.#early.push(line);
    }
  }

  /** Null: it is none, which the program is told. */
  #read(text: string): Line | null {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#refuse('this line is no JSON', text);
      return null;
    }
    const parsed = lineSchema.safeParse(value);
    if (!parsed.success) this.#refuse(issueText(parsed.error.issues[0]!), text);
    return parsed.success ? parsed.data : null;
  }

  #ask(asked: object, fits: (line: Line) => boolean, signal: AbortSignal): Promise<Line | null> {
    return this.#turns.take(async () => {
      const ask = ++this.#asked;
      this.#write({ ...asked, ...(this.#options.shared && { ask }) });
      try {
        return await this.#next(fits, signal);
      } catch (error) {
        if (error instanceof AnsweredElsewhere)
          this.#write({ type: 'answered', ask, message: error.message });
        throw error;
      }
    }, signal);
  }

  /** The next line of a kind; null: there will be none. */
  async #next(fits: (line: Line) => boolean, signal: AbortSignal): Promise<Line | null> {
    const early = this.#early.find(fits);
    if (early !== undefined) {
      this.#early = this.#early.filter((each) => each !== early);
      return early;
    }
    if (this.#closed) return null;
    const { promise, resolve, reject } = Promise.withResolvers<Line | null>();
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    this.#waiting = (line) => {
      if (line !== null && !fits(line)) return false;
      // Lines come many at once: the next of this kind is for the next question.
      this.#waiting = null;
      resolve(line);
      return true;
    };
    try {
      return await promise;
    } finally {
      this.#waiting = null;
      signal.removeEventListener('abort', stop);
    }
  }

  #refuse(why: string, line: string): void {
    this.#write({ type: 'error', message: `not understood: ${why}`, line: line.slice(0, MAX_QUOTE) });
  }

  #write(value: object): void {
    this.#options.output.write(`${JSON.stringify(value)}\n`);
  }
}
