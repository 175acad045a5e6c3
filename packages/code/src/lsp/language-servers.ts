import type { Exec, ReadFile } from '../exec.ts';
import { type FileChange, LanguageClient } from './client.ts';
import { ServerFault } from './fault.ts';
import type { Spawn } from './process.ts';
import { findServer, type ServerId, type ServerSpec, serverFor } from './servers.ts';

/** Well below what a workspace may use in all, which would end everything in it. */
const MEMORY_BYTES = 1_500 * 2 ** 20;
/** A server nobody asks any more is stopped; starting it anew takes seconds, its memory is worth more. */
const IDLE_MS = 10 * 60_000;
const LOOK_MS = 2_000;
/** Ends of a server, for whatever reason of its own, after which it is not started again in this workspace. */
const MAX_ENDS = 3;

export interface LanguageServersOptions {
  /** The repository's root as programs in the workspace see it. */
  readonly root: string;
  readonly spawn: Spawn;
  readonly exec: Exec;
  readonly read: ReadFile;
  /** Private memory above which a server is stopped and started anew. Default 1,500 MiB. */
  readonly memoryBytes?: number;
  /** Default ten minutes. */
  readonly idleMs?: number;
}

interface Slot {
  readonly spec: ServerSpec;
  /** What starts it; null: it is not installed. */
  command: Promise<string | null> | null;
  client: Promise<LanguageClient> | null;
  running: LanguageClient | null;
  usedAt: number;
  ends: number;
  lastEnd: string;
}

/**
 * The language servers of one workspace: one for each language in use, started at the first question, shared,
 * started again after a crash (three times at most) and ended with {@link dispose} at the latest.
 */
export class LanguageServers {
  readonly #options: LanguageServersOptions;
  readonly #slots = new Map<ServerId, Slot>();
  readonly #timer: NodeJS.Timeout;
  #disposed = false;

  constructor(options: LanguageServersOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** The running server for a file. Throws {@link ServerFault} `no-server`, `ended`, `too-slow`. */
  async clientFor(path: string): Promise<LanguageClient> {
    const spec = serverFor(path);
    if (spec === null) throw new ServerFault('no-server', `there is no language server for ${path}`);
    if (this.#disposed) throw new ServerFault('ended', 'the language servers were stopped');
    const slot = this.#slot(spec);
    slot.usedAt = Date.now();
    if (slot.running?.ended != null) this.#noteEnd(slot, slot.running.ended);
    if (slot.client === null) {
      if (slot.ends >= MAX_ENDS)
        throw new ServerFault('ended', `${spec.id} is not started again: ${slot.lastEnd}`);
      const starting = this.#start(slot);
      slot.client = starting;
      starting.catch((error) => {
        if (slot.client !== starting) return;
        slot.client = null;
        // Not installed is no crash, and looked up once.
        if (!(error instanceof ServerFault && error.reason === 'no-server')) {
          slot.ends++;
          slot.lastEnd = messageOf(error);
        }
      });
    }
    return slot.client;
  }

  /** Starts the server for a file if there is one, without waiting; a failure shows at the first question. */
  warm(path: string): void {
    if (serverFor(path) !== null && !this.#disposed) this.clientFor(path).catch(() => {});
  }

  /** Files changed by whatever means since the last question. */
  async changed(changes: readonly FileChange[]): Promise<void> {
    for (const { running } of this.#slots.values())
      if (running !== null && running.ended === null) await running.changed(changes);
  }

  /** Those that run, for people and measurements. */
  running(): { readonly id: ServerId; readonly memoryBytes: number }[] {
    return [...this.#slots.values()].flatMap(({ spec, running }) =>
      running !== null && running.ended === null ? [{ id: spec.id, memoryBytes: running.memoryBytes() }] : [],
    );
  }

  /** Ends all of them. Resolves when no process is left. Safe to call twice. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    clearInterval(this.#timer);
    await Promise.all(
      [...this.#slots.values()].map(async ({ client }) => {
        const started = await client?.catch(() => null);
        await started?.dispose();
      }),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #slot(spec: ServerSpec): Slot {
    const known = this.#slots.get(spec.id);
    if (known !== undefined) return known;
    const slot: Slot = {
      spec,
      command: null,
      client: null,
      running: null,
      usedAt: Date.now(),
      ends: 0,
      lastEnd: '',
    };
    this.#slots.set(spec.id, slot);
    return slot;
  }

  async #start(slot: Slot): Promise<LanguageClient> {
    const { spec } = slot;
    const { root, spawn, exec, read } = this.#options;
    slot.command ??= findServer(spec, exec);
    const command = await slot.command;
    if (command === null)
      throw new ServerFault('no-server', `no ${spec.id} language server is installed (${spec.install})`);
    const process = await spawn(`exec ${command}`, { env: spec.env ?? {} });
    try {
      const client = await LanguageClient.start(spec, { process, root, read });
      if (this.#disposed) throw new ServerFault('ended', 'the language servers were stopped');
      slot.running = client;
      return client;
    } catch (error) {
      await process.kill();
      if (error instanceof ServerFault) throw error;
      // Whatever it is: a helper that does not start must not end the work it was to help with.
      throw new ServerFault('ended', `${spec.id} could not be started: ${messageOf(error)}`);
    }
  }

  #noteEnd(slot: Slot, how: string): void {
    slot.running = null;
    slot.client = null;
    slot.ends++;
    slot.lastEnd = how;
  }

  #look(): void {
    const { memoryBytes = MEMORY_BYTES, idleMs = IDLE_MS } = this.#options;
    for (const slot of this.#slots.values()) {
      const { running } = slot;
      if (running === null || running.ended !== null) continue;
      const used = running.memoryBytes();
      if (used > memoryBytes) {
        const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
        void running.kill(`it used ${mib(used)} of memory, ${mib(memoryBytes)} are allowed`);
      } else if (Date.now() - slot.usedAt > idleMs) {
        slot.running = null;
        slot.client = null;
        void running.dispose();
      }
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
