import { digestOf } from '@heddle/core';
import { Conversation } from './conversation.ts';
import type { Request } from './hands.ts';

/** Of a request as `model.requested` has it: tells whose it is, where several rollouts of one process wait. */
export function requestDigest({ prompt, tools }: Request): string {
  const conversation = new Conversation();
  for (const message of prompt) conversation.say(message, 0);
  return joinedDigest(digestOf(JSON.stringify(tools)), conversation);
}

/** The same, where both digests are at hand. */
export function joinedDigest(tools: string, { digest }: Pick<Conversation, 'digest'>): string {
  return `${tools.slice(0, 16)}${digest}`;
}
