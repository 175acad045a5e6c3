import { StringDecoder } from 'node:string_decoder';
import { OUTPUT_KEPT_BYTES } from '../limits.ts';

/** What a command prints: everything is counted, its beginning and its end are kept. */
export class Output {
  bytes = 0;
  readonly #head: Buffer[] = [];
  readonly #tail: Buffer[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  readonly #decoder = new StringDecoder('utf8');
  readonly #onOutput: ((chunk: string) => void) | undefined;

  constructor(onOutput?: (chunk: string) => void) {
    this.#onOutput = onOutput;
  }

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.#onOutput !== undefined) {
      const text = this.#decoder.write(chunk);
      if (text !== '') this.#onOutput(text);
    }
    const forHead = chunk.subarray(0, OUTPUT_KEPT_BYTES - this.#headBytes);
    if (forHead.length > 0) this.#head.push(forHead);
    this.#headBytes += forHead.length;
    if (forHead.length < chunk.length) this.#keepTail(chunk.subarray(forHead.length));
  }

  text(): string {
    const head = Buffer.concat(this.#head);
    const tail = Buffer.concat(this.#tail);
    const left = this.bytes - head.length - tail.length;
    if (left === 0) return Buffer.concat([head, tail]).toString();
    return `${head.toString()}\n[… ${left} bytes left out …]\n${tail.toString()}`;
  }

  #keepTail(chunk: Buffer): void {
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    while (this.#tailBytes - this.#tail[0]!.length >= OUTPUT_KEPT_BYTES) {
      this.#tailBytes -= this.#tail.shift()!.length;
    }
    const over = this.#tailBytes - OUTPUT_KEPT_BYTES;
    if (over <= 0) return;
    this.#tail[0] = this.#tail[0]!.subarray(over);
    this.#tailBytes -= over;
  }
}
