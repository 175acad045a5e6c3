import type { LanguageModelV4Message } from '@ai-sdk/provider';
import { grownDigest } from '@heddle/models';
import { excerpt } from './excerpt.ts';
import { wellFormedJson } from './well-formed.ts';

interface Said {
  readonly message: LanguageModelV4Message;
  /** Of its JSON. */
  readonly bytes: number;
  /** The step it belongs to; 0 before the first. */
  readonly step: number;
}

export interface Shorten {
  /** Characters of each result. */
  readonly to: number;
  /** `call`: its place among the calls of the step, from 1. */
  told(step: number, call: number): string;
}

/** To leave out less than this costs more than it saves. */
const WORTH_LEAVING_OUT = 1_000;

/** JSON round a result, and the line that says where its rest is. */
const RESULT_BYTES = 300;

/** Messages that no folding takes away: the system prompt and the introduction with the task. */
const FIXED_MESSAGES = 2;

/** Bytes of JSON in a token, before a provider has said what it counts: English and code, escapes included. */
const BYTES_PER_TOKEN = 3.5;
/** What a provider says is believed between these: below, a picture's reference stands for much more than itself. */
const MOST_BYTES_PER_TOKEN = 8;
const LEAST_BYTES_PER_TOKEN = 1;

/**
 * The messages of a rollout's next request. They only ever grow at the end, except when the oldest are folded into
 * one. A chain of digests runs over them, so that it costs the same at step 1,000 as at step 10.
 */
export class Conversation {
  digest = '';
  bytes = 0;
  #said: Said[] = [];
  #bytesPerToken = BYTES_PER_TOKEN;

  get messages(): LanguageModelV4Message[] {
    return this.#said.map(({ message }) => message);
  }

  get length(): number {
    return this.#said.length;
  }

  say(message: LanguageModelV4Message, step: number): void {
    const text = JSON.stringify(message);
    const mended = wellFormedJson(text);
    this.#add(mended === text ? message : (JSON.parse(mended) as LanguageModelV4Message), mended, step);
  }

  /**
   * `keepFrom` and later stay as they are; before them stands `message` alone, after what is never folded. With
   * `shorten`, results the model has not seen yet keep so many characters each, and `told` says where the rest is.
   */
  fold(keepFrom: number, message: LanguageModelV4Message, shorten?: Shorten): void {
    const said = this.#said;
    const unseen = this.#lastReply;
    this.digest = '';
    this.bytes = 0;
    this.#said = [];
    for (const each of said.slice(0, FIXED_MESSAGES)) this.say(each.message, each.step);
    this.say(message, said[keepFrom - 1]?.step ?? 0);
    for (const [index, each] of said.entries()) {
      if (index < keepFrom) continue;
      const short = shorten !== undefined && index > unseen ? shortened(each, shorten) : each.message;
      this.say(short, each.step);
    }
  }

  /** What can be folded before `keepFrom`, with the step each message belongs to. */
  folded(keepFrom: number): readonly { readonly message: LanguageModelV4Message; readonly step: number }[] {
    return this.#said.slice(FIXED_MESSAGES, keepFrom);
  }

  /** What stays, with the step each message belongs to. */
  kept(keepFrom: number): readonly { readonly message: LanguageModelV4Message; readonly step: number }[] {
    return this.#said.slice(keepFrom);
  }

  /** A provider counted so many tokens for all the messages there are now, and its tools. */
  measured(tokens: number): void {
    if (tokens <= 0) return;
    const ratio = this.bytes / tokens;
    this.#bytesPerToken = Math.min(MOST_BYTES_PER_TOKEN, Math.max(LEAST_BYTES_PER_TOKEN, ratio));
  }

  /** Estimated, of all messages or of the given bytes of text. */
  tokens(bytes = this.bytes): number {
    return Math.round(bytes / this.#bytesPerToken);
  }

  /** Bytes of so many tokens. */
  room(tokens: number): number {
    return Math.floor(tokens * this.#bytesPerToken);
  }

  /**
   * Where the last steps begin that fit into `bytes`: at a reply of the model, so that calls and results stay together.
   * The last reply stays in any case: its results have not been seen yet.
   */
  tail(bytes: number): number {
    const last = this.#lastReply;
    let sum = 0;
    let start = last;
    for (let index = this.#said.length - 1; index >= FIXED_MESSAGES; index -= 1) {
      sum += this.#said[index]!.bytes;
      if (sum > bytes && index < last) break;
      if (this.#said[index]!.message.role === 'assistant') start = index;
    }
    return Math.max(FIXED_MESSAGES, start);
  }

  /** Bytes of the messages from an index on, with `shorten` as in {@link fold}. */
  bytesFrom(index: number, shorten?: number): number {
    const unseen = this.#lastReply;
    return this.#said.slice(index).reduce((sum, { bytes, message }, at) => {
      if (shorten === undefined || index + at <= unseen || message.role !== 'tool') return sum + bytes;
      const short = this.unseenResults.map((each) =>
        each <= shorten + WORTH_LEAVING_OUT ? each : shorten + RESULT_BYTES,
      );
      return sum + short.reduce((all, each) => all + each, 0);
    }, 0);
  }

  /** Sizes in bytes of the results the model has not seen yet. */
  get unseenResults(): readonly number[] {
    return this.#said
      .slice(this.#lastReply)
      .flatMap(({ message }) =>
        message.role === 'tool' ? message.content.map((part) => Buffer.byteLength(JSON.stringify(part))) : [],
      );
  }

  /** The step the message at an index belongs to. */
  stepOf(index: number): number {
    return this.#said[index]?.step ?? this.#said.at(-1)?.step ?? 0;
  }

  get #lastReply(): number {
    return this.#said.findLastIndex(({ message }) => message.role === 'assistant');
  }

  /** Bytes of the messages that are never folded. */
  get fixedBytes(): number {
    return this.#said.slice(0, FIXED_MESSAGES).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #add(message: LanguageModelV4Message, text: string, step: number): void {
    const bytes = Buffer.byteLength(text);
    this.#said.push({ message, bytes, step });
    this.digest = grownDigest(this.digest, text);
    this.bytes += bytes;
  }
}

function shortened({ message, step }: Said, { to, told }: Shorten): LanguageModelV4Message {
  if (message.role !== 'tool') return message;
  const content = message.content.map((part, index) => {
    if (part.type !== 'tool-result') return part;
    const { output } = part;
    const cut = (text: string) =>
      text.length <= to + WORTH_LEAVING_OUT ? text : `${excerpt(text, to).text}\n[${told(step, index + 1)}]`;
    if (output.type === 'text' || output.type === 'error-text')
      return { ...part, output: { ...output, value: cut(output.value) } };
    if (output.type !== 'content') return part;
    const value = output.value.map((each) =>
      each.type === 'text' ? { ...each, text: cut(each.text) } : each,
    );
    return { ...part, output: { ...output, value } };
  });
  return { ...message, content };
}
