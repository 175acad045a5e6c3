import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ReadFile } from '../exec.ts';
import {
  actionsOf,
  type CodeAction,
  diagnosticsOf,
  type EditsByUri,
  editsOf,
  hoverOf,
  type Location,
  locationsOf,
  objectOf,
  type Position,
  type RawDiagnostic,
} from './answers.ts';
import { CLIENT_CAPABILITIES } from './capabilities.ts';
import { Connection } from './connection.ts';
import { Documents, type OpenDocument } from './documents.ts';
import { ServerFault } from './fault.ts';
import type { ServerProcess } from './process.ts';
import type { ServerSpec } from './servers.ts';

/** A server reads the project's configuration before it answers; a cold Pyright on a slow disk takes seconds. */
const INITIALIZE_MS = 30_000;
/** Time a server has to leave by itself. */
const GOODBYE_MS = 1_000;
/** Pushed diagnostics often come twice: of the syntax first, of the types a moment later. */
const SETTLE_MS = 250;

export interface FileChange {
  /** Relative to the root. */
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
}

export interface Limit {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Pushed {
  readonly version: number | null;
  readonly items: readonly RawDiagnostic[];
  /** Counts pushes, to tell a new one from one already seen. */
  readonly turn: number;
}

/** A language server that has been started for one workspace: documents kept in step with the files, and questions. */
export class LanguageClient {
  readonly spec: ServerSpec;
  readonly #connection: Connection;
  readonly #root: string;
  readonly #documents: Documents;
  readonly #pushed = new Map<string, Pushed>();
  readonly #waiting = new Set<() => void>();
  #turn = 0;
  #quiescent = false;
  #capabilities: Readonly<Record<string, unknown>> = {};

  /** Throws {@link ServerFault}. */
  static async start(
    spec: ServerSpec,
    server: { readonly process: ServerProcess; readonly root: string; readonly read: ReadFile },
  ): Promise<LanguageClient> {
    let client: LanguageClient | null = null;
    const connection = await Connection.open(spec.id, server.process, {
      configuration: (section) => spec.settings?.[section] ?? null,
      diagnostics: (uri, version, items) => client?.push(uri, version, items),
      quiescent: (quiet) => client?.quiet(quiet),
      logged: (message) => {
        if (spec.ready instanceof RegExp && spec.ready.test(message)) client?.quiet(true);
      },
    });
    client = new LanguageClient(spec, connection, server);
    await client.#initialize();
    return client;
  }

  private constructor(
    spec: ServerSpec,
    connection: Connection,
    server: { readonly root: string; readonly read: ReadFile },
  ) {
    this.spec = spec;
    this.#connection = connection;
    this.#root = server.root;
    this.#documents = new Documents(spec, connection, server);
  }

  get ended(): string | null {
    return this.#connection.ended;
  }

  memoryBytes(): number {
    return this.#connection.process.memoryBytes();
  }

  /** Files known to be on disk as the server is told; those it holds are read anew. */
  async changed(changes: readonly FileChange[]): Promise<void> {
    if (changes.length === 0) return;
    for (const { path, status } of changes) {
      if (!this.#documents.isOpen(path)) continue;
      if (status === 'deleted') this.#documents.close(path);
      else await this.#sync(path);
    }
    const type = { added: 1, modified: 2, deleted: 3 } as const;
    this.#connection.notify('workspace/didChangeWatchedFiles', {
      changes: changes.map(({ path, status }) => ({ uri: this.#documents.uriOf(path), type: type[status] })),
    });
  }

  async definition(path: string, position: Position, limit: Limit): Promise<Location[]> {
    return locationsOf(await this.#ask('textDocument/definition', path, position, limit));
  }

  async implementations(path: string, position: Position, limit: Limit): Promise<Location[]> {
    this.#offers('implementationProvider');
    return locationsOf(await this.#ask('textDocument/implementation', path, position, limit));
  }

  async references(path: string, position: Position, limit: Limit): Promise<Location[]> {
    const context = { includeDeclaration: true };
    return locationsOf(await this.#ask('textDocument/references', path, position, limit, { context }));
  }

  async hover(path: string, position: Position, limit: Limit): Promise<string> {
    return hoverOf(await this.#ask('textDocument/hover', path, position, limit));
  }

  /** Null: the server would also move files. */
  async rename(path: string, position: Position, newName: string, limit: Limit): Promise<EditsByUri | null> {
    this.#offers('renameProvider');
    return editsOf(await this.#ask('textDocument/rename', path, position, limit, { newName }));
  }

  /** All it has against a file as it is now. Throws {@link ServerFault} `too-slow` when it has not looked in time. */
  async diagnostics(path: string, limit: Limit): Promise<readonly RawDiagnostic[]> {
    const document = await this.#sync(path);
    const { uri } = document;
    if (this.#capabilities.diagnosticProvider !== undefined || this.spec.pulls === true) {
      const answer = await this.#connection.request(
        'textDocument/diagnostic',
        { textDocument: { uri } },
        limit,
      );
      return diagnosticsOf(objectOf(answer)?.items);
    }
    return this.#awaitPush(document, limit);
  }

  /** Mends for a problem, completed with their edits. */
  async fixes(
    path: string,
    problem: RawDiagnostic,
    limit: Limit,
  ): Promise<readonly { title: string; preferred: boolean; edits: EditsByUri }[]> {
    this.#offers('codeActionProvider');
    const { uri } = await this.#sync(path);
    const answer = await this.#connection.request(
      'textDocument/codeAction',
      {
        textDocument: { uri },
        range: problem.range,
        context: { diagnostics: [problem.raw], only: ['quickfix'] },
      },
      limit,
    );
    const found: { title: string; preferred: boolean; edits: EditsByUri }[] = [];
    for (const action of actionsOf(answer)) {
      const edits = editsOf(await this.#completed(action, limit));
      if (edits !== null && edits.size > 0) found.push({ ...action, edits });
    }
    return found;
  }

  /** Relative to the root; null: outside it (a library). */
  pathOf(uri: string): string | null {
    return this.#documents.pathOf(uri);
  }

  /** Asks it to leave, and ends it when it does not. */
  async dispose(): Promise<void> {
    if (this.ended !== null) return;
    try {
      await this.#connection.request('shutdown', undefined, { timeoutMs: GOODBYE_MS });
      this.#connection.notify('exit');
      await Promise.race([
        this.#connection.process.exited,
        new Promise((resolve) => setTimeout(resolve, GOODBYE_MS)),
      ]);
    } catch {
      // It does not listen: then it is ended without a word.
    }
    await this.kill('it is not needed any more');
  }

  kill(why: string): Promise<void> {
    return this.#connection.kill(why);
  }

  push(uri: string, version: number | null, items: unknown): void {
    this.#turn++;
    this.#pushed.set(uri, { version, items: diagnosticsOf(items), turn: this.#turn });
    this.#wake();
  }

  quiet(quiescent: boolean): void {
    this.#quiescent = quiescent;
    this.#wake();
  }

  async #initialize(): Promise<void> {
    const rootUri = pathToFileURL(this.#root).href;
    const answer = await this.#connection.request(
      'initialize',
      {
        // Ours means nothing in the sandbox's process namespace: a server that watches it would leave at once.
        processId: null,
        rootUri,
        workspaceFolders: [{ uri: rootUri, name: posix.basename(this.#root) }],
        capabilities: CLIENT_CAPABILITIES,
        initializationOptions: this.spec.initializationOptions,
      },
      { timeoutMs: INITIALIZE_MS },
    );
    this.#capabilities = objectOf(objectOf(answer)?.capabilities) ?? {};
    this.#connection.notify('initialized', {});
  }

  async #ask(
    method: string,
    path: string,
    position: Position,
    limit: Limit,
    more: object = {},
  ): Promise<unknown> {
    const { uri } = await this.#sync(path);
    await this.#ready(limit);
    return this.#connection.request(method, { textDocument: { uri }, position, ...more }, limit);
  }

  /** A log line may be worded otherwise tomorrow, so it is not waited for long. */
  async #ready(limit: Limit): Promise<void> {
    const { ready, id } = this.spec;
    if (ready === undefined || this.#quiescent) return;
    const timeoutMs = ready === 'status' ? limit.timeoutMs : Math.min(limit.timeoutMs, LOG_LINE_MS);
    try {
      await this.#until(() => this.#quiescent, { ...limit, timeoutMs }, `${id} is still reading the project`);
    } catch (error) {
      const late = error instanceof ServerFault && error.reason === 'too-slow';
      if (!late || ready === 'status') throw error;
      this.#quiescent = true;
    }
  }

  async #completed(action: CodeAction, limit: Limit): Promise<unknown> {
    if (action.edit !== undefined) return action.edit;
    const resolved = await this.#connection.request('codeAction/resolve', action.raw as object, limit);
    return objectOf(resolved)?.edit;
  }

  #sync(path: string): Promise<OpenDocument> {
    return this.#documents.sync(path, this.#turn);
  }

  async #awaitPush({ uri, version, toldAt }: OpenDocument, limit: Limit): Promise<readonly RawDiagnostic[]> {
    const current = () => {
      const pushed = this.#pushed.get(uri);
      if (pushed === undefined) return false;
      return pushed.version === null ? pushed.turn > toldAt : pushed.version >= version;
    };
    await this.#until(current, limit, `${this.spec.id} has not looked at the change yet`);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return this.#pushed.get(uri)?.items ?? [];
  }

  async #until(holds: () => boolean, { timeoutMs, signal }: Limit, tooSlow: string): Promise<void> {
    const until = performance.now() + timeoutMs;
    while (!holds()) {
      if (this.ended !== null) throw new ServerFault('ended', this.ended);
      signal?.throwIfAborted();
      const left = until - performance.now();
      if (left <= 0) throw new ServerFault('too-slow', tooSlow);
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        // Also looks by itself: whether the server has ended, or nobody wants it any more.
        const timer = setTimeout(wake, Math.min(left, LOOK_MS));
        this.#waiting.add(wake);
      });
    }
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #offers(capability: string): void {
    const offered = this.#capabilities[capability];
    if (offered === undefined || offered === false || offered === null)
      throw new ServerFault('unsupported', `${this.spec.id} does not offer this`);
  }
}

const LOOK_MS = 200;
/** Pyright lists 10,000 files in half of this. */
const LOG_LINE_MS = 6_000;
