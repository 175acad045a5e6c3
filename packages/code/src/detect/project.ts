import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold no sources of the project itself, and are not searched. */
const SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  'venv',
  'env',
  'build',
  'dist',
  'target',
  'vendor',
  'coverage',
  '__pycache__',
  'examples',
  'fixtures',
  'testdata',
  'third_party',
]);
/** How deep and how widely files are listed: detection must stay quick in any repository. */
const MAX_DEPTH = 4;
const MAX_FILES = 5_000;

/** A project's files, as far as detection looks at them. */
export class Project {
  readonly dir: string;
  #files: Promise<string[]> | null = null;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Text of a file, or null when it can't be read. */
  async read(path: string): Promise<string | null> {
    try {
      return await readFile(join(this.dir, path), 'utf8');
    } catch {
      return null;
    }
  }

  /** A JSON file's object, or null when there is none or it isn't one. */
  async readJson(path: string): Promise<Record<string, unknown> | null> {
    try {
      const value: unknown = JSON.parse((await this.read(path)) ?? 'null');
      return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
    } catch {
      return null;
    }
  }

  async has(path: string): Promise<boolean> {
    return (await this.#kindOf(path)) === 'file';
  }

  async hasFolder(path: string): Promise<boolean> {
    return (await this.#kindOf(path)) === 'folder';
  }

  async #kindOf(path: string): Promise<'file' | 'folder' | null> {
    try {
      return (await stat(join(this.dir, path))).isDirectory() ? 'folder' : 'file';
    } catch {
      return null;
    }
  }

  /** Paths of the project's files four folders deep, at most 5,000, sorted, without dot folders and dependencies. */
  files(): Promise<string[]> {
    this.#files ??= this.#list();
    return this.#files;
  }

  async #list(): Promise<string[]> {
    const found: string[] = [];
    const folders = [{ path: '', depth: 1 }];
    for (let folder = folders.shift(); folder && found.length < MAX_FILES; folder = folders.shift()) {
      const entries = await readdir(join(this.dir, folder.path), { withFileTypes: true }).catch(() => []);
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
        if (entry.isFile()) found.push(path);
        else if (entry.isDirectory() && folder.depth < MAX_DEPTH) {
          if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name)) {
            folders.push({ path, depth: folder.depth + 1 });
          }
        }
      }
    }
    return found;
  }
}
