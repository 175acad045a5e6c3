import { createHash } from 'node:crypto';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ObjectStore } from './store.ts';

/** Below this, compression saves less than it costs to read. */
const COMPRESS_FROM_BYTES = 256;

type Run = (sql: string, ...values: SQLInputValue[]) => Record<string, SQLOutputValue>[];

export class SqliteObjects implements ObjectStore {
  readonly #run: Run;
  readonly #together: (run: () => void) => void;

  constructor(run: Run, together: (run: () => void) => void) {
    this.#run = run;
    this.#together = together;
  }

  putAll(contents: Iterable<Uint8Array | string>): void {
    this.#together(() => {
      for (const content of contents) this.put(content);
    });
  }

  put(content: Uint8Array | string): string {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const digest = digestOf(bytes);
    if (this.has(digest)) return digest;
    const packed = bytes.length >= COMPRESS_FROM_BYTES ? zstdCompressSync(bytes) : bytes;
    const compressed = packed.length < bytes.length;
    this.#run(
      'INSERT OR IGNORE INTO objects(digest, codec, size, bytes) VALUES (?, ?, ?, ?)',
      digest,
      compressed ? 'zstd' : 'raw',
      bytes.length,
      compressed ? packed : bytes,
    );
    return digest;
  }

  get(digest: string): Uint8Array {
    const [row] = this.#run('SELECT codec, bytes FROM objects WHERE digest = ?', digest);
    if (row === undefined) throw new Error(`object-missing: ${digest}`);
    const bytes = row.bytes as Uint8Array;
    return row.codec === 'zstd' ? zstdDecompressSync(bytes) : bytes;
  }

  has(digest: string): boolean {
    return this.#run('SELECT 1 FROM objects WHERE digest = ?', digest).length > 0;
  }
}

/** SHA-256, lower-case hex. */
export function digestOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
