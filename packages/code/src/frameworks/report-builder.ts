import type { FailingTest, TestReport } from '../checks.ts';
import { readFrames } from '../frames/frames.ts';

/** Characters of a failure's own text that are kept: a long diff's rest says little more. */
const MAX_MESSAGE = 8_000;

/** Collects failing tests; names are made unique by a number in order of appearance. */
export class ReportBuilder {
  readonly #root: string;
  readonly #failing: FailingTest[] = [];
  readonly #names = new Map<string, number>();

  constructor(root: string) {
    this.#root = root;
  }

  /** `trace` is where frames are read from, if not from the message. */
  fail(name: string, message: string, trace: string = message): void {
    const known = this.#names.get(name) ?? 0;
    this.#names.set(name, known + 1);
    this.#failing.push({
      name: known === 0 ? name : `${name} (${known + 1})`,
      message: capped(message),
      frames: readFrames(trace, this.#root),
    });
  }

  get failed(): number {
    return this.#failing.length;
  }

  report(counts: TestReport['counts']): TestReport {
    return { counts, failing: this.#failing };
  }
}

function capped(message: string): string {
  const text = message.replace(/^\s*\n/, '').trimEnd();
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE)}\n…`;
}

/** Removes the indentation all non-blank lines share. */
export function dedent(lines: readonly string[]): string {
  const widths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const width = widths.length === 0 ? 0 : Math.min(...widths);
  return lines.map((line) => line.slice(Math.min(width, line.search(/\S|$/)))).join('\n');
}

/** The number before a word, as in `3 passed`; 0 where the word isn't. */
export function countOf(text: string, word: string): number {
  return Number(new RegExp(`(\\d+) ${word}`).exec(text)?.[1] ?? 0);
}
