import { createInterface, type Interface } from 'node:readline';
import { type Answer, type AskedOfPerson, actionTitle, type Question } from '@heddle/agent';
import { becauseText } from '@heddle/workspace';
import { clip, printable } from '../render/text.ts';
import { AnsweredElsewhere, type Person } from './person.ts';
import { Turns } from './turns.ts';

/** A question fits on a screen; the whole action is in the journal. */
const MAX_QUESTION_CHARACTERS = 600;

export interface LinesOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: { write(text: string): unknown };
}

/**
 * A person at a line-based terminal: answers questions, and says what they like in between. A line typed while
 * something is asked is the answer; any other goes to the agent with its next step.
 */
export class Lines implements Person {
  readonly by = 'person';
  readonly #reader: Interface;
  readonly #output: LinesOptions['output'];
  readonly #said: string[] = [];
  readonly #turns = new Turns();
  #answer: ((line: string | null) => void) | null = null;
  #closed = false;
  /** Told when a question begins and when it has its answer: whoever draws on the screen keeps still in between. */
  onAsking: (asking: boolean) => void = () => {};

  constructor({ input, output }: LinesOptions) {
    this.#output = output;
    // `terminal: false`: the terminal's own line editing, so that the view keeps the screen and Ctrl-C its meaning.
    this.#reader = createInterface({ input, terminal: false });
    this.#reader.on('line', (line) => {
      const answer = this.#answer;
      this.#answer = null;
      if (answer !== null) answer(line);
      else if (line.trim() !== '') this.#said.push(line.trim());
    });
    this.#reader.on('close', () => {
      this.#closed = true;
      this.#answer?.(null);
    });
  }

  get gone(): boolean {
    return this.#closed;
  }

  take(): readonly string[] {
    return this.#said.splice(0);
  }

  async approve(question: Question, signal: AbortSignal): Promise<Answer> {
    const line = await this.#ask(questionText(question), signal);
    return line === null
      ? { allow: false, instruction: 'Nobody is there any more to be asked.' }
      : readAnswer(line);
  }

  async answer(
    { question, assumption }: Pick<AskedOfPerson, 'question' | 'assumption'>,
    signal: AbortSignal,
  ): Promise<string | null> {
    const text = `\n  it asks: ${printable(question)}\n  your answer, or nothing for: ${printable(assumption)}\n  `;
    const line = await this.#ask(text, signal);
    return line === null || line.trim() === '' ? null : line.trim();
  }

  #ask(text: string, signal: AbortSignal): Promise<string | null> {
    return this.#turns.take(() => this.#askNow(text, signal), signal);
  }

  /** The next line typed; null: there will be none. */
  async #askNow(text: string, signal: AbortSignal): Promise<string | null> {
    this.onAsking(true);
    this.#output.write(text);
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (this.#closed) resolve(null);
    else this.#answer = resolve;
    try {
      return await promise;
    } catch (error) {
      this.#answer = null; // what is typed next is no answer any more
      if (error instanceof AnsweredElsewhere) this.#output.write(`\n  ${printable(error.message)}\n`);
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      this.onAsking(false);
    }
  }

  close(): void {
    this.#reader.close();
  }
}

function questionText({ tool, input, because, step }: Question): string {
  const action = clip(printable(actionTitle(tool, input)), MAX_QUESTION_CHARACTERS);
  return `\n  step ${step} wants: ${action}\n  ${printable(becauseText(because))}\n  y to let it, n to refuse, or what it should do instead: `;
}

function readAnswer(line: string): Answer {
  const text = line.trim();
  if (/^y(?:es)?$/i.test(text)) return { allow: true };
  return /^(?:no?)?$/i.test(text) ? { allow: false } : { allow: false, instruction: text };
}
