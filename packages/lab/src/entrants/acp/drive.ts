import { setTimeout as later } from 'node:timers/promises';
import type { ClientContext, RequestError as RpcError } from '@agentclientprotocol/sdk';
import { HEDDLE_VERSION } from '@heddle/agent';
import { messageOf, type Usage } from '@heddle/core';
import { costOf, priceOf } from '@heddle/models';
import type { SpawnedProcess } from '@heddle/workspace';
import type { PeerEnd, PeerRun } from '../peer/attempt.ts';
import { faultIn, oneLine } from '../peer/fault.ts';
import { type AcpEntry, filled } from '../peer/peer-entry.ts';
import { shellLine } from '../peer/place.ts';
import { messageLines } from './lines.ts';
import { initializedSchema, promptedSchema, sessionSchema } from './messages.ts';
import { offerServices } from './services.ts';
import { Terminals } from './terminals.ts';
import { Updates } from './updates.ts';

const PROTOCOL_VERSION = 1;
/** A program that has not opened a session by then never will: the slowest needs a tenth of it. */
const READY_SECONDS = 120;
/** Between a polite end and a hard one. */
const GRACE_SECONDS = 5;
/** Characters of its error output that are kept, the last ones. */
const MAX_ERRORS = 200_000;

const GO_ON =
  'You were interrupted while you worked on this task. The files are as they were when you last touched them; programs that ran have ended. Go on where you were, and finish the task.';

/** What a session that does not know of the work before it is told. */
const ANEW =
  'An earlier session of yours worked on this task and was interrupted; nothing is known of it here but what it left in the files, which are as it left them. See what is there (git diff), and finish the task.';

/** Texts that make the entrant what it is. */
export const ACP_PROMPTS = { goOn: GO_ON, anew: ANEW };

/** Runs a program that speaks ACP in its box, from its start to the end of one turn. */
export async function driveAcp(entry: AcpEntry, run: PeerRun): Promise<PeerEnd> {
  const { place, log, watch, values } = run;
  const sdk = await import('@agentclientprotocol/sdk');
  const began = performance.now();
  const command = entry.command.map((word) => filled(word, values));
  const first = run.program?.folder == null ? command[0]! : run.program.path;
  const words = [first, ...command.slice(1)].map((word) => place.word(word));
  const program = await place.workspace.spawn(`${place.preamble}exec ${shellLine(words)}`, {
    env: place.env,
  });
  const errors = new Errors(program);
  const terminals = new Terminals(place.workspace, place.preamble);
  const updates = new Updates({
    log,
    root: place.workspace.root,
    terminal: (id) => terminals.printed(id),
    price: (usage) => priceFor(run, usage),
  });
  const app = sdk.client({ name: 'heddle' });
  const refusal = (code: number, message: string) => new sdk.RequestError(code, message);
  offerServices(app, { entry, run, terminals, updates, refusal });
  const stream = messageLines(program, {
    heard: () => watch.heard(),
    takes(message) {
      if (!('method' in message) || message.method !== 'session/update') return false;
      updates.take(message.params);
      return true;
    },
    stray: (line) => errors.add(`${line}\n`),
  });
  const connection = app.connect(stream);
  connection.closed.catch(() => {}); // told by its requests
  const session = new AcpSession(entry, run, connection.agent, updates);
  const exited = program.exited.then(({ ended, exitCode }) => {
    throw new Gone(ended === 'exited' ? exitCode : null, ended);
  });
  exited.catch(() => {}); // told to whoever races with it
  const orExit = <T>(work: Promise<T>): Promise<T> => Promise.race([work, exited]);
  let end: PeerEnd;
  try {
    await orExit(session.open({ command, began }));
    const { stopReason } = await orExit(session.prompt());
    end = endOf(stopReason);
  } catch (error) {
    end = await failureOf(error, session, program, errors);
  }
  await finish(program, errors);
  connection.close();
  const { exitCode } = await program.exited;
  for (const [kind, count] of updates.unknown)
    errors.add(`[${count} updates of a kind unknown here: ${kind}]\n`);
  return { ...end, exitCode: end.exitCode ?? exitCode, errors: errors.text() };
}

/** The program ended while something was asked of it. */
class Gone extends Error {
  readonly exitCode: number | null;
  readonly ended: string;

  constructor(exitCode: number | null, ended: string) {
    super(
      ended === 'exited'
        ? `it ended with exit code ${exitCode} before it was done`
        : `it was ended: ${ended}`,
    );
    this.exitCode = exitCode;
    this.ended = ended;
  }
}

/** A step towards a session failed: which, and how. */
class NotReady extends Error {}

class AcpSession {
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
      await later(GRACE_SECONDS * 1000, undefined, { ref: false });
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

function endOf(stopReason: string): PeerEnd {
  const done = { exitCode: null, errors: '', fault: null };
  switch (stopReason) {
    case 'end_turn':
      return { ...done, end: 'finished', why: 'it ended its turn' };
    case 'refusal':
      return { ...done, end: 'refused', why: 'its model refused to go on' };
    case 'max_tokens':
      return { ...done, end: 'limit', why: "its model's reply was cut off at a limit of tokens" };
    case 'max_turn_requests':
      return { ...done, end: 'limit', why: 'its own limit of requests in a turn was reached' };
    case 'cancelled':
      return { ...done, end: 'stopped', why: 'it was stopped' };
    default:
      return { ...done, end: 'finished', why: `it ended its turn (${oneLine(stopReason)})` };
  }
}

/** How it failed, and whether it is to blame. Before a session stands nothing of the task has been tried. */
async function failureOf(
  error: unknown,
  { ready }: AcpSession,
  program: SpawnedProcess,
  errors: Errors,
): Promise<PeerEnd> {
  // What it wrote to its error output last may still be on its way.
  const gone = await goneSoon(error, program);
  const said = oneLine(errors.text().trim().split('\n').slice(-5).join(' '));
  const rpc = isRpcError(error) ? error : null;
  const detail = rpc?.data === undefined ? '' : ` ${JSON.stringify(rpc.data)}`;
  const what = gone?.message ?? `${messageOf(error)}${detail}`;
  const why = oneLine(gone !== null && said !== '' ? `${what}: ${said}` : what);
  const fault = faultIn(gone !== null ? said : what, rpc?.code) ?? (ready ? null : neverBegan(why));
  return {
    end: gone === null ? 'failed' : 'exited',
    why,
    exitCode: gone?.exitCode ?? null,
    errors: '',
    fault,
  };
}

const neverBegan = (message: string) => ({
  class: 'environment' as const,
  code: 'peer-never-began',
  message,
});

/** A connection that is cut is a program that ends; which of the two is heard of first is chance. */
async function goneSoon(error: unknown, program: SpawnedProcess): Promise<Gone | null> {
  if (error instanceof Gone) return error;
  if (isRpcError(error) || error instanceof NotReady) return null;
  const end = await Promise.race([program.exited, later(GRACE_SECONDS * 100, null, { ref: false })]);
  return end === null ? null : new Gone(end.ended === 'exited' ? end.exitCode : null, end.ended);
}

function isRpcError(error: unknown): error is RpcError {
  return error instanceof Error && error.name === 'RequestError';
}

/** Its input ends: a program that minds leaves; another is ended. */
async function finish(program: SpawnedProcess, errors: Errors): Promise<void> {
  program.stdin.end();
  const left = await Promise.race([program.exited, later(GRACE_SECONDS * 100, null, { ref: false })]);
  if (left !== null) return;
  // What its shell says of being ended is not the program's.
  errors.close();
  await program.kill();
}

function priceFor({ values }: PeerRun, usage: Usage): number {
  const { price } = priceOf(values.model ?? '');
  return price.unknown === true ? 0 : costOf(usage, price);
}

/** The end of a program's error output, as it comes. */
class Errors {
  #text = '';
  #closed = false;

  constructor({ stderr }: SpawnedProcess) {
    stderr.on('data', (chunk: Buffer) => {
      if (!this.#closed) this.add(chunk.toString('utf8'));
    });
  }

  close(): void {
    this.#closed = true;
  }

  add(text: string): void {
    this.#text = (this.#text + text).slice(-MAX_ERRORS);
  }

  text(): string {
    return this.#text;
  }
}
