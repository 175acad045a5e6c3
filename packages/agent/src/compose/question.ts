import type { LanguageModelV4Message } from '@ai-sdk/provider';
import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Consulted } from '../consult.ts';
import type { Run } from './run.ts';

/** A question whose answer has a form. */
export interface Question<T> {
  /** Unique among what the agent does once. */
  readonly key: string;
  readonly role: Consulted['role'];
  readonly system: string;
  readonly text: string;
  /** Throws ModelFacingError where the answer cannot be read: its message is what the model is told. */
  read(reply: string): T | Promise<T>;
}

export type Answer<T> =
  | { readonly outcome: 'read'; readonly value: T }
  /** Not even when it was told why: `why` is the last reason. */
  | { readonly outcome: 'unreadable'; readonly why: string }
  /** Nothing is left to ask with. */
  | { readonly outcome: 'unasked'; readonly why: string };

/** Asked, and told once what is wrong with the answer: who fails twice at a form fails a third time. */
const TRIES = 2;

/**
 * Asks a model a question outside of any rollout, and once more where the answer cannot be read. Replies are journaled
 * word for word, so a resumed rollout reads them again and asks nothing twice. Throws ModelError where no model is to
 * be had.
 */
export async function ask<T>(run: Run, question: Question<T>): Promise<Answer<T>> {
  const { key, role, system, text, read } = question;
  const prompt: LanguageModelV4Message[] = [{ role: 'system', content: system }, user(text)];
  let why = '';
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const reply = await replied(run, tried === 1 ? key : `${key}-again`, role, prompt);
    if (reply === null) return { outcome: 'unasked', why: 'nothing is left to ask a model with' };
    try {
      return { outcome: 'read', value: await read(reply) };
    } catch (error) {
      if (!(error instanceof ModelFacingError)) throw error;
      why = error.message;
      prompt.push({ role: 'assistant', content: [{ type: 'text', text: reply || '(nothing)' }] });
      prompt.push(user(`${why}\nAnswer again, all of it, in the form asked for.`));
    }
  }
  return { outcome: 'unreadable', why };
}

/** Null: there is no money or time left. That is not kept: with a raised limit it is asked after all. */
async function replied(
  run: Run,
  key: string,
  role: Consulted['role'],
  prompt: readonly LanguageModelV4Message[],
): Promise<string | null> {
  try {
    return await run.once(key, z.string(), async () => {
      const reply = await run.consult(role, { prompt: [...prompt], tools: [] });
      if (reply === null) throw new Unasked();
      return reply.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    });
  } catch (error) {
    if (error instanceof Unasked) return null;
    throw error;
  }
}

class Unasked extends Error {}

function user(text: string): LanguageModelV4Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}
