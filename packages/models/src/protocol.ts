import type { LanguageModelV4Prompt } from '@ai-sdk/provider';

/**
 * Throws unless the conversation keeps the rules every provider insists on: system messages first, something to
 * answer last, and each tool call followed, before anything else, by exactly one result, in the order of the calls.
 * A broken rule is a bug of whoever built the prompt.
 */
export function assertProtocol(prompt: LanguageModelV4Prompt): void {
  const seen = new Set<string>();
  let open: string[] = [];
  let started = false;
  for (const [index, message] of prompt.entries()) {
    const here = `message ${index} (${message.role})`;
    if (message.role === 'system') {
      if (started) throw broken(`${here} stands after the conversation began`);
      continue;
    }
    started = true;
    if (message.role !== 'tool' && open.length > 0)
      throw broken(`${here} comes before the result of ${open[0]}`);
    if (message.role === 'assistant') {
      for (const part of message.content) {
        if (part.type !== 'tool-call') continue;
        if (seen.has(part.toolCallId)) throw broken(`${here} uses the call id ${part.toolCallId} again`);
        seen.add(part.toolCallId);
        open.push(part.toolCallId);
      }
    } else if (message.role === 'tool') {
      for (const part of message.content) {
        if (part.type !== 'tool-result') continue;
        if (open[0] !== part.toolCallId)
          throw broken(`${here} has a result of ${part.toolCallId} where ${open[0] ?? 'none'} is due`);
        open = open.slice(1);
      }
    }
  }
  if (open.length > 0) throw broken(`no result of ${open.join(', ')}`);
  const last = prompt.at(-1)?.role;
  if (last !== 'user' && last !== 'tool') throw broken(`it ends with ${last ?? 'nothing'}`);
}

function broken(what: string): Error {
  return new Error(`the conversation breaks the protocol: ${what}`);
}

/** How a note begins that stands for the oldest steps; each was one reply. */
const FOLDED = /^<memory>\nSteps 1 to (\d+) /;

/**
 * How many replies the model has given in this conversation. Where the oldest have been folded into a note, that and
 * the ids of calls (`partsOf`) tell how many it stands for, so that no id is used twice.
 */
export function turnOf(prompt: LanguageModelV4Prompt): number {
  let turn = 0;
  for (const message of prompt) {
    if (message.role === 'user') {
      for (const part of message.content)
        if (part.type === 'text') turn = Math.max(turn, Number(FOLDED.exec(part.text)?.[1] ?? 0));
    }
    if (message.role !== 'assistant') continue;
    const call = message.content.find((part) => part.type === 'tool-call');
    const [, told] = /^call_(\d+)_\d+$/.exec(call?.toolCallId ?? '') ?? [];
    turn = (told === undefined ? turn : Number(told)) + 1;
  }
  return turn;
}
