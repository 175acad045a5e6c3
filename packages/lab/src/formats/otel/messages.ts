import type { Call, Entry, Told, Turn } from '../trajectory.ts';

type Part = Record<string, unknown>;
export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
  readonly finish_reason?: string;
}

/** Characters of one attribute with content: backends cut or refuse spans of more than about a megabyte. */
const MAX_CONTENT = 64_000;

/** What an entry adds to the next request, in the conventions' form. */
export function inputsOf(entry: Entry): Message[] {
  if (entry.kind === 'told') return [textMessage(entry)];
  if (entry.kind === 'folded') return [{ role: 'user', parts: [{ type: 'text', content: entry.text }] }];
  if (entry.kind !== 'turn') return [];
  const results = entry.calls.filter(({ outcome }) => outcome !== null);
  const answered = results.map(({ id, content }) => ({ type: 'tool_call_response', id, response: content }));
  return [
    { role: 'assistant', parts: outputParts(entry) },
    ...(answered.length === 0 ? [] : [{ role: 'tool' as const, parts: answered }]),
  ];
}

function textMessage({ by, text }: Told): Message {
  return { role: by === 'system' ? 'system' : 'user', parts: [{ type: 'text', content: text }] };
}

function outputParts({ reasoning, text, calls }: Turn): Part[] {
  return [
    ...(reasoning === null ? [] : [{ type: 'reasoning', content: reasoning }]),
    ...(text === '' ? [] : [{ type: 'text', content: text }]),
    ...calls.map(({ id, tool, input, raw }) => ({
      type: 'tool_call',
      id,
      name: tool,
      arguments: input ?? raw ?? null,
    })),
  ];
}

const FINISH: Readonly<Record<string, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_call',
  'content-filter': 'content_filter',
};

export function finishOf({ finish }: Turn): string {
  return FINISH[finish ?? ''] ?? 'stop';
}

export function outputText(turn: Turn): string {
  return fitted([{ role: 'assistant', parts: outputParts(turn), finish_reason: finishOf(turn) }]);
}

/** Messages as an attribute; of too long texts the middle goes. */
function fitted(messages: readonly Message[]): string {
  const whole = JSON.stringify(messages);
  if (whole.length <= MAX_CONTENT) return whole;
  const texts = messages.flatMap(({ parts }) => parts).length;
  const room = Math.max(200, Math.floor(MAX_CONTENT / 2 / Math.max(1, texts)));
  return JSON.stringify(messages, (_, value: unknown) =>
    typeof value === 'string' ? cut(value, room) : value,
  );
}

export function argumentsText({ input, raw }: Call): string {
  return cut(raw ?? JSON.stringify(input), MAX_CONTENT);
}

export function resultText({ content }: Call): string {
  return cut(content, MAX_CONTENT);
}

function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  const half = Math.floor(room / 2);
  return `${text.slice(0, half)}\n[${text.length - 2 * half} characters left out]\n${text.slice(-half)}`.toWellFormed();
}

/** The newest messages of a request that fit, and how many are left out. */
export class Inputs {
  #messages: Message[] = [];
  #sizes: number[] = [];
  #size = 0;
  leftOut = 0;

  add(messages: readonly Message[]): void {
    for (const message of messages) {
      const size = JSON.stringify(message).length;
      this.#messages.push(message);
      this.#sizes.push(size);
      this.#size += size;
    }
    while (this.#size > MAX_CONTENT && this.#messages.length > 1) {
      this.#messages.shift();
      this.#size -= this.#sizes.shift()!;
      this.leftOut += 1;
    }
  }

  clear(): void {
    this.#messages = [];
    this.#sizes = [];
    this.#size = 0;
    this.leftOut = 0;
  }

  get text(): string {
    return fitted(this.#messages);
  }
}
