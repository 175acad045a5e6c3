import type { MessageConnection } from 'vscode-jsonrpc/node';
import { listOf, objectOf } from './answers.ts';
import { ServerFault } from './fault.ts';
import type { ServerProcess } from './process.ts';

/** A message that has not ended by then is a flood, not an answer. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** Kept of what a server writes to its standard error, to say why it died. */
const STDERR_CHARACTERS = 2_000;
/** A server that has changed its mind about a file under way is asked this often again. */
const TRIES = 3;
/** Protocol: the content changed under the request; the server cancelled it for its own reasons. */
const CONTENT_MODIFIED = -32_801;
const SERVER_CANCELLED = -32_802;
const METHOD_NOT_FOUND = -32_601;
/** Of the library: the connection was closed while the answer was awaited. */
const CLOSED = [-32_097, -32_099];

export interface ConnectionListener {
  readonly configuration: (section: string) => unknown;
  readonly diagnostics: (uri: string, version: number | null, items: unknown) => void;
  /** It said whether it is at rest, as far as it knows. */
  readonly quiescent: (quiet: boolean) => void;
  /** A line of its log. */
  readonly logged: (message: string) => void;
}

/** Requests and notifications to and from one server process. */
export class Connection {
  readonly process: ServerProcess;
  readonly #rpc: MessageConnection;
  readonly #name: string;
  #said = '';
  #ended: string | null = null;

  static async open(name: string, process: ServerProcess, listener: ConnectionListener): Promise<Connection> {
    const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = await jsonRpc();
    const reader = new StreamMessageReader(process.stdout);
    const listen = reader.listen.bind(reader);
    let unread = 0;
    reader.listen = (callback) =>
      listen((message) => {
        unread = 0;
        callback(message);
      });
    process.stdout.on('data', (chunk: Buffer) => {
      unread += chunk.length;
      if (unread > MAX_MESSAGE_BYTES) void process.kill();
    });
    const rpc = createMessageConnection(reader, new StreamMessageWriter(process.stdin));
    return new Connection(name, process, rpc, listener);
  }

  private constructor(
    name: string,
    process: ServerProcess,
    rpc: MessageConnection,
    listener: ConnectionListener,
  ) {
    this.#name = name;
    this.process = process;
    this.#rpc = rpc;
    process.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-STDERR_CHARACTERS);
    });
    rpc.onError(() => {}); // a broken message: whoever waits for it is told that it was too slow
    rpc.onRequest((method, parameters) => answer(method, parameters, listener));
    rpc.onNotification((method, parameters) => hear(method, parameters, listener));
    rpc.listen();
    void process.exited.then(({ ended, exitCode }) => {
      const last = this.#said.trim().split('\n').at(-1) ?? '';
      const how = ended === 'exited' ? `ended with exit code ${exitCode}` : `was ended (${ended})`;
      this.#ended ??= `${this.#name} ${how}${last === '' ? '' : `: ${last.slice(0, 300)}`}`;
      rpc.dispose();
    });
  }

  /** Null while it runs; then how it ended, in one line. */
  get ended(): string | null {
    return this.#ended;
  }

  /** Throws {@link ServerFault} `too-slow`, `ended`, `refused`, `unsupported`. */
  async request(
    method: string,
    parameters: object | undefined,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<unknown> {
    const { CancellationTokenSource, ResponseError } = await jsonRpc();
    for (let tried = 1; ; tried++) {
      if (this.#ended !== null) throw new ServerFault('ended', this.#ended);
      signal?.throwIfAborted();
      const cancel = new CancellationTokenSource();
      let stop: (reason: Error) => void = () => {};
      const stopped = new Promise<never>((_, reject) => {
        stop = reject;
      });
      const seconds = Math.round(timeoutMs / 100) / 10;
      const timer = setTimeout(
        () => stop(new ServerFault('too-slow', `${this.#name} did not answer within ${seconds} s`)),
        timeoutMs,
      );
      const aborted = () => stop(signal?.reason);
      signal?.addEventListener('abort', aborted);
      void this.process.exited.then(() => stop(new ServerFault('ended', this.#ended ?? 'it ended')));
      // Some servers take "no parameters" literally.
      const sent =
        parameters === undefined
          ? this.#rpc.sendRequest(method, cancel.token)
          : this.#rpc.sendRequest(method, parameters, cancel.token);
      sent.catch(() => {}); // after a time limit nobody waits for it
      try {
        return await Promise.race([sent, stopped]);
      } catch (error) {
        if (error instanceof ResponseError && !CLOSED.includes(error.code)) {
          const again = error.code === CONTENT_MODIFIED || error.code === SERVER_CANCELLED;
          if (again && tried < TRIES) continue;
          const reason = error.code === METHOD_NOT_FOUND ? 'unsupported' : 'refused';
          throw new ServerFault(reason, `${this.#name}: ${error.message}`);
        }
        if (error instanceof ServerFault || error === signal?.reason) throw error;
        await this.kill('its connection was closed');
        throw new ServerFault('ended', this.#ended!);
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        cancel.cancel();
        cancel.dispose();
      }
    }
  }

  notify(method: string, parameters?: object): void {
    if (this.#ended !== null) return;
    const sent =
      parameters === undefined
        ? this.#rpc.sendNotification(method)
        : this.#rpc.sendNotification(method, parameters);
    sent.catch(() => {}); // it ended: the next request says so
  }

  /** Why it will be ended from our side, for whoever still waits. */
  async kill(why: string): Promise<void> {
    this.#ended ??= `${this.#name} was stopped: ${why}`;
    await this.process.kill();
  }
}

type JsonRpc = typeof import('vscode-jsonrpc/node');

/**
 * Late: who never asks a language server does not load its protocol. It is CommonJS: bundled, only its `default` has
 * what it exports.
 */
async function jsonRpc(): Promise<JsonRpc> {
  const loaded: JsonRpc & { readonly default?: JsonRpc } = await import('vscode-jsonrpc/node');
  return loaded.default ?? loaded;
}

/** What servers ask of an editor. Nothing they ask changes a file. */
function answer(method: string, parameters: unknown, listener: ConnectionListener): unknown {
  const { items } = objectOf(listOf(parameters)[0] ?? parameters) ?? {};
  if (method === 'workspace/configuration')
    return listOf(items).map((item) => listener.configuration(`${objectOf(item)?.section ?? ''}`));
  if (method === 'workspace/applyEdit') return { applied: false };
  return null;
}

function hear(method: string, parameters: unknown, listener: ConnectionListener): void {
  const { uri, version, diagnostics, quiescent, message } =
    objectOf(listOf(parameters)[0] ?? parameters) ?? {};
  if (method === 'textDocument/publishDiagnostics' && typeof uri === 'string')
    listener.diagnostics(uri, typeof version === 'number' ? version : null, diagnostics);
  if (method === 'window/logMessage' && typeof message === 'string') listener.logged(message);
  if (method === 'experimental/serverStatus') listener.quiescent(quiescent === true);
}
