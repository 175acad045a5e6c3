import { createHash } from 'node:crypto';
import { languageOf } from '../syntax/languages.ts';
import type { SummaryCache } from './cache.ts';
import { isSource, type ListedFile, type RepositoryFiles } from './repository-files.ts';
import { summarizeAll, type TextFile } from './summarize-all.ts';
import type { FileSummary } from './summary.ts';

/**
 * A file changed in the same moment as it was read may look unchanged later: its times are trusted only when they
 * are older than this at the time of reading. The clocks of file systems tick every 4 to 10 ms.
 */
const CLOCK_TICK_MS = 20;
/** Files read and looked up together; also how often progress is told. */
const BATCH = 500;

export interface IndexedFile {
  readonly path: string;
  readonly summary: FileSummary;
}

interface Entry extends IndexedFile {
  readonly bytes: number;
  /** Null: not to be trusted. */
  readonly changedMs: number | null;
  readonly digest: string;
}

export interface Progress {
  readonly done: number;
  readonly of: number;
}

/** What all source files of a repository define and use, kept up to date by what has changed since the last look. */
export class SymbolIndex {
  readonly #files: RepositoryFiles;
  readonly #cache: SummaryCache | null;
  #entries = new Map<string, Entry>();
  #version = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(files: RepositoryFiles, cache: SummaryCache | null) {
    this.#files = files;
    this.#cache = cache;
  }

  /** Counts changes: the same number means the same content. */
  get version(): number {
    return this.#version;
  }

  get files(): IterableIterator<IndexedFile> {
    return this.#entries.values();
  }

  /** By path; undefined: it is no source file. As of the last {@link update}. */
  file(path: string): IndexedFile | undefined {
    return this.#entries.get(path);
  }

  /** Looks at what is there now. `progress` is told only while files are read, which the first time may take long. */
  update(progress?: (progress: Progress) => void): Promise<void> {
    const updated = this.#last.then(() => this.#update(progress));
    this.#last = updated.catch(() => {}); // told to whoever asked
    return updated;
  }

  async #update(progress?: (progress: Progress) => void): Promise<void> {
    const listedAt = Date.now();
    const listed = (await this.#files.list()).filter(
      (file) => languageOf(file.path) !== null && isSource(file),
    );
    const entries = new Map<string, Entry>();
    const unknown: ListedFile[] = [];
    for (const file of listed) {
      const entry = this.#entries.get(file.path);
      if (entry !== undefined && entry.bytes === file.bytes && entry.changedMs === file.changedMs)
        entries.set(file.path, entry);
      else unknown.push(file);
    }
    const keep = (file: ListedFile, digest: string, summary: FileSummary) => {
      const { path, bytes, changedMs } = file;
      const calm = listedAt - changedMs > CLOCK_TICK_MS;
      entries.set(path, { path, bytes, changedMs: calm ? changedMs : null, digest, summary });
    };
    const digests = new Map<string, string>();
    const made = new Map<string, FileSummary>();
    const listedBy = new Map(unknown.map((file) => [file.path, file]));
    const unseen = this.#unseen(unknown, { digests, keep, ...(progress && { progress }) });
    await summarizeAll(unseen, (file, summary) => {
      const digest = digests.get(file.path)!;
      keep(listedBy.get(file.path)!, digest, summary);
      made.set(digest, summary);
      if (made.size >= BATCH) this.#store(made);
    });
    this.#store(made);
    const same =
      entries.size === this.#entries.size &&
      unknown.every(({ path }) => entries.get(path)?.digest === this.#entries.get(path)?.digest);
    if (!same) this.#version++;
    this.#entries = entries;
  }

  /** Those that the cache does not know, with their texts; the others are kept on the way. */
  async *#unseen(
    files: readonly ListedFile[],
    of: {
      readonly digests: Map<string, string>;
      readonly keep: (file: ListedFile, digest: string, summary: FileSummary) => void;
      readonly progress?: (progress: Progress) => void;
    },
  ): AsyncGenerator<TextFile> {
    for (let at = 0; at < files.length; at += BATCH) {
      if (files.length > BATCH) of.progress?.({ done: at, of: files.length });
      const read = await Promise.all(files.slice(at, at + BATCH).map((file) => this.#read(file)));
      const texts = read.filter((each) => each !== null);
      const known = this.#cache?.get(texts.map(({ digest }) => digest));
      for (const { file, text, digest } of texts) {
        const summary = known?.get(digest);
        if (summary !== undefined) of.keep(file, digest, summary);
        else {
          of.digests.set(file.path, digest);
          yield { path: file.path, text };
        }
      }
    }
  }

  async #read(file: ListedFile): Promise<{ file: ListedFile; text: string; digest: string } | null> {
    try {
      const text = await this.#files.read(file.path);
      const digest = createHash('sha256')
        .update(`${languageOf(file.path)}\0`)
        .update(text)
        .digest('base64url');
      return { file, text, digest };
    } catch {
      return null; // removed since it was listed, or no text
    }
  }

  #store(made: Map<string, FileSummary>): void {
    this.#cache?.put(made);
    made.clear();
  }
}
