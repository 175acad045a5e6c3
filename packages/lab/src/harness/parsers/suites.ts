import { indentOf, strip } from './python-text.ts';

/** Headings above a line, by their indentation. */
export class Suites {
  readonly #open: { readonly name: string; readonly indent: number }[] = [];

  /** An indented line that is no test's is a heading: it closes those that are as deep or deeper. */
  heading(line: string): void {
    const indent = indentOf(line);
    if (indent === 0) return;
    while ((this.#open.at(-1)?.indent ?? -1) >= indent) this.#open.pop();
    this.#open.push({ name: strip(line), indent });
  }

  /** All headings and the test. */
  path(test: string): string[] {
    return [...this.#open.map(({ name }) => name), test];
  }
}
