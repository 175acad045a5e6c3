import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { canonicalJson, digestOf } from '@heddle/core';
import type { Model, WireFormat } from '../model.ts';

/** Bumped when a line changes its shape; a reader refuses what is newer than itself. */
export const RECORDING_VERSION = 1;

/**
 * A recording is JSON lines. Messages and tool lists are written once and named by digest afterwards,
 * so that a conversation of n requests takes about n lines and not n² messages.
 */
export type Line = Header | MessageLine | ToolsLine | Exchange;

export interface Header {
  readonly type: 'recording';
  readonly version: number;
  readonly model: string;
  readonly contextTokens: number;
  readonly price: Model['price'];
  readonly options: Model['options'];
  /** Null: the recorded model is no provider. */
  readonly format: WireFormat | null;
}

interface MessageLine {
  readonly type: 'message';
  readonly digest: string;
  readonly message: LanguageModelV4Message;
}

interface ToolsLine {
  readonly type: 'tools';
  readonly digest: string;
  readonly tools: unknown;
}

export interface Exchange {
  readonly type: 'exchange';
  /** Digest of the request as a whole. */
  readonly request: string;
  /** How many of its first messages are those of the exchange before it in the file. */
  readonly shared: number;
  /** Digests of the messages after those, in order. */
  readonly messages: readonly string[];
  /** Digest of its tools. */
  readonly tools: string;
  /** Temperature, effort, provider options…: all that is neither message nor tool. */
  readonly settings: unknown;
  readonly reply: readonly LanguageModelV4StreamPart[];
}

/** A request taken apart into what a recording names. */
export interface Asked {
  readonly digest: string;
  readonly messages: readonly { readonly digest: string; readonly message: LanguageModelV4Message }[];
  readonly tools: { readonly digest: string; readonly tools: unknown };
  readonly settings: unknown;
}

/** A conversation's messages are the same objects in each of its requests: each is digested once. */
const digests = new WeakMap<LanguageModelV4Message, string>();

function digestOfMessage(message: LanguageModelV4Message): string {
  let digest = digests.get(message);
  if (digest === undefined) {
    digest = digestOf(canonicalJson(message));
    digests.set(message, digest);
  }
  return digest;
}

export function askedBy(call: LanguageModelV4CallOptions): Asked {
  const { prompt, tools = [], abortSignal: _, headers: __, includeRawChunks: ___, ...settings } = call;
  const messages = prompt.map((message) => ({ digest: digestOfMessage(message), message }));
  const toolsDigest = digestOf(canonicalJson(tools));
  const whole = { messages: messages.map(({ digest }) => digest), tools: toolsDigest, settings };
  return {
    digest: digestOf(canonicalJson(whole)),
    messages,
    tools: { digest: toolsDigest, tools },
    settings,
  };
}

/**
 * The parts that make the reply, neighbouring deltas joined: hundreds of tokens become one line.
 * Undefined if the stream did not reach a proper end: a failed try is not worth replaying.
 */
export function partsWorthKeeping(
  stream: readonly LanguageModelV4StreamPart[],
): LanguageModelV4StreamPart[] | undefined {
  const kept: LanguageModelV4StreamPart[] = [];
  for (const part of stream) {
    if (part.type === 'error') return undefined;
    if (part.type === 'raw' || part.type === 'ping' || part.type === 'response-metadata') continue;
    if (part.type === 'stream-start' || part.type === 'custom') continue;
    const last = kept.at(-1);
    if (
      isDelta(part) &&
      last?.type === part.type &&
      last.id === part.id &&
      part.providerMetadata === undefined
    )
      kept[kept.length - 1] = { ...last, delta: last.delta + part.delta };
    else kept.push(part);
  }
  const end = kept.at(-1);
  return end?.type === 'finish' && end.finishReason.unified !== 'interrupted' ? kept : undefined;
}

type Delta = Extract<LanguageModelV4StreamPart, { delta: string }>;

function isDelta(part: LanguageModelV4StreamPart): part is Delta {
  return part.type === 'text-delta' || part.type === 'reasoning-delta' || part.type === 'tool-input-delta';
}
