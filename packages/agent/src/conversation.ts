import type { LanguageModelV4Message } from '@ai-sdk/provider';
import { digestOf } from '@heddle/core';

interface Said {
  readonly message: LanguageModelV4Message;
  /** Of its JSON. */
  readonly bytes: number;
  /** The step it belongs to; 0 before the first. */
  readonly step: number;
}

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
    this.#add(message, JSON.stringify(message), step);
  }

  /** `keepFrom` and later stay as they are; before them stands `message` alone, after what is never folded. */
  fold(keepFrom: number, message: LanguageModelV4Message): void {
    const said = this.#said;
    this.digest = '';
    this.bytes = 0;
    this.#said = [];
    const folded = said.slice(FIXED_MESSAGES, keepFrom);
    const kept = said.slice(keepFrom);
    for (const each of said.slice(0, FIXED_MESSAGES)) this.say(each.message, each.step);
    this.say(message, folded.at(-1)?.step ?? 0);
    for (const each of kept) this.say(each.message, each.step);
  }

  /** What can be folded before `keepFrom`, with the step each message belongs to. */
  folded(keepFrom: number): readonly { readonly message: LanguageModelV4Message; readonly step: number }[] {
    return this.#said.slice(FIXED_MESSAGES, keepFrom);
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
   * If not even the last step fits, where the notes after it begin.
   */
  tail(bytes: number): number {
    let sum = 0;
    let start = this.#said.findLastIndex(({ message }) => message.role !== 'user') + 1;
    for (let index = this.#said.length - 1; index >= FIXED_MESSAGES; index -= 1) {
      sum += this.#said[index]!.bytes;
      if (sum > bytes) break;
      if (this.#said[index]!.message.role === 'assistant') start = index;
    }
    return Math.max(FIXED_MESSAGES, start);
  }

  /** Bytes of the messages from an index on. */
  bytesFrom(index: number): number {
    return this.#said.slice(index).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Bytes of the messages that are never folded. */
  get fixedBytes(): number {
    return this.#said.slice(0, FIXED_MESSAGES).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #add(message: LanguageModelV4Message, text: string, step: number): void {
    const bytes = Buffer.byteLength(text);
    this.#said.push({ message, bytes, step });
    this.digest = digestOf(this.digest + text);
    this.bytes += bytes;
  }
}
