import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { unreadable } from '../unreadable.ts';

/** One member of a zip file. */
interface Member {
  readonly method: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
/** The end record, and the longest comment that may follow it. */
const END_BYTES = 22 + 65_535;
/** Beyond it a member is no sample of text, but something made to fill the memory. */
const MAX_MEMBER_BYTES = 2 ** 30;
const NOT_HERE = 0xffffffff;

/**
 * A zip file on disk, a member in memory at a time: stored, deflated, or packed with Zstandard (method 93), as Inspect does
 * since 0.3.206. Zip64 is read.
 */
export class ZipFile {
  readonly #file: number;
  readonly #where: string;
  readonly #members = new Map<string, Member>();

  constructor(path: string) {
    this.#where = path;
    this.#file = openSync(path, 'r');
    try {
      this.#readDirectory();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get names(): string[] {
    return [...this.#members.keys()];
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** Throws OperatorError `unreadable-import`: not there, damaged, or packed in another way. */
  text(name: string): string {
    const member = this.#members.get(name);
    if (member === undefined) throw unreadable(this.#where, `it has no ${name}`);
    if (member.size > MAX_MEMBER_BYTES)
      throw unreadable(`${this.#where}, ${name}`, `it is longer than ${MAX_MEMBER_BYTES / 2 ** 30} GiB`);
    const head = this.#bytes(member.offset, 30);
    const start = member.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    const packed = this.#bytes(start, member.compressed);
    return this.#unpacked(name, member, packed).toString('utf8');
  }

  close(): void {
    closeSync(this.#file);
  }

  #unpacked(name: string, { method, size }: Member, packed: Buffer): Buffer {
    const options = { maxOutputLength: Math.max(size, 1) };
    try {
      if (method === 0) return packed;
      if (method === 8) return inflateRawSync(packed, options);
      if (method === 93) return zstdDecompressSync(packed, options);
    } catch (cause) {
      throw unreadable(`${this.#where}, ${name}`, 'it is damaged', cause);
    }
    throw unreadable(`${this.#where}, ${name}`, `its compression (method ${method}) is not known`);
  }

  #readDirectory(): void {
    const { size } = fstatSync(this.#file);
    const tail = this.#bytes(Math.max(0, size - END_BYTES), Math.min(size, END_BYTES));
    let at = tail.length - 22;
    while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1;
    if (at < 0) throw unreadable(this.#where, 'it is no zip file, or is not whole');
    let count = tail.readUInt16LE(at + 10);
    let bytes = tail.readUInt32LE(at + 12);
    let offset = tail.readUInt32LE(at + 16);
    if (count === 0xffff || offset === NOT_HERE) {
      const place = tail.indexOf(Buffer.from(Uint32Array.of(END_64).buffer));
      if (place < 0) throw unreadable(this.#where, 'its directory is not whole');
      count = Number(tail.readBigUInt64LE(place + 32));
      bytes = Number(tail.readBigUInt64LE(place + 40));
      offset = Number(tail.readBigUInt64LE(place + 48));
    }
    if (offset + bytes > size) throw unreadable(this.#where, 'its directory is not whole');
    this.#readMembers(this.#bytes(offset, bytes), count);
  }

  #readMembers(directory: Buffer, count: number): void {
    let at = 0;
    for (let index = 0; index < count; index += 1) {
      if (at + 46 > directory.length || directory.readUInt32LE(at) !== CENTRAL)
        throw unreadable(this.#where, 'its directory is damaged');
      const [name, extra, comment] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place));
      const text = directory.toString('utf8', at + 46, at + 46 + name!);
      const more = directory.subarray(at + 46 + name!, at + 46 + name! + extra!);
      const [compressed, size, offset] = longSizes(more, {
        size: directory.readUInt32LE(at + 24),
        compressed: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      });
      const method = directory.readUInt16LE(at + 10);
      // The last entry of a name is the one that counts.
      this.#members.set(text, { method, compressed: compressed!, size: size!, offset: offset! });
      at += 46 + name! + extra! + comment!;
    }
  }

  #bytes(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    let read = 0;
    while (read < length) {
      const got = readSync(this.#file, bytes, read, length - read, offset + read);
      if (got === 0) throw unreadable(this.#where, 'it is not whole');
      read += got;
    }
    return bytes;
  }
}

/** Compressed size, size and offset; where one does not fit its field, it stands in the extra field 1. */
function longSizes(
  extra: Buffer,
  short: { readonly size: number; readonly compressed: number; readonly offset: number },
): number[] {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  const long = (value: number) => {
    if (value !== NOT_HERE || at + 8 > extra.length) return value;
    at += 8;
    return Number(extra.readBigUInt64LE(at - 8));
  };
  const size = long(short.size);
  const compressed = long(short.compressed);
  return [compressed, size, long(short.offset)];
}
