import { createInterface, type Interface } from 'node:readline';
import type { Answer, Approver, Inbox, Question } from '@heddle/agent';
import { becauseText } from '@heddle/workspace';
import { actionTitle } from '../render/action.ts';
import { clip, printable } from '../render/text.ts';

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
export class Lines implements Approver, Inbox {
  readonly by = 'person';
  readonly #reader: Interface;
  readonly #output: LinesOptions['output'];
  readonly #said: string[] = [];
  #answer: ((line: string | null) => void) | null = null;
  #closed = false;

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

  take(): readonly string[] {
    return this.#said.splice(0);
  }

  approve(question: Question, signal: AbortSignal): Promise<Answer> {
    this.#output.write(questionText(question));
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      const answer = (line: string | null) => {
        signal.removeEventListener('abort', stop);
        resolve(
          line === null
            ? { allow: false, instruction: 'Nobody is there any more to be asked.' }
            : readAnswer(line),
        );
      };
      if (this.#closed) answer(null);
      else this.#answer = answer;
    });
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
