/**
 * A text as a model reads and writes it, with plain line ends, over a text that may have Windows ones or both kinds.
 * Offsets into the plain text lead back to the original, so that what is outside a replaced span keeps its ends.
 */
export class PlainText {
  readonly original: string;
  readonly plain: string;
  /** Offsets in `plain` of the line ends that are `\r\n` in the original. */
  readonly #windows: readonly number[];
  readonly #mostly: '\n' | '\r\n';

  constructor(original: string) {
    this.original = original;
    const windows: number[] = [];
    for (let at = original.indexOf('\r\n'); at !== -1; at = original.indexOf('\r\n', at + 2))
      windows.push(at - windows.length);
    this.#windows = windows;
    this.plain = windows.length === 0 ? original : original.replaceAll('\r\n', '\n');
    const ends = windows.length === 0 ? 0 : this.plain.split('\n').length - 1;
    this.#mostly = windows.length * 2 > ends ? '\r\n' : '\n';
  }

  /** Offset in the original of an offset in the plain text; before a line end it is before the whole of it. */
  offset(plain: number): number {
    return plain + this.#windowsBefore(plain);
  }

  /**
   * New text (with plain line ends) with the line ends of what it replaces: the first as its first, and so on; beyond them as its last, and
   * where it has none as most of the file.
   */
  withEnds(text: string, start: number, end: number): string {
    if (this.#windows.length === 0) return text;
    const replaced = this.original.slice(this.offset(start), this.offset(end)).match(/\r?\n/g) ?? [];
    const after = /\r?\n/.exec(this.original.slice(this.offset(end)))?.[0];
    let count = 0;
    return text.replaceAll('\n', () => {
      const own = replaced[count] ?? replaced.at(-1);
      count += 1;
      return own ?? (this.#mostly === '\n' ? (after ?? '\n') : this.#mostly);
    });
  }

  #windowsBefore(plain: number): number {
    let low = 0;
    let high = this.#windows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#windows[middle]! < plain) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A new text with plain line ends, whichever it was written with. */
export function plainEnds(text: string): string {
  return text.replaceAll(/\r+\n/g, '\n');
}
