import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate, deflateSync, inflateSync } from 'node:zlib';
import { OperatorError, systemCode } from '@heddle/core';
import type { Repository } from '../repository/discover.ts';
import { NO_CONFIGURATION } from '../repository/git.ts';
import { Coprocess } from './coprocess.ts';
import { decodeTree, encodeTree, type TreeEntry } from './tree.ts';

/** Snapshots are read at once and gone: speed before size. */
const COMPRESSION = { level: 1 };

/** Trees kept decoded; a 5,000-file repository has about 500. */
const TREES_CACHED = 4_000;

/**
 * Git objects of snapshots: a bare repository per user's repository below Heddle's home, with the user's
 * objects as alternates, so that clean files cost nothing. Never the user's `.git`.
 *
 * Several processes write at once: an object is written under another name, then renamed to its digest.
 * What the user's own `git gc` removes from their store is gone from old snapshots too.
 */
export class ShadowStore {
  /** The bare repository. */
  readonly dir: string;
  readonly #algorithm: 'sha1' | 'sha256';
  readonly #objectDirs: readonly string[];
  readonly #known = new Set<string>();
  readonly #trees = new Map<string, readonly TreeEntry[]>();
  readonly #packed: Coprocess;

  private constructor(dir: string, algorithm: 'sha1' | 'sha256', alternates: readonly string[]) {
    this.dir = dir;
    this.#algorithm = algorithm;
    this.#objectDirs = [join(dir, 'objects'), ...alternates];
    this.#packed = new Coprocess(['cat-file', '--batch'], {
      cwd: dir,
      env: { ...NO_CONFIGURATION, GIT_DIR: dir },
    });
  }

  static open(home: string, repository: Repository, algorithm: 'sha1' | 'sha256'): ShadowStore {
    const dir = join(home, 'shadow', createHash('sha256').update(repository.root).digest('hex').slice(0, 16));
    const store = new ShadowStore(dir, algorithm, repository.objectDirs);
    mkdirSync(join(dir, 'objects', 'info'), { recursive: true, mode: 0o700 });
    mkdirSync(join(dir, 'refs'), { recursive: true });
    mkdirSync(join(dir, 'info'), { recursive: true });
    const extension = algorithm === 'sha1' ? '' : '[extensions]\n\tobjectformat = sha256\n';
    const version = algorithm === 'sha1' ? 0 : 1;
    store.#put('config', `[core]\n\trepositoryformatversion = ${version}\n\tbare = true\n${extension}`);
    store.#put('objects/info/alternates', alternatesText(repository.objectDirs));
    store.#put('description', `Snapshots of ${repository.root}\n`);
    store.#put('HEAD', 'ref: refs/heads/none\n');
    return store;
  }

  close(): void {
    this.#packed.close();
  }

  idOf(type: 'blob' | 'tree' | 'commit', body: Uint8Array): string {
    return createHash(this.#algorithm).update(`${type} ${body.length}\0`).update(body).digest('hex');
  }

  writeBlob(body: Uint8Array): string {
    return this.#write('blob', body);
  }

  /** A large file, read in pieces from an open descriptor. */
  async writeBlobFrom(descriptor: number, bytes: number): Promise<string> {
    const header = `blob ${bytes}\0`;
    const hash = createHash(this.#algorithm).update(header);
    const temporary = this.#temporaryName();
    const hashing = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const deflate = createDeflate(COMPRESSION);
    deflate.write(header);
    try {
      // The size is part of the digest: a file that grows meanwhile is cut at the size first seen.
      const source = createReadStream('', { fd: descriptor, autoClose: false, start: 0, end: bytes - 1 });
      await pipeline(source, hashing, deflate, createWriteStream(temporary));
      const id = hash.digest('hex');
      this.#publish(temporary, id);
      return id;
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  writeTree(entries: readonly TreeEntry[]): string {
    return this.#write('tree', encodeTree(entries));
  }

  /** For git's merge, which takes commits: the same files and parents give the same one, whoever makes it. */
  writeCommit(tree: string, parents: readonly string[]): string {
    const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)];
    const who = 'Heddle <heddle@localhost> 0 +0000';
    return this.#write(
      'commit',
      Buffer.from([...lines, `author ${who}`, `committer ${who}`, '', ''].join('\n')),
    );
  }

  /** Throws OperatorError `snapshot-missing`. */
  async readTree(id: string): Promise<readonly TreeEntry[]> {
    const cached = this.#trees.get(id);
    if (cached !== undefined) return cached;
    const entries = decodeTree(await this.#read(id), this.#algorithm === 'sha1' ? 20 : 32);
    if (this.#trees.size >= TREES_CACHED) this.#trees.clear();
    this.#trees.set(id, entries);
    return entries;
  }

  /** Throws OperatorError `snapshot-missing`. */
  readBlob(id: string): Promise<Buffer> {
    return this.#read(id);
  }

  async #read(id: string): Promise<Buffer> {
    for (const dir of this.#objectDirs) {
      const body = readLoose(join(dir, id.slice(0, 2), id.slice(2)));
      if (body !== null) return body;
    }
    const body = await this.#packed.ask(`${id}\n`, readBatchAnswer);
    if (body !== null) return body;
    throw new OperatorError('snapshot-missing', `object ${id} of a snapshot is gone`, {
      hint: `it was in the repository or in ${this.dir}; run the task anew`,
    });
  }

  #write(type: 'blob' | 'tree' | 'commit', body: Uint8Array): string {
    const id = this.idOf(type, body);
    if (this.#known.has(id) || existsSync(this.#path(id))) {
      this.#known.add(id);
      return id;
    }
    const temporary = this.#temporaryName();
    const header = Buffer.from(`${type} ${body.length}\0`);
    writeFileSync(temporary, deflateSync(Buffer.concat([header, body]), COMPRESSION), { mode: 0o444 });
    this.#publish(temporary, id);
    return id;
  }

  #publish(temporary: string, id: string): void {
    const path = this.#path(id);
    try {
      renameSync(temporary, path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      mkdirSync(dirname(path), { recursive: true });
      renameSync(temporary, path);
    }
    this.#known.add(id);
  }

  #path(id: string): string {
    return join(this.dir, 'objects', id.slice(0, 2), id.slice(2));
  }

  #temporaryName(): string {
    return join(this.dir, 'objects', `writing-${randomUUID()}`);
  }

  #put(name: string, text: string): void {
    const path = join(this.dir, name);
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
    const temporary = `${path}.${randomUUID()}`;
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  }
}

/** Git reads one path a line, C-quoted where it holds something special. */
export function alternatesText(dirs: readonly string[]): string {
  const quoted = dirs.map((dir) => (/["\\\n]|^#/.test(dir) ? JSON.stringify(dir) : dir));
  return quoted.map((dir) => `${dir}\n`).join('');
}

function readLoose(path: string): Buffer | null {
  let packed: Buffer;
  try {
    packed = readFileSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  const whole = inflateSync(packed);
  return whole.subarray(whole.indexOf(0) + 1);
}

/** `<id> <type> <size>\n<body>\n`, or `<id> missing\n`. */
function readBatchAnswer(bytes: Buffer): { answer: Buffer | null; taken: number } | null {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return null;
  const size = / (\d+)$/.exec(bytes.toString('latin1', 0, end))?.[1];
  if (size === undefined) return { answer: null, taken: end + 1 };
  const taken = end + 1 + Number(size) + 1;
  return bytes.length < taken ? null : { answer: Buffer.from(bytes.subarray(end + 1, taken - 1)), taken };
}
