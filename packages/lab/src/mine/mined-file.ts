import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { messageOf, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';

/** What became of one commit. */
export interface MinedLine {
  readonly commit: string;
  readonly subject: string;
  /** `kept`, or the reason it was not. */
  readonly outcome: string;
  /** For people. */
  readonly why: string;
}

const headSchema = z.object({ form: z.literal(1), rules: z.string() });
const lineSchema = z.object({
  commit: z.string(),
  subject: z.string(),
  outcome: z.string(),
  why: z.string(),
});

/**
 * How far mining has come, beside the file of instances: one line for each commit that was judged. Written after the
 * instance itself, so that what is cut short in between is only done again.
 */
export class MinedFile {
  readonly #file: string;
  readonly #known = new Map<string, MinedLine>();

  /**
   * `rules`: digest of all that decides what is kept. Throws OperatorError `mined-otherwise` where the file was made by
   * other rules, `mined-unreadable` where it is another kind of file.
   */
  constructor(file: string, rules: string) {
    this.#file = file;
    if (!existsSync(file)) {
      writeFileSync(file, `${JSON.stringify({ form: 1, rules })}\n`);
      return;
    }
    // The last line may have been cut short.
    const [head = '', ...lines] = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    if (this.#parse(headSchema, head).rules !== rules) {
      throw new OperatorError('mined-otherwise', `${file} was made with other options`, {
        hint: 'repeat those, or give another output file',
      });
    }
    for (const line of lines) {
      const parsed = this.#parse(lineSchema, line);
      this.#known.set(parsed.commit, parsed);
    }
    writeFileSync(file, [head, ...lines, ''].join('\n'));
  }

  of(commit: string): MinedLine | null {
    return this.#known.get(commit) ?? null;
  }

  add(line: MinedLine): void {
    this.#known.set(line.commit, line);
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  #parse<T>(schema: z.ZodMiniType<T>, line: string): T {
    try {
      return schema.parse(JSON.parse(line));
    } catch (cause) {
      throw new OperatorError('mined-unreadable', `${this.#file}: ${messageOf(cause).split('\n', 1)[0]}`, {
        cause,
        hint: 'it is not what mining writes: give another output file',
      });
    }
  }
}
