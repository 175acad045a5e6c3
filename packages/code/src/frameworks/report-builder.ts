import type { FailingTest, TestReport } from '../checks.ts';
import { readFrames } from '../frames/frames.ts';

/** Characters of a failure's own text that are kept: a long diff's rest says little more. */
const MAX_MESSAGE = 8_000;

/** One of perhaps several failures of a test: of its subtests, of its own, of its tear-down. */
export interface Failure {
  readonly test: string;
  /** What tells a subtest from the others, as `[message] (i=3)`; empty if the failure is the test's own. */
  readonly subtest: string;
  readonly message: string;
}

/** Enough to see which rows of a table fail. */
const MAX_SUBTESTS = 10;

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

  /** One failing test for all failures of it, told by the first; returns how many tests that are. */
  failTests(failures: readonly Failure[]): number {
    const byTest = Map.groupBy(failures, ({ test }) => test);
    for (const [test, own] of byTest) {
      const { message } = own[0]!;
      this.fail(test, `${subtestsLine(own)}${message}`, message);
    }
    return byTest.size;
  }

  get failed(): number {
    return this.#failing.length;
  }

  report(counts: TestReport['counts']): TestReport {
    return { counts, failing: this.#failing };
  }
}

function subtestsLine(failures: readonly Failure[]): string {
  const names = failures.map(({ subtest }) => subtest).filter((subtest) => subtest !== '');
  if (names.length === 0) return '';
  const more = names.length > MAX_SUBTESTS ? ` and ${names.length - MAX_SUBTESTS} more` : '';
  return `failing subtests: ${names.slice(0, MAX_SUBTESTS).join(', ')}${more}\n`;
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
