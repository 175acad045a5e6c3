import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ReadFile } from '../exec.ts';
import type { Connection } from './connection.ts';
import { ServerFault } from './fault.ts';
import { languageIdOf, type ServerSpec } from './servers.ts';

/** Files a server holds in memory at once; the one used longest ago is closed. */
const MAX_OPEN = 50;
/** Beyond this a file is data or generated, and no server is quick about it. */
const MAX_TEXT_CHARACTERS = 2_000_000;

export interface OpenDocument {
  readonly uri: string;
  /** Counts what the server was told of it. */
  version: number;
  text: string;
  /** A mark of the caller's, set when the server was told last. */
  toldAt: number;
}

/** Which files a server holds, and what it knows them to contain. */
export class Documents {
  readonly #spec: ServerSpec;
  readonly #connection: Connection;
  readonly #root: string;
  readonly #read: ReadFile;
  /** In order of use. */
  readonly #open = new Map<string, OpenDocument>();

  constructor(
    spec: ServerSpec,
    connection: Connection,
    files: { readonly root: string; readonly read: ReadFile },
  ) {
    this.#spec = spec;
    this.#connection = connection;
    this.#root = files.root;
    this.#read = files.read;
  }

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  /** Opens a file in the server, or tells it what has changed since. `mark` is kept where it had to be told. */
  async sync(path: string, mark: number): Promise<OpenDocument> {
    const text = await this.#read(path);
    if (text.length > MAX_TEXT_CHARACTERS)
      throw new ServerFault('unsupported', `${path} is too long for a language server`);
    const known = this.#open.get(path);
    this.#open.delete(path);
    const document = known ?? { uri: this.uriOf(path), version: 0, text: '', toldAt: mark };
    this.#open.set(path, document);
    if (known === undefined || known.text !== text) {
      document.version++;
      document.text = text;
      document.toldAt = mark;
      this.#tell(path, document, known === undefined);
    }
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.close(oldest);
    return document;
  }

  close(path: string): void {
    const document = this.#open.get(path);
    if (document === undefined) return;
    this.#open.delete(path);
    this.#connection.notify('textDocument/didClose', { textDocument: { uri: document.uri } });
  }

  uriOf(path: string): string {
    return pathToFileURL(posix.join(this.#root, path)).href;
  }

  /** Relative to the root; null: outside it (a library). */
  pathOf(uri: string): string | null {
    if (!uri.startsWith('file:')) return null;
    try {
      const path = posix.relative(this.#root, fileURLToPath(uri));
      return path.startsWith('../') || path === '..' || path === '' ? null : path;
    } catch {
      return null; // no local path
    }
  }

  #tell(path: string, { uri, version, text }: OpenDocument, opened: boolean): void {
    if (opened) {
      const languageId = languageIdOf(this.#spec, path);
      this.#connection.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
    } else {
      this.#connection.notify('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    }
  }
}
