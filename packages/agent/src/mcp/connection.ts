import { messageOf } from '@heddle/core';
import { SecretMask } from '@heddle/workspace';
import type { CallToolResult, Client, Tool } from '@modelcontextprotocol/client';
import { HEDDLE_VERSION } from '../heddle-version.ts';
import { launchOf } from './launch.ts';
import { DEFAULT_CALL_SECONDS, filled, type McpAddress, type McpProgram, type McpServer } from './server.ts';

/** A server that has not answered by then is left out: `npx` may first have to fetch it. */
const CONNECT_SECONDS = 30;
/** Of what a program says on standard error: its last words are told when it fails. */
const MAX_STDERR_CHARACTERS = 4_000;
/** Time for a polite end of a session. */
const GOODBYE_MS = 2_000;
/** A server of the protocol's former revision does not know the question, and most say so at once. */
const PROBE_MS = 5_000;

/** An open connection to a server. */
export interface Connection {
  /** As it lists them. Rejects with {@link ServerFault}. */
  tools(): Promise<Tool[]>;
  /** Rejects with {@link ServerFault}; with the signal's reason when it is aborted. */
  call(tool: string, input: Record<string, unknown>, signal: AbortSignal): Promise<CallToolResult>;
  /** False once it is broken: the next call must open another. */
  readonly open: boolean;
  close(): Promise<void>;
}

/** What a server did not do, in one line. `answered`: it is alive, and this is its answer. */
export class ServerFault extends Error {
  readonly answered: boolean;

  constructor(message: string, answered = false) {
    super(message);
    this.answered = answered;
  }
}

/** Starts or addresses a server and greets it. Rejects with {@link ServerFault}. */
export async function connect(
  server: McpServer,
  { seconds = CONNECT_SECONDS, signal }: { readonly seconds?: number; readonly signal: AbortSignal },
): Promise<Connection> {
  const limits = {
    timeout: seconds * 1000,
    signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]),
  };
  try {
    return await ('url' in server ? overHttp(server, limits) : overStreams(server, limits));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ServerFault) throw error;
    const late = limits.signal.aborted;
    throw new ServerFault(late ? `it did not answer within ${seconds} s` : firstLine(error));
  }
}

interface Limits {
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Most programs speak the revision that all know; one that refuses it is asked which it speaks. */
async function overStreams(server: McpProgram, limits: Limits): Promise<Connection> {
  try {
    return await greetProgram(server, limits, 'legacy');
  } catch (error) {
    if (!(await isAnswer(error))) throw error;
    return await greetProgram(server, limits, 'auto');
  }
}

async function greetProgram(server: McpProgram, limits: Limits, mode: Mode): Promise<Connection> {
  const { values: env, secrets } = filled(server.env);
  const mask = maskOf(secrets);
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const transport = new StdioClientTransport({ ...launchOf(server), env, stderr: 'pipe' });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-MAX_STDERR_CHARACTERS);
  });
  const lastWords = () => mask.text(stderr.trim().split('\n').at(-1) ?? '');
  const client = await newClient(mode);
  try {
    await client.connect(transport, limits);
  } catch (error) {
    await close(client);
    const words = lastWords();
    if (limits.signal.aborted || words === '' || (await isAnswer(error))) throw error;
    throw new ServerFault(`${firstLine(error)}; its last words: ${words}`);
  }
  return new Open(client, { seconds: server.seconds, mask, lastWords, goodbye: async () => {} });
}

async function overHttp(server: McpAddress, limits: Limits): Promise<Connection> {
  const { values: headers, secrets } = filled(server.headers);
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const transport = new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } });
  const client = await newClient('auto');
  try {
    await client.connect(transport, limits);
  } catch (error) {
    await close(client);
    throw error;
  }
  const goodbye = () => transport.terminateSession();
  return new Open(client, { seconds: server.seconds, mask: maskOf(secrets), lastWords: () => '', goodbye });
}

type Mode = 'legacy' | 'auto';

async function newClient(mode: Mode): Promise<Client> {
  const { Client: Made } = await import('@modelcontextprotocol/client');
  return new Made(
    { name: 'heddle', version: HEDDLE_VERSION },
    {
      versionNegotiation: { mode, probe: { timeoutMs: PROBE_MS } },
      // A server's own schema for its own answer says nothing about whether the model can use it.
      jsonSchemaValidator: {
        getValidator: () => (data) => ({ valid: true, data: data as never, errorMessage: undefined }),
      },
    },
  );
}

interface Of {
  readonly seconds: number | undefined;
  readonly mask: SecretMask;
  lastWords(): string;
  goodbye(): Promise<void>;
}

class Open implements Connection {
  readonly #client: Client;
  readonly #of: Of;
  #open = true;

  constructor(client: Client, of: Of) {
    this.#client = client;
    this.#of = of;
    client.onclose = () => {
      this.#open = false;
    };
    client.onerror = () => {}; // told by the call that meets it
  }

  get open(): boolean {
    return this.#open;
  }

  async tools(): Promise<Tool[]> {
    const timeout = CONNECT_SECONDS * 1000;
    const { tools } = await this.#told(CONNECT_SECONDS, () => this.#client.listTools({}, { timeout }));
    return tools;
  }

  async call(tool: string, input: Record<string, unknown>, signal: AbortSignal): Promise<CallToolResult> {
    const { seconds = DEFAULT_CALL_SECONDS, mask } = this.#of;
    const options = { timeout: seconds * 1000, signal };
    const request = { name: tool, arguments: input };
    try {
      const result = await this.#told(seconds, () => this.#client.callTool(request, options));
      return mask.value(result);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#open) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, GOODBYE_MS).unref());
      await Promise.race([this.#of.goodbye().catch(() => {}), late]);
    }
    this.#open = false;
    await close(this.#client);
  }

  async #told<T>(seconds: number, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const { ProtocolError, SdkError, SdkErrorCode } = await import('@modelcontextprotocol/client');
      const said = this.#of.mask.text(firstLine(error));
      if (error instanceof ProtocolError) throw new ServerFault(said, true);
      const code = error instanceof SdkError ? error.code : null;
      if (code === SdkErrorCode.RequestTimeout) throw new ServerFault(`no answer within ${seconds} s`);
      this.#open = false;
      if (code !== SdkErrorCode.ConnectionClosed && code !== SdkErrorCode.NotConnected)
        throw new ServerFault(said);
      const words = this.#of.lastWords();
      throw new ServerFault(words === '' ? 'it has ended' : `it has ended; its last words: ${words}`);
    }
  }
}

/** The server itself said no. */
async function isAnswer(error: unknown): Promise<boolean> {
  const { ProtocolError } = await import('@modelcontextprotocol/client');
  return error instanceof ProtocolError;
}

async function close(client: Client): Promise<void> {
  await client.close().catch(() => {}); // it is gone either way
}

function maskOf(values: readonly string[]): SecretMask {
  return new SecretMask(values.map((value, at) => ({ name: `MCP_${at}`, value })));
}

function firstLine(error: unknown): string {
  return messageOf(error).trim().split('\n', 1)[0]!.slice(0, 500);
}
