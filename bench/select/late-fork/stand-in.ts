import { languageModel, type Model, partsOf, priceOf, type SimpleReply, turnOf } from '@heddle/models';
import { randomOf } from '../../repair/random.ts';
import { PrefixCache, tokensOf } from './prefix-cache.ts';
import { EDITS, fileName, PROGRAM, type Shape } from './task.ts';

/** Whose prices are charged. */
export const PRICED_AS = 'anthropic/claude-sonnet-5';

/** Edits that an attempt tries before it hands in. */
const MOST_EDITS = 2;
const CONTEXT_TOKENS = 1_000_000;

/** A request as it was sent: its messages, to be compared with others. */
export interface Sent {
  readonly seed: number;
  readonly turn: number;
  readonly parts: readonly string[];
}

/**
 * In place of a model: reads so many files, each attempt in an order of its own, tries edits in an order of its own,
 * and hands in. It counts as a provider does that bills by tokens and caches prefixes, all of its attempts in one cache.
 */
export class StandIn {
  readonly sent: Sent[] = [];
  readonly #cache = new PrefixCache();
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  open(seed: number): Model {
    const id = 'stand-in';
    const { price } = priceOf(PRICED_AS);
    return {
      id,
      language: languageModel(id, id, ({ prompt, tools = [] }) => {
        const turn = turnOf(prompt);
        const parts = [JSON.stringify(tools), ...prompt.map((message) => JSON.stringify(message))];
        this.sent.push({ seed, turn, parts });
        const { tokens, read } = this.#cache.count(parts);
        const reply = this.#reply(turn, seed);
        const usage = {
          inputTokens: tokens,
          cacheReadTokens: read,
          // What is new is marked to be kept, message by message.
          cacheWriteTokens: tokens - read,
          outputTokens: tokensOf(Buffer.byteLength(JSON.stringify(reply))),
        };
        return partsOf({ ...reply, usage }, turn);
      }),
      contextTokens: CONTEXT_TOKENS,
      price,
      options: { seed },
    };
  }

  #reply(turn: number, seed: number): SimpleReply {
    const { task, steps } = this.#shape;
    if (turn < steps) {
      const order = randomOf(`reading:${task}:${seed}`).shuffled(Array.from({ length: steps }, (_, i) => i));
      return bash('I read on.', `cat ${fileName(order[turn]!)}`);
    }
    const tried = editsOf(task, seed);
    const edit = tried[turn - steps];
    if (edit === undefined) {
      const summary = 'The sum left out a number.';
      return { calls: [{ tool: 'finish', input: { summary, probability: 0.7 } }] };
    }
    const before = tried[turn - steps - 1] ?? EDITS.buggy;
    const input = { command: 'replace', path: PROGRAM, old: before, new: edit };
    return { text: 'This may be it.', calls: [{ tool: 'edit', input }] };
  }
}

function bash(text: string, command: string): SimpleReply {
  return { text, calls: [{ tool: 'bash', input: { command } }] };
}

/** In an order of the attempt's own, up to the right one: its checks tell it. */
function editsOf(task: number, seed: number): string[] {
  const order = randomOf(`edits:${task}:${seed}`)
    .shuffled([EDITS.right, ...EDITS.wrong])
    .slice(0, MOST_EDITS);
  const right = order.indexOf(EDITS.right);
  return right < 0 ? order : order.slice(0, right + 1);
}
