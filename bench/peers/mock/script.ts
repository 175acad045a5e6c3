import { Buffer } from 'node:buffer';
import type { Fields } from './json.ts';
import { fieldsOf } from './json.ts';
import { asRead, sharedBytes } from './prefix.ts';
import { sampleOf } from './schema.ts';
import { type Answer, type DeclaredTool, shellIn, shellInput } from './tool.ts';
import type { Wire } from './wire.ts';

/** How an agent is told that the work is done; without it, by an answer without a call. */
export interface Finish {
  readonly tool: string;
  readonly input: unknown;
}

/** One request of the conversation itself; times in milliseconds of the machine's monotonic clock. */
export interface Arrival {
  readonly at: number;
  /** Just before the answer was written. */
  answeredAt: number;
  readonly bytes: number;
  /** Tools and system. */
  readonly fixedBytes: number;
  /** The share of the request before that this one begins with; null: there is none before it. */
  readonly kept: { readonly asRead: number; readonly raw: number } | null;
  /** It held what the command before it had printed. */
  readonly echoed: boolean;
}

/** Bytes of a token, about; agents only want a number that grows. */
const BYTES_PER_TOKEN = 4;

/**
 * The model's part: for each step a command, then the end. A request that declares no shell is something an agent
 * asks beside its work (a title, a router), gets a short answer, and is only counted.
 */
export class Script {
  readonly arrivals: Arrival[] = [];
  asides = 0;
  readonly #steps: number;
  readonly #finish: Finish | undefined;
  readonly #commandOf: (step: number) => string;
  #answers = 0;
  #before: { readonly raw: Buffer; readonly read: Buffer } | null = null;

  /** `commandOf`: what each step runs; default: something that shows whether it was run. */
  constructor(steps: number, finish?: Finish, commandOf: (step: number) => string = echoing) {
    this.#steps = steps;
    this.#finish = finish;
    this.#commandOf = commandOf;
  }

  answer(wire: Wire, raw: Buffer, body: Fields, at: number): { answer: Answer; arrival: Arrival | null } {
    const prompt = wire.prompt(body);
    const tools = wire.tools(prompt);
    const shell = shellIn(tools);
    this.#answers += 1;
    const id = `b${this.#answers}`;
    if (shell === undefined) {
      this.asides += 1;
      const schema = wire.answerSchema(body);
      const text = schema === undefined ? 'Steps' : JSON.stringify(sampleOf(fieldsOf(schema)));
      return { answer: { id, text, tokens: tokensOf(raw.length, 0) }, arrival: null };
    }
    const read = asRead(prompt);
    const before = this.#before;
    const shared = before === null ? 0 : sharedBytes(before.read, read);
    const done = this.arrivals.length;
    const arrival: Arrival = {
      at,
      answeredAt: at,
      bytes: raw.length,
      fixedBytes: bytesOf(prompt.tools) + prompt.system.reduce<number>((sum, part) => sum + bytesOf(part), 0),
      kept:
        before === null
          ? null
          : { asRead: shared / before.read.length, raw: sharedBytes(before.raw, raw) / before.raw.length },
      echoed: new RegExp(`${echoOf(done)}(?!\\d)`).test(read.toString('utf8', shared)),
    };
    this.arrivals.push(arrival);
    this.#before = { raw, read };
    const tokens = tokensOf(read.length, shared);
    return { answer: { id, tokens, ...this.#next(done + 1, shell, tools) }, arrival };
  }

  #next(step: number, shell: DeclaredTool, tools: readonly DeclaredTool[]): Pick<Answer, 'text' | 'call'> {
    if (step <= this.#steps)
      return { call: { tool: shell, input: shellInput(shell, this.#commandOf(step)) } };
    const finish = this.#finish;
    const tool = tools.find(({ name }) => name === finish?.tool);
    return tool === undefined
      ? { text: 'All steps are done.' }
      : { call: { tool, input: JSON.stringify(finish!.input) } };
  }
}

/** The command and what it prints are not the same text, so that a request shows whether the command was run. */
function echoing(step: number): string {
  return `echo 'step'-${step}`;
}

function echoOf(step: number): string {
  return `step-${step}`;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
}

function tokensOf(bytes: number, cached: number): Answer['tokens'] {
  return {
    input: Math.ceil(bytes / BYTES_PER_TOKEN),
    cached: Math.floor(cached / BYTES_PER_TOKEN),
    output: 20,
  };
}
