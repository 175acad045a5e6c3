import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from '@heddle/core';
import { type Repository, readOr } from '../repository/discover.ts';
import { Coprocess } from './coprocess.ts';
import type { ShadowStore } from './shadow-store.ts';
import { isFolder } from './tree.ts';

/**
 * Which new paths belong to snapshots: the repository's ignore rules as they were at the base, whatever the
 * agent does to `.gitignore` since. Git itself is asked, once per path, over a helper that stays up while in use.
 */
export class IgnoreRules {
  readonly #store: ShadowStore;
  readonly #base: string;
  readonly #options: readonly string[];
  readonly #exclude: string;
  readonly #ignored = new Map<string, boolean>();
  #helper: Promise<Coprocess> | null = null;

  constructor(
    store: ShadowStore,
    repository: Repository,
    from: { base: string; config: ReadonlyMap<string, string> },
  ) {
    this.#store = store;
    this.#base = from.base;
    this.#exclude = readOr(join(repository.commonDir, 'info', 'exclude'), '');
    this.#options = ['core.excludesfile', 'core.ignorecase'].flatMap((name) => {
      const value = from.config.get(name);
      return value === undefined ? [] : ['-c', `${name}=${value}`];
    });
  }

  /** `paths` relative to the root; folders end in `/`. Returns those that are not ignored. */
  async keep(paths: readonly string[]): Promise<string[]> {
    const unknown = paths.filter((path) => !this.#ignored.has(path));
    if (unknown.length > 0) {
      this.#helper ??= this.#start();
      const helper = await this.#helper;
      const answers = await helper.ask(`${unknown.join('\0')}\0`, (bytes) =>
        readAnswers(bytes, unknown.length),
      );
      for (const [at, path] of unknown.entries()) this.#ignored.set(path, answers[at]!);
    }
    return paths.filter((path) => !this.#ignored.get(path));
  }

  close(): void {
    this.#helper?.then((helper) => helper.close()).catch(() => {}); // a failed start was reported by `keep`
  }

  async #start(): Promise<Coprocess> {
    const folder = await this.#rulesFolder();
    const env = { GIT_DIR: this.#store.dir, GIT_WORK_TREE: join(folder, 'tree') };
    const check = ['check-ignore', '--no-index', '--stdin', '-z', '-v', '-n'];
    return new Coprocess([...this.#options, ...check], { cwd: join(folder, 'tree'), env });
  }

  /** A folder that holds the base's `.gitignore` files and nothing else; made once per base, shared by processes. */
  async #rulesFolder(): Promise<string> {
    const folder = join(this.#store.dir, 'rules', this.#base);
    if (!existsSync(folder)) {
      const temporary = `${folder}.${randomUUID()}`;
      mkdirSync(join(temporary, 'tree'), { recursive: true });
      await this.#write(this.#base, join(temporary, 'tree'));
      try {
        renameSync(temporary, folder);
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
        rmSync(temporary, { recursive: true });
      }
    }
    const exclude = join(this.#store.dir, 'info', 'exclude');
    if (readOr(exclude, '') !== this.#exclude) writeFileSync(exclude, this.#exclude);
    return folder;
  }

  async #write(tree: string, folder: string): Promise<void> {
    for (const entry of await this.#store.readTree(tree)) {
      const path = join(folder, entry.name);
      if (isFolder(entry)) await this.#write(entry.id, path);
      else if (entry.name === '.gitignore' && entry.mode !== '120000') {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, await this.#store.readBlob(entry.id));
      }
    }
  }
}

/** Four NUL-ended fields per path: source, line, pattern, path. No pattern, or one that begins with `!`: not ignored. */
function readAnswers(bytes: Buffer, count: number): { answer: boolean[]; taken: number } | null {
  const answer: boolean[] = [];
  let at = 0;
  while (answer.length < count) {
    const fields: string[] = [];
    while (fields.length < 4) {
      const end = bytes.indexOf(0, at);
      if (end < 0) return null;
      fields.push(bytes.toString('utf8', at, end));
      at = end + 1;
    }
    const pattern = fields[2]!;
    answer.push(pattern !== '' && !pattern.startsWith('!'));
  }
  return { answer, taken: at };
}
