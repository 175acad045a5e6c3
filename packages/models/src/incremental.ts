import { randomUUID } from 'node:crypto';
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4Message } from '@ai-sdk/provider';
import { type Body, type Fetch, growingLast, takenApart, written } from './body-order.ts';
import { inParts } from './transport.ts';

const COMMA = Buffer.from(',');

/** More messages than this that are not frozen: time to freeze. */
const LOOSE_MESSAGES = 48;
/** So many stay loose: cache marks move among the last ones, and what an agent shows anew each time stands there. */
const KEPT_LOOSE = 16;

/** The first messages of a conversation as they are written in a request's body, system messages left out. */
interface Frozen {
  readonly messages: readonly LanguageModelV4Message[];
  /** Settings they were written under. */
  readonly settings: string;
  /** In UTF-8, so that it is encoded once. Null: this conversation cannot be frozen. */
  readonly text: Buffer | null;
}

/**
 * A provider's model that does not write a long conversation anew for each request. Its package turns every message
 * into the provider's form and into JSON each time: at step 600 that is most of what a step costs. Here the package gets
 * a stand-in for the messages it has already written, and their text takes its place in the body. The body is the same,
 * byte for byte, as the one the package would have written: whenever a piece is frozen, it is compared.
 *
 * Messages are told apart by identity: a caller that makes all of them anew for each request gains nothing.
 */
export function incremental(create: (fetch: Fetch) => LanguageModelV4, fetch: Fetch): LanguageModelV4 {
  const whole = create(growingLast(fetch));
  /** Texts on their way, by the number their stand-in bears. */
  const texts = new Map<string, Buffer>();
  let sent = 0;
  const caught: (Body | null)[] = [];
  const catching: Fetch = async (_, init) => {
    caught.push(takenApart(String(init?.body)));
    throw new Error('not to be sent');
  };
  // Most conversations are short, and to make a client takes time at the start.
  let short: LanguageModelV4 | undefined;
  let catcher: LanguageModelV4 | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** By the first message behind the system's. */
  const conversations = new WeakMap<LanguageModelV4Message, Frozen>();

  async function frozenOf(options: LanguageModelV4CallOptions): Promise<Frozen | undefined> {
    const said = withoutSystem(options.prompt);
    const [first] = said;
    if (first === undefined) return undefined;
    const known = conversations.get(first);
    const current = known !== undefined && isStill(known, said, options) ? known : undefined;
    if (said.length - (current?.messages.length ?? 0) <= LOOSE_MESSAGES || current?.text === null)
      return current;
    // Up to a reply, which begins something new in each provider's form.
    const end = said.findLastIndex(
      ({ role }, index) => role === 'assistant' && index < said.length - KEPT_LOOSE,
    );
    if (end <= (current?.messages.length ?? 0)) return current;
    const more = await freeze(said.slice(0, end), options, current);
    conversations.set(first, more);
    return more;
  }

  async function freeze(
    messages: readonly LanguageModelV4Message[],
    options: LanguageModelV4CallOptions,
    known: Frozen | undefined,
  ): Promise<Frozen> {
    const settings = settingsOf(options);
    const now = await elementsOf(shortened(options, known, '0'));
    const then = await elementsOf(shortened(options, { messages, settings, text: null }, '0'));
    const more = now === null || then === null ? [] : between(now, then);
    const text = more.length === 0 ? null : Buffer.from(more.join(','));
    if (text !== null && known?.text)
      return { messages, settings, text: Buffer.concat([known.text, COMMA, text]) };
    return { messages, settings, text };
  }

  /** What the package makes of a call, without sending it. Null: it makes nothing of it. */
  function elementsOf({ abortSignal: _, ...options }: LanguageModelV4CallOptions) {
    // One after the other: what is caught bears no name.
    const made = last.then(async () => {
      catcher ??= create(catching);
      try {
        await catcher.doStream(options);
      } catch {
        // As it must.
      }
      return caught.pop()?.growing.map((element) => JSON.stringify(element)) ?? null;
    });
    last = made;
    return made;
  }

  return {
    specificationVersion: whole.specificationVersion,
    provider: whole.provider,
    modelId: whole.modelId,
    supportedUrls: whole.supportedUrls,
    doGenerate: (options) => whole.doGenerate(options),
    async doStream(options) {
      const frozen = await frozenOf(options);
      if (frozen === undefined || frozen.text === null) return whole.doStream(options);
      short ??= create(withTexts(fetch, texts));
      sent += 1;
      const id = String(sent);
      texts.set(id, frozen.text);
      try {
        return await short.doStream(shortened(options, frozen, id));
      } finally {
        texts.delete(id);
      }
    },
  };
}

function withoutSystem(prompt: readonly LanguageModelV4Message[]): readonly LanguageModelV4Message[] {
  const first = prompt.findIndex(({ role }) => role !== 'system');
  return first < 0 ? [] : prompt.slice(first);
}

function isStill(
  { messages, settings }: Frozen,
  said: readonly LanguageModelV4Message[],
  options: LanguageModelV4CallOptions,
): boolean {
  return settings === settingsOf(options) && messages.every((message, index) => message === said[index]);
}

function settingsOf({ providerOptions, reasoning }: LanguageModelV4CallOptions): string {
  return JSON.stringify([providerOptions, reasoning]);
}

/** A text that stands in no conversation: nobody is ever shown it. The number tells requests apart that are under way. */
const UNIQUE = randomUUID();
const standIn = (id: string) => `${UNIQUE} ${id}`;
const STAND_IN_WRITTEN = new RegExp(`"${UNIQUE} (\\d+)"`);

/** The call with a stand-in where the frozen messages were. */
function shortened(
  options: LanguageModelV4CallOptions,
  frozen: Frozen | undefined,
  id: string,
): LanguageModelV4CallOptions {
  if (frozen === undefined) return options;
  const said = withoutSystem(options.prompt);
  return {
    ...options,
    prompt: [
      ...options.prompt.slice(0, options.prompt.length - said.length),
      { role: 'user', content: [{ type: 'text', text: standIn(id) }] },
      ...said.slice(frozen.messages.length),
    ],
  };
}

function standInAmong(elements: readonly string[]): number {
  return elements.findIndex((element) => STAND_IN_WRITTEN.test(element));
}

/**
 * What the second list's stand-in stands for beyond the first's. Nothing: before and behind it the lists are not the same,
 * so that a stand-in changes how the rest is written.
 */
function between(now: readonly string[], then: readonly string[]): readonly string[] {
  const at = standInAmong(then);
  const behind = then.length - at - 1;
  const begin = standInAmong(now) + 1 || at;
  const end = now.length - behind;
  const same =
    at >= 0 &&
    begin <= end &&
    then.slice(0, at).every((element, index) => element === now[index]) &&
    then.slice(at + 1).every((element, index) => element === now[end + index]);
  return same ? now.slice(begin, end) : [];
}

/** `fetch` that puts a frozen text where its stand-in is. */
function withTexts(fetch: Fetch, texts: ReadonlyMap<string, Buffer>): Fetch {
  return (input, init) => {
    const body = takenApart(String(init?.body))!;
    const elements = body.growing.map((element) => JSON.stringify(element));
    const at = standInAmong(elements);
    const [standIn = '', id = ''] = STAND_IN_WRITTEN.exec(elements[at] ?? '') ?? [];
    const text = texts.get(id);
    if (text === undefined) throw new Error('the stand-in for what was said before is not in the request');
    const [before, behind] = written(body, elements.with(at, standIn)).split(standIn) as [string, string];
    return fetch(input, { ...init, body: inParts([before, text, behind]) });
  };
}
