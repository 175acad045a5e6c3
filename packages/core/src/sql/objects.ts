import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { digestOf } from '../objects.ts';
import type { ObjectStore } from '../store.ts';
import type { Sql, SqlValue } from './sql.ts';

/** Below this, compression saves less than it costs to read. */
const COMPRESS_FROM_BYTES = 256;

const INSERT = 'INSERT INTO objects(digest, codec, size, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';

export class SqlObjects implements ObjectStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  putAll(contents: Iterable<Uint8Array | string>): void {
    const all = new Map([...contents].map(bytesOf).map((bytes) => [digestOf(bytes), bytes]));
    this.#sql.together(() => {
      // By digest: two who put the same objects in another order would wait for each other.
      const missing = [...all].filter(([digest]) => !this.has(digest)).sort(byDigest);
      this.#sql.many(
        INSERT,
        missing.map(([digest, bytes]) => rowOf(digest, bytes)),
      );
    });
  }

  put(content: Uint8Array | string): string {
    const bytes = bytesOf(content);
    const digest = digestOf(bytes);
    if (!this.has(digest)) this.#sql.run(INSERT, ...rowOf(digest, bytes));
    return digest;
  }

  get(digest: string): Uint8Array {
    const [row] = this.#sql.run('SELECT codec, bytes FROM objects WHERE digest = ?', digest);
    if (row === undefined) throw new Error(`object-missing: ${digest}`);
    const bytes = row.bytes as Uint8Array;
    return row.codec === 'zstd' ? zstdDecompressSync(bytes) : bytes;
  }

  has(digest: string): boolean {
    return this.#sql.run('SELECT 1 AS there FROM objects WHERE digest = ?', digest).length > 0;
  }
}

const bytesOf = (content: Uint8Array | string) =>
  typeof content === 'string' ? Buffer.from(content) : content;

const byDigest = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);

function rowOf(digest: string, bytes: Uint8Array): SqlValue[] {
  const packed = bytes.length >= COMPRESS_FROM_BYTES ? zstdCompressSync(bytes) : bytes;
  const compressed = packed.length < bytes.length;
  return [digest, compressed ? 'zstd' : 'raw', bytes.length, compressed ? packed : bytes];
}
