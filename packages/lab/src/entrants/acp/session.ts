import { setTimeout as later } from 'node:timers/promises';
import type { ClientContext } from '@agentclientprotocol/sdk';
import { HEDDLE_VERSION } from '@heddle/agent';
import { messageOf } from '@heddle/core';
import type { PeerRun } from '../peer/attempt.ts';
import { oneLine } from '../peer/fault.ts';
import { type AcpEntry, filled } from '../peer/peer-entry.ts';
import { initializedSchema, promptedSchema, sessionSchema } from './messages.ts';
import type { Updates } from './updates.ts';

const PROTOCOL_VERSION = 1;
/** A program that has not opened a session by then never will: the slowest needs a tenth of it. */
const READY_SECONDS = 120;
/** Between asking a turn to end and leaving it. */
const CANCEL_SECONDS = 5;

const GO_ON =
  'You were interrupted while you worked on this task. The files are as they were when you last touched them; programs that ran have ended. Go on where you were, and finish the task.';

/** What a session that does not know of the work before it is told. */
const ANEW =
  'An earlier session of yours worked on this task and was interrupted; nothing is known of it here but what it left in the files, which are as it left them. See what is there (git diff), and finish the task.';

/** Texts that make the entrant what it is. */
export const ACP_PROMPTS = { goOn: GO_ON, anew: ANEW };

/** A step towards a session failed: which, and how. */
export class NotReady extends Error {}

/** The session in which a program works: opened anew or taken up, then one turn of it. */
export class AcpSession {
  readonly #entry: AcpEntry;
  readonly #run: PeerRun;
  readonly #agent: ClientContext;
  readonly #updates: Updates;
  #id = '';
  #how: 'new' | 'loaded' | 'anew' = 'new';
  /** A session stands. */
  ready = false;

  constructor(entry: AcpEntry, run: PeerRun, agent: ClientContext, updates: Updates) {
    this.#entry = entry;
    this.#run = run;
    this.#agent = agent;
    this.#updates = updates;
  }

  async open({ command, began }: { command: readonly string[]; began: number }): Promise<void> {
    const { offer = ['files', 'terminals'], auth, mode, options = {} } = this.#entry;
    const { before, log, values } = this.#run;
    const files = offer.includes('files');
    const initialized = initializedSchema.parse(
      await this.#ready('initialize', {
        protocolVersion: PROTOCOL_VERSION,
        clientInfo: { name: 'heddle', title: 'Heddle', version: HEDDLE_VERSION },
        clientCapabilities: {
          fs: { readTextFile: files, writeTextFile: files },
          terminal: offer.includes('terminals'),
        },
      }),
    );
    if (initialized.protocolVersion !== PROTOCOL_VERSION)
      throw new NotReady(
        `it speaks version ${initialized.protocolVersion} of the protocol, not ${PROTOCOL_VERSION}`,
      );
    if (auth !== undefined) await this.#ready('authenticate', { methodId: auth });
    const why = before === null ? undefined : await this.#takeUp(before.session, initialized);
    if (this.#how !== 'loaded') {
      const made = sessionSchema.parse(await this.#ready('session/new', this.#place()));
      this.#id = made.sessionId;
    }
    this.#updates.listen(this.#id);
    if (mode !== undefined) await this.#ready('session/set_mode', { sessionId: this.#id, modeId: mode });
    for (const [configId, value] of Object.entries(options)) {
      const setting =
        typeof value === 'string' ? { value: filled(value, values) } : { type: 'boolean', value };
      await this.#ready('session/set_config_option', { sessionId: this.#id, configId, ...setting });
    }
    const { agentInfo } = initialized;
    log.emit({
      type: 'peer.started',
      protocol: 'acp',
      name: agentInfo?.title ?? agentInfo?.name ?? command[0]!.split('/').at(-1)!,
      version: agentInfo?.version ?? null,
      program: command.join(' '),
      session: this.#id,
      how: this.#how,
      ...(why === undefined ? {} : { why }),
      seconds: (performance.now() - began) / 1000,
    });
    this.ready = true;
  }

  /** One turn: the task, to its end. When it is to stop, it is asked to first. */
  async prompt() {
    const { task, watch } = this.#run;
    const texts = { new: task, anew: `${task.trimEnd()}\n\n${ANEW}`, loaded: GO_ON };
    const asked = this.#agent.request<unknown>('session/prompt', {
      sessionId: this.#id,
      prompt: [{ type: 'text', text: texts[this.#how] }],
    });
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = async () => {
      await this.#agent.notify('session/cancel', { sessionId: this.#id }).catch(() => {});
      await later(CANCEL_SECONDS * 1000, undefined, { ref: false });
      reject(watch.signal.reason);
    };
    if (watch.signal.aborted) void stop();
    else watch.signal.addEventListener('abort', () => void stop(), { once: true });
    const prompted = promptedSchema.parse(await Promise.race([asked, stopped]));
    this.#updates.prompted(prompted);
    return prompted;
  }

  /** Goes on with an earlier session where the program can; else says why not. */
  async #takeUp(
    session: string | null,
    { agentCapabilities }: { agentCapabilities?: unknown },
  ): Promise<string | undefined> {
    const can = (agentCapabilities ?? {}) as {
      loadSession?: boolean;
      sessionCapabilities?: { resume?: unknown };
    };
    this.#how = 'anew';
    const resumes = can.sessionCapabilities?.resume != null;
    if (session === null) return 'it had no session yet';
    if (can.loadSession !== true && !resumes) return 'it cannot load a session';
    this.#id = session;
    this.#updates.listen(session, true);
    try {
      const method = resumes ? 'session/resume' : 'session/load';
      await this.#ready(method, { sessionId: session, ...this.#place() });
    } catch (error) {
      return `its session could not be loaded: ${oneLine(messageOf(error))}`;
    }
    this.#how = 'loaded';
    return undefined;
  }

  #place() {
    return { cwd: this.#run.place.workspace.root, mcpServers: [] };
  }

  async #ready(method: string, params: object): Promise<unknown> {
    const { watch } = this.#run;
    const timer = new AbortController();
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = () => reject(watch.signal.reason);
    watch.signal.addEventListener('abort', stop, { once: true });
    if (watch.signal.aborted) stop();
    const late = later(READY_SECONDS * 1000, undefined, { signal: timer.signal, ref: false }).then(
      () => {
        throw new NotReady(`it has not answered ${method} after ${READY_SECONDS} s`);
      },
      () => new Promise<never>(() => {}),
    );
    try {
      return await Promise.race([this.#agent.request<unknown>(method, params), late, stopped]);
    } finally {
      timer.abort();
      watch.signal.removeEventListener('abort', stop);
    }
  }
}
