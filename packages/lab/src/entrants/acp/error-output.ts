import type { SpawnedProcess } from '@heddle/workspace';

/** Characters of a program's error output that are kept, the last ones. */
const MAX_CHARACTERS = 200_000;

/** The end of a program's error output, as it comes. */
export class ErrorOutput {
  #text = '';
  #closed = false;

  constructor({ stderr }: SpawnedProcess) {
    stderr.on('data', (chunk: Buffer) => {
      if (!this.#closed) this.add(chunk.toString('utf8'));
    });
  }

  close(): void {
    this.#closed = true;
  }

  add(text: string): void {
    this.#text = (this.#text + text).slice(-MAX_CHARACTERS);
  }

  text(): string {
    return this.#text;
  }
}
