import { type FSWatcher, watch } from 'node:fs';
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { canonicalJson, digestOf, processMark } from '@heddle/core';
import type { Model } from '../model.ts';
import { FREE } from '../prices.ts';
import { turnOf } from '../protocol.ts';
import { languageModel, partsOf, type SimpleReply } from '../reply-stream.ts';
import { folderOf, put, type RelayRequest, remove, take } from './mailbox.ts';

export interface RelayOptions {
  /** Heddle's data folder. */
  readonly home: string;
  /** Shown with each request, to tell several relays apart. */
  readonly label: string;
  /** Default: a million, so that nothing is summarised away from who reads at leisure. */
  readonly contextTokens?: number;
}

const RELAY_CONTEXT_TOKENS = 1_000_000;

/** A watcher can miss a change (network folders, exhausted inotify watches); looking this often finds it anyway. */
const POLL_MILLISECONDS = 500;

/**
 * A model whose requests are answered by a person or another program (`heddle relay`): a baseline, a way to see
 * what a model sees, a demonstration. It waits as long as it takes; aborting takes the request out of the mailbox.
 */
export function relayModel({ home, label, contextTokens = RELAY_CONTEXT_TOKENS }: RelayOptions): Model {
  return {
    id: label === 'relay' ? 'relay' : `relay:${label}`,
    language: languageModel('relay', label, async (call) => {
      const reply = await answered(home, requestOf(label, call), call.abortSignal);
      return partsOf(reply, turnOf(call.prompt));
    }),
    contextTokens,
    price: FREE,
    options: {},
  };
}

function requestOf(label: string, { prompt, tools = [] }: LanguageModelV4CallOptions): RelayRequest {
  const own = tools.filter((tool) => tool.type === 'function');
  return {
    version: 1,
    label,
    process: processMark(),
    askedAt: Date.now(),
    digest: digestOf(canonicalJson({ prompt, tools: own })),
    prompt,
    tools: own,
  };
}

async function answered(home: string, request: RelayRequest, signal?: AbortSignal): Promise<SimpleReply> {
  signal?.throwIfAborted();
  const id = await put(home, request);
  const change = new Change(folderOf(home, id), signal);
  try {
    for (;;) {
      const seen = change.next();
      const reply = await take(home, id);
      if (reply !== undefined) return reply;
      await seen;
      signal?.throwIfAborted();
    }
  } catch (error) {
    await remove(home, id);
    throw error;
  } finally {
    change.close();
  }
}

/** Something may have changed in a folder: it was seen to, the time has come to look, or the caller gave up. */
class Change {
  readonly #watcher: FSWatcher | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #notify = (): void => this.#wake();
  #wake: () => void = () => {};

  constructor(folder: string, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#watcher = watcherOf(folder, this.#notify);
    this.#timer = setInterval(this.#notify, POLL_MILLISECONDS);
    signal?.addEventListener('abort', this.#notify);
  }

  /** Settles at the next occasion after this call, so that looking between call and await misses nothing. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  close(): void {
    this.#watcher?.close();
    clearInterval(this.#timer);
    this.#signal?.removeEventListener('abort', this.#notify);
  }
}

function watcherOf(folder: string, notify: () => void): FSWatcher | undefined {
  try {
    return watch(folder, notify).on('error', notify);
  } catch {
    return undefined; // no watches left: the timer has to do
  }
}
