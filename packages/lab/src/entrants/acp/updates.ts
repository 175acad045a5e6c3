import type { Usage } from '@heddle/core';
import type { PeerLog } from '../peer/peer-log.ts';
import { type Call, notificationSchema, type Prompted, updateSchema } from './messages.ts';
import { blockText, callText, locationsOf, planText } from './shown.ts';

interface UpdatesParts {
  readonly log: PeerLog;
  /** The workspace's, as the program sees it. */
  readonly root: string;
  /** What a terminal of this client has printed. */
  readonly terminal: (id: string) => string;
  /** What tokens cost, of a program that tells no money; 0: not known. */
  readonly price: (usage: Usage) => number;
}

const ENDED = new Set(['completed', 'failed']);

/** Reads what a session tells and writes it to the journal. */
export class Updates {
  readonly #parts: UpdatesParts;
  /** Of calls that are under way: updates name only what is new. */
  readonly #calls = new Map<string, Call>();
  /** Some go on telling of calls that have ended. */
  readonly #ended = new Set<string>();
  #session: string | null = null;
  /** A session that is loaded tells its past again: that is in the journal already. */
  #mute = false;
  /** Words of two messages are two. */
  #message: string | null = null;
  #cost = 0;
  /** Kinds of update that were not understood. */
  readonly unknown = new Map<string, number>();

  constructor(parts: UpdatesParts) {
    this.#parts = parts;
  }

  /** `mute`: what it tells now is of the past. */
  listen(session: string, mute = false): void {
    this.#session = session;
    this.#mute = mute;
  }

  take(params: unknown): void {
    const told = notificationSchema.safeParse(params);
    if (!told.success || told.data.sessionId !== this.#session) return;
    const parsed = updateSchema.safeParse(told.data.update);
    if (!parsed.success) {
      const kind = told.data.update.sessionUpdate;
      this.unknown.set(kind, (this.unknown.get(kind) ?? 0) + 1);
      return;
    }
    const update = parsed.data;
    if (this.#mute) {
      // What it had spent before is charged already.
      if (update.sessionUpdate === 'usage_update') this.#cost = Math.max(this.#cost, usdOf(update.cost));
      return;
    }
    const { log } = this.#parts;
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk': {
        const kind = update.sessionUpdate === 'agent_message_chunk' ? 'message' : 'thought';
        const id = update.messageId ?? null;
        if (id !== null && this.#message !== null && id !== this.#message) log.flush();
        this.#message = id;
        log.said(kind, blockText(update.content));
        return;
      }
      case 'tool_call':
      case 'tool_call_update':
        this.#call(update);
        return;
      case 'plan':
        log.flush();
        log.said('plan', planText(update.entries));
        log.flush();
        return;
      case 'usage_update': {
        const { used, size, cost } = update;
        const usd = usdOf(cost);
        const more = Math.max(0, usd - this.#cost);
        this.#cost = Math.max(this.#cost, usd);
        const context = used == null || size == null ? null : { used, size };
        log.flush();
        log.emit({ type: 'peer.spent', usage: null, usd: more, context });
        return;
      }
      case 'current_mode_update':
        this.#notice(`its mode is ${update.currentModeId}`);
        return;
      case 'notice':
        this.#notice([update.title, update.description].filter((part) => part != null).join(': '));
        return;
      case 'compaction_update':
        this.#notice(`its memory is being folded (${update.status ?? 'begun'})`);
        return;
      case 'user_message_chunk':
      case 'available_commands_update':
      case 'config_option_update':
      case 'session_info_update':
      case 'compaction_summary_chunk':
        return;
      default:
        update satisfies never;
    }
  }

  /** A call that leave is asked for: some tell of it here first. */
  announce(call: Call): void {
    if (!this.#mute && call.title != null) this.#call(call);
  }

  /** What a turn has cost in tokens, where the program says so. */
  prompted(prompted: Prompted): void {
    const tokens = tokensOf(prompted);
    if (tokens === null) return;
    const { log, price } = this.#parts;
    log.flush();
    log.emit({ type: 'peer.spent', usage: tokens, usd: this.#cost > 0 ? 0 : price(tokens), context: null });
  }

  #call(update: Call): void {
    const { log, root } = this.#parts;
    const id = update.toolCallId;
    if (this.#ended.has(id)) return;
    const known = this.#calls.get(id);
    const call: Call = { ...known, ...given(update), toolCallId: id };
    this.#calls.set(id, call);
    const { title, kind, rawInput, status } = call;
    if (known === undefined)
      log.called(id, { title: title ?? 'a call', kind: kind ?? 'other', input: rawInput ?? null });
    const locations = locationsOf(call, root);
    log.updated(id, {
      ...(title == null ? {} : { title }),
      ...(kind == null ? {} : { kind }),
      ...(rawInput === undefined ? {} : { input: rawInput }),
      ...(locations === undefined ? {} : { locations }),
      content: callText(call, this.#parts),
    });
    if (!ENDED.has(status ?? '')) return;
    log.returned(id, status === 'completed' ? 'ok' : 'error');
    this.#calls.delete(id);
    this.#ended.add(id);
  }

  #notice(text: string): void {
    const { log } = this.#parts;
    log.flush();
    log.said('notice', text);
    log.flush();
  }
}

/** What an update names; `null` says that nothing has changed. */
function given(update: Call): Partial<Call> {
  return Object.fromEntries(Object.entries(update).filter(([, value]) => value != null));
}

function usdOf(cost: { amount: number; currency: string } | null | undefined): number {
  return cost?.currency.toUpperCase() === 'USD' ? cost.amount : 0;
}

function tokensOf({ usage, _meta }: Prompted): Usage | null {
  if (usage != null) return usageOf(usage);
  const counted = _meta?.quota?.token_count;
  if (counted == null) return null;
  return usageOf({ inputTokens: counted.input_tokens ?? 0, outputTokens: counted.output_tokens ?? 0 });
}

/** Some count what was read from a cache among the input, some beside it: the total tells. */
function usageOf(usage: NonNullable<Prompted['usage']>): Usage {
  const [input, output] = [usage.inputTokens ?? 0, usage.outputTokens ?? 0];
  const [read, write] = [usage.cachedReadTokens ?? 0, usage.cachedWriteTokens ?? 0];
  const beside = (usage.totalTokens ?? 0) >= input + output + read + write;
  return {
    inputTokens: beside ? input + read + write : input,
    cacheReadTokens: read,
    cacheWriteTokens: write,
    outputTokens: output,
    reasoningTokens: usage.thoughtTokens ?? 0,
  };
}
