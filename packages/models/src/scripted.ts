import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { issueText, messageOf, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Model, ModelOptions } from './model.ts';
import { FREE } from './prices.ts';
import { assertProtocol, turnOf } from './protocol.ts';
import { simpleReplySchema } from './reply-schema.ts';
import { languageModel, partsOf, type SimpleReply } from './reply-stream.ts';

/**
 * Replies given beforehand: a list, anything that can be iterated, or a function.
 * The turn (0, 1, …) is the number of replies already in the conversation, so a resumed or forked rollout
 * gets the reply that belongs there. A function may throw a ModelError to play a fault.
 */
export type Script =
  | Iterable<SimpleReply>
  | ((prompt: LanguageModelV4Prompt, turn: number) => SimpleReply | Promise<SimpleReply>);

export interface ScriptedOptions {
  /** Default: `scripted`. */
  readonly id?: string;
  /** Default: one million, so that nothing is ever summarised by surprise. */
  readonly contextTokens?: number;
  readonly options?: ModelOptions;
  readonly tools?: readonly string[];
}

const SCRIPTED_CONTEXT_TOKENS = 1_000_000;

/**
 * A model that plays a script, at once and for nothing. It refuses a conversation that breaks the protocol
 * (`protocol.ts`), which makes every test that uses it a test of that too.
 */
export function scriptedModel(script: Script, options: ScriptedOptions = {}): Model {
  const id = options.id ?? 'scripted';
  const replyAt = typeof script === 'function' ? script : fromIterable(script, id);
  return {
    id,
    language: languageModel('scripted', id, async ({ prompt, abortSignal }) => {
      abortSignal?.throwIfAborted();
      assertProtocol(prompt);
      const turn = turnOf(prompt);
      return partsOf(await replyAt(prompt, turn), turn);
    }),
    contextTokens: options.contextTokens ?? SCRIPTED_CONTEXT_TOKENS,
    price: FREE,
    options: options.options ?? {},
    ...(options.tools === undefined ? {} : { tools: options.tools }),
  };
}

/** What was taken from the iterable is kept: another conversation may ask for an earlier turn. */
function fromIterable(script: Iterable<SimpleReply>, id: string) {
  const iterator = script[Symbol.iterator]();
  const taken: SimpleReply[] = [];
  return (_: LanguageModelV4Prompt, turn: number): SimpleReply => {
    while (taken.length <= turn) {
      const next = iterator.next();
      if (next.done) throw scriptEnded(id, turn, taken.length);
      taken.push(next.value);
    }
    return taken[turn]!;
  };
}

function scriptEnded(id: string, turn: number, replies: number): OperatorError {
  return new OperatorError('script-ended', `${id} is asked for reply ${turn + 1} and has only ${replies}`, {
    hint: 'let its last reply finish the task, or add replies',
  });
}

const scriptSchema = z.array(simpleReplySchema);

/** `scripted:FILE`: a JSON list of replies, `[{"text": …, "calls": [{"tool": …, "input": {…}}]}, …]`. */
export async function scriptedFromFile(file: string, options: ModelOptions = {}): Promise<Model> {
  const path = resolve(file);
  let replies: unknown;
  try {
    replies = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new OperatorError('script-unreadable', `cannot read the script ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'it must be a JSON list of replies: [{"text": "…", "calls": [{"tool": "bash", "input": {}}]}]',
    });
  }
  const parsed = z.safeParse(scriptSchema, replies);
  if (!parsed.success) {
    throw new OperatorError('script-unreadable', `${path}: ${issueText(parsed.error.issues[0]!)}`, {
      hint: 'a reply is {"text"?, "reasoning"?, "calls"?: [{"tool", "input"}], "finish"?, "usage"?}',
    });
  }
  return scriptedModel(parsed.data, { id: `scripted:${basename(path)}`, options });
}
