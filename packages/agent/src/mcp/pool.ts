import { type ForeignTool, ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../tool.ts';
import { ToolCache } from './cache.ts';
import type { Connection, ServerFault } from './connection.ts';
import { answerOf } from './content.ts';
import { checkServerName, type McpServers } from './server.ts';
import { foreignToolsOf, toolName } from './tool-list.ts';

/** Starts in a row that failed, after which a server is not tried again in this run. */
const MAX_FAILURES = 3;

/** What servers offer, and one line about each that could not say. */
export interface Offered {
  readonly tools: readonly ForeignTool[];
  readonly notes: readonly string[];
}

export interface SeenServer {
  readonly name: string;
  readonly tools: readonly ForeignTool[];
  /** Why it could not say; null: it could. */
  readonly problem: string | null;
}

interface Opened {
  readonly connection: Connection;
  readonly offered: readonly ForeignTool[];
  /** Its own names of its tools by ours. */
  readonly names: ReadonlyMap<string, string>;
}

/** The servers of one run. A connection is made when it is first needed, and ends with the run. */
export class ServerPool {
  readonly #servers: McpServers;
  readonly #cache: ToolCache;
  readonly #opened = new Map<string, Promise<Opened>>();
  readonly #failures = new Map<string, number>();
  readonly #ended = new AbortController();

  /** `home`: Heddle's data folder. Throws OperatorError `bad-server-name`. */
  constructor(servers: McpServers, home: string) {
    for (const name of Object.keys(servers)) checkServerName(name);
    this.#servers = servers;
    this.#cache = new ToolCache(home);
  }

  /** The tools of these servers, from what was last seen of them. */
  async offered(names: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<Offered> {
    const all = await Promise.all(names.map((name) => this.look(name, { signal, anew: false })));
    const failed = all.filter(({ problem }) => problem !== null);
    return {
      tools: all.flatMap(({ tools }) => tools),
      // Who stopped the run need not hear of it.
      notes: signal.aborted
        ? []
        : failed.map(
            ({ name, problem }) => `the MCP server ${name} did not start: ${problem}; go on without it`,
          ),
    };
  }

  /** What a server offers; `anew`: whatever was last seen of it. */
  async look(
    name: string,
    { signal, anew }: { readonly signal: AbortSignal; readonly anew: boolean },
  ): Promise<SeenServer> {
    const known = anew ? null : this.#cache.read(name, this.#servers[name]!);
    if (known !== null) return { name, tools: known, problem: null };
    try {
      const { offered } = await this.#open(name, signal);
      return { name, tools: offered, problem: null };
    } catch (error) {
      return { name, tools: [], problem: faultText(error) };
    }
  }

  /** Throws ModelFacingError `no-server`, `no-such-tool`, `server-failed`, `tool-failed`. */
  async call(
    { name, server }: ForeignTool,
    input: Record<string, unknown>,
    context: ToolContext,
  ): Promise<ToolResult> {
    const { signal } = context;
    const { connection, names } = await this.#ready(server, signal);
    const tool = names.get(name);
    if (tool === undefined) {
      const now = [...names.keys()].join(', ') || 'none';
      throw new ModelFacingError(
        'no-such-tool',
        `The server ${server} no longer has this tool. It has: ${now}.`,
      );
    }
    const result = await connection.call(tool, input, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      const answered = (error as Partial<ServerFault>).answered === true;
      const next = answered ? '' : ' Try once more, or go on without it.';
      throw new ModelFacingError(
        answered ? 'tool-failed' : 'server-failed',
        `The server ${server} did not do it: ${faultText(error)}.${next}`,
        { cause: error },
      );
    });
    const { content, images, full } = answerOf(result);
    if (result.isError === true) throw new ModelFacingError('tool-failed', content);
    return { content, images, details: { mcp: { server, tool } }, ...(full === undefined ? {} : { full }) };
  }

  /** Also of connections that are still being made. */
  async dispose(): Promise<void> {
    this.#ended.abort(new Error('the run has ended'));
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.all(
      opened.map((each) =>
        each.then(
          ({ connection }) => connection.close(),
          () => {},
        ),
      ),
    );
  }

  async #ready(name: string, signal: AbortSignal): Promise<Opened> {
    if (!Object.hasOwn(this.#servers, name)) {
      throw new ModelFacingError(
        'no-server',
        `The server ${name} is not there in this run. Go on without it.`,
      );
    }
    const failures = this.#failures.get(name) ?? 0;
    if (failures >= MAX_FAILURES) {
      const message = `The server ${name} did not start ${failures} times and is not tried again. Go on without it.`;
      throw new ModelFacingError('no-server', message);
    }
    try {
      return await this.#open(name, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#failures.set(name, failures + 1);
      const message = `The server ${name} did not start: ${faultText(error)}. Go on without it.`;
      throw new ModelFacingError('no-server', message, { cause: error });
    }
  }

  async #open(name: string, signal: AbortSignal): Promise<Opened> {
    const before = await this.#opened.get(name);
    if (before?.connection.open === true) return before;
    await before?.connection.close();
    const opening = this.#connect(name, signal);
    this.#opened.set(name, opening);
    try {
      const opened = await opening;
      this.#failures.delete(name);
      return opened;
    } catch (error) {
      this.#opened.delete(name);
      throw error;
    }
  }

  async #connect(name: string, signal: AbortSignal): Promise<Opened> {
    const { connect } = await import('./connection.ts');
    const server = this.#servers[name]!;
    const connection = await connect(server, { signal: AbortSignal.any([signal, this.#ended.signal]) });
    try {
      const listed = await connection.tools();
      const offered = foreignToolsOf(name, listed);
      this.#cache.write(name, server, offered);
      return {
        connection,
        offered,
        names: new Map(listed.map((tool) => [toolName(name, tool.name), tool.name])),
      };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }
}

function faultText(error: unknown): string {
  return error instanceof Error ? error.message.replace(/[.\s]+$/, '') : String(error);
}
