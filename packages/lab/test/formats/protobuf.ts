/** A message in the wire format of protocol buffers, field by field, without a schema: what a collector takes is read by other means than it was written by. */
export class Fields {
  readonly #fields = new Map<number, (bigint | Uint8Array)[]>();

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[at]!;
        at += 1;
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    };
    const taken = (length: number): Uint8Array => {
      at += length;
      return bytes.subarray(at - length, at);
    };
    const fixed = (length: number, read: () => bigint): bigint => {
      const value = read();
      at += length;
      return value;
    };
    while (at < bytes.length) {
      const key = Number(varint());
      const [field, kind] = [key >> 3, key & 7];
      let value: bigint | Uint8Array;
      if (kind === 0) value = varint();
      else if (kind === 1) value = fixed(8, () => view.getBigUint64(at, true));
      else if (kind === 2) value = taken(Number(varint()));
      else if (kind === 5) value = fixed(4, () => BigInt(view.getUint32(at, true)));
      else throw new Error(`wire type ${kind}`);
      this.#fields.set(field, [...(this.#fields.get(field) ?? []), value]);
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  messages(field: number): Fields[] {
    return (this.#fields.get(field) ?? []).map((value) => new Fields(value as Uint8Array));
  }

  message(field: number): Fields | undefined {
    return this.messages(field)[0];
  }

  number(field: number): bigint {
    return (this.#fields.get(field)?.[0] as bigint | undefined) ?? 0n;
  }

  double(field: number): number {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, this.number(field));
    return view.getFloat64(0);
  }

  text(field: number): string {
    return Buffer.from((this.#fields.get(field)?.[0] as Uint8Array | undefined) ?? []).toString('utf8');
  }

  hex(field: number): string {
    return Buffer.from((this.#fields.get(field)?.[0] as Uint8Array | undefined) ?? []).toString('hex');
  }
}
