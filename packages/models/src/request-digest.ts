import { digestOf } from '@heddle/core';
import type { ModelRequest } from './model.ts';

/**
 * Of a whole request, as a rollout's journal has it: tells whose a request is, where several rollouts of one process
 * wait. It runs along the messages, so that a conversation that grows pays for what is new only: {@link grownDigest}.
 */
export function requestDigest({ prompt, tools }: ModelRequest): string {
  const messages = prompt.reduce((before, message) => grownDigest(before, JSON.stringify(message)), '');
  return joinedDigest(digestOf(JSON.stringify(tools)), messages);
}

/** Of the messages so far, empty at first, and one more as JSON. */
export function grownDigest(before: string, message: string): string {
  return digestOf(before + message);
}

export function joinedDigest(tools: string, messages: string): string {
  return `${tools.slice(0, 16)}${messages}`;
}
