/**
 * Finds the mark that bash prints behind a command's output on a terminal, in whatever pieces it comes. What is told
 * on another pipe can be faster than what goes through a terminal.
 */
export class EndMark {
  readonly #mark: Buffer;
  /** What may be the beginning of the mark. */
  #held: Buffer = Buffer.alloc(0);
  #found = false;

  constructor(mark: Buffer) {
    this.#mark = mark;
  }

  get found(): boolean {
    return this.#found;
  }

  /** Output before the mark, and what came behind it. */
  take(chunk: Buffer): { readonly before: Buffer; readonly after: Buffer } {
    const all = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const nothing = Buffer.alloc(0);
    const at = all.indexOf(this.#mark);
    if (at >= 0) {
      this.#found = true;
      this.#held = nothing;
      return { before: all.subarray(0, at), after: all.subarray(at + this.#mark.length) };
    }
    const from = this.#beginsAt(all);
    this.#held = Buffer.from(all.subarray(from));
    return { before: all.subarray(0, from), after: nothing };
  }

  /** What was held back, when no mark will come any more. */
  rest(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return rest;
  }

  #beginsAt(all: Buffer): number {
    const first = this.#mark[0]!;
    const start = Math.max(0, all.length - this.#mark.length + 1);
    for (let at = all.indexOf(first, start); at >= 0; at = all.indexOf(first, at + 1)) {
      if (this.#mark.subarray(0, all.length - at).equals(all.subarray(at))) return at;
    }
    return all.length;
  }
}
