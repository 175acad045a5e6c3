import { promptAt, stateOf } from '@heddle/agent';
import { type EventOf, OperatorError, type Recorded } from '@heddle/core';
import type { MemoryTold, PromptMessage, PromptPart, PromptTold } from '../../told/step.ts';
import type { RolloutIndex } from './rollout-index.ts';

/** Characters of each part that are told at first; a message that is asked for alone is told whole. */
const MOST_CHARACTERS = 6_000;
const MOST_ALONE = 2_000_000;
/** Of a long prompt, what was said before gets no more than its beginning. */
const LONG_PROMPT_MESSAGES = 80;
const MOST_OF_OLD = 400;
/** Where nobody counted: bytes of JSON in a token. */
const BYTES_PER_TOKEN = 3.5;
/** Tokens by which a provider's count of the cached beginning may differ from ours. */
const SLACK = 0.05;

type Message = Awaited<ReturnType<typeof promptAt>>['prompt'][number];
type MessagePart = Exclude<Message['content'], string>[number];

/** The request of a step as it was sent, and what of it the provider had read before. `message`: only this one, whole. */
export async function promptOf(index: RolloutIndex, n: number, message: number | null): Promise<PromptTold> {
  const { first, last } = index.steps[index.placeOf(n)]!;
  const events = [...index.events(0, last)];
  const { prompt, tools } = await promptAt(events, n);
  const reply = events.find(
    ({ event, position }) => position >= first && event.type === 'model.completed' && event.step === n,
  )?.event as EventOf<'model.completed'> | undefined;
  const sizes = prompt.map((each) => Buffer.byteLength(JSON.stringify(each)));
  const schemas = tools.map((tool) => Buffer.byteLength(JSON.stringify(tool)));
  const bytes = sum(sizes) + sum(schemas);
  const counted = reply?.usage.inputTokens ?? 0;
  const perToken = counted > 0 ? bytes / counted : BYTES_PER_TOKEN;
  const known = await lengthBefore(events, n);
  let read = sum(schemas) / perToken;
  const cached = (reply?.usage.cacheReadTokens ?? 0) * (1 + SLACK);
  const messages = prompt.map((each, at): PromptMessage => {
    const tokens = sizes[at]! / perToken;
    read += tokens;
    const state = cached > 0 && read <= cached ? 'cached' : at < known ? 'sent' : 'new';
    const old = state !== 'new' && prompt.length > LONG_PROMPT_MESSAGES;
    const most = message !== null ? MOST_ALONE : old ? MOST_OF_OLD : MOST_CHARACTERS;
    return {
      index: at,
      role: each.role,
      step: null,
      tokens: Math.round(tokens),
      state,
      parts: partsOf(each, most),
    };
  });
  return {
    messages: message === null ? messages : messages.filter(({ index: at }) => at === message),
    tools: tools.map(({ name, description, inputSchema }) => ({
      ...{ name, description: description ?? '' },
      schema: JSON.stringify(inputSchema, null, 2),
    })),
    counted:
      reply === undefined
        ? null
        : {
            input: reply.usage.inputTokens,
            cached: reply.usage.cacheReadTokens,
            written: reply.usage.cacheWriteTokens,
          },
  };
}

/** What a folding left out of the prompt, and what stands for it. `position`: of its event. */
export function memoryOf(index: RolloutIndex, position: number): MemoryTold {
  const events = [...index.events(0, position)];
  const fold = events.at(-1)?.event;
  if (fold?.type !== 'memory.folded')
    throw new OperatorError('no-such-folding', `nothing was folded at ${position}`, {
      hint: 'the step says where its memory was folded',
    });
  const { conversation } = stateOf(events.slice(0, -1));
  const originals = conversation.folded(fold.keepFrom).map(({ message, step }, at): PromptMessage => {
    const tokens = Math.round(conversation.tokens(Buffer.byteLength(JSON.stringify(message))));
    return {
      index: at,
      role: message.role,
      step,
      tokens,
      state: 'sent',
      parts: partsOf(message, MOST_CHARACTERS),
    };
  });
  return { text: fold.text, originals };
}

/** How many messages of this request the one before it had too; none of them after a folding but the first. */
async function lengthBefore(events: readonly Recorded[], n: number): Promise<number> {
  const at = events.findIndex(({ event }) => event.type === 'model.requested' && event.step === n);
  const before = events.findLastIndex(({ event }, place) => place < at && event.type === 'model.requested');
  if (before === -1) return 0;
  const folded = events.slice(before, at).some(({ event }) => event.type === 'memory.folded');
  const request = events[before]!.event as EventOf<'model.requested'>;
  return folded ? 2 : request.messages;
}

function partsOf({ content }: Message, most: number): PromptPart[] {
  if (typeof content === 'string') return [part('text', '', content, most)];
  return content.map((each) => partOf(each, most));
}

function partOf(each: MessagePart, most: number): PromptPart {
  switch (each.type) {
    case 'text':
      return part('text', '', each.text, most);
    case 'reasoning':
      return part('reasoning', '', each.text, most);
    case 'tool-call': {
      const input = typeof each.input === 'string' ? each.input : JSON.stringify(each.input, null, 2);
      return part('call', each.toolName, input, most);
    }
    case 'tool-result': {
      const { output } = each;
      const text =
        output.type === 'content'
          ? output.value.map((item) => (item.type === 'text' ? item.text : `(${item.type})`)).join('\n')
          : 'value' in output
            ? typeof output.value === 'string'
              ? output.value
              : JSON.stringify(output.value, null, 2)
            : (output.reason ?? '');
      return part('result', each.toolName, text, most);
    }
    default:
      return part('other', each.type, '', most);
  }
}

function part(kind: PromptPart['kind'], title: string, text: string, most: number): PromptPart {
  return { kind, title, text: text.slice(0, most), cut: Math.max(0, text.length - most) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
