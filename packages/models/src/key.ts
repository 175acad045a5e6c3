import { readFile } from 'node:fs/promises';
import { messageOf, OperatorError } from '@heddle/core';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Where a provider's key is kept: an environment variable, or a file whose path one of them or the configuration names. */
export interface KeySource {
  /** For people: the variable, or the file's path where the configuration names it. */
  readonly name: string;
  /** @throws OperatorError `key-unreadable`. */
  read(): Promise<string>;
}

/**
 * A provider's key while Heddle runs. Keys are rotated: a secret manager writes a new one to the file and lets the old
 * one expire. The package was given the key it was opened with; requests leave with the present one (see `fetch`).
 */
export class Key {
  readonly name: string;
  readonly #source: KeySource;
  /** All there were, the present one last: messages may quote any of them. */
  readonly #values: string[];

  private constructor(source: KeySource, value: string) {
    this.name = source.name;
    this.#source = source;
    this.#values = [value];
  }

  /** @throws OperatorError `key-unreadable`. */
  static async open(source: KeySource): Promise<Key> {
    return new Key(source, await source.read());
  }

  get first(): string {
    return this.#values[0]!;
  }

  get all(): readonly string[] {
    return this.#values;
  }

  get #present(): string {
    return this.#values.at(-1)!;
  }

  /** Grows with each new key. */
  get generation(): number {
    return this.#values.length;
  }

  /** Whether there is another key now than the one of this generation, looked up where it is kept. */
  async renew(generation: number): Promise<boolean> {
    if (generation < this.generation) return true;
    // A file that cannot be read just now (it is being replaced) holds no new key.
    const value = await this.#source.read().catch(() => '');
    // Another request may have found it while this one read.
    if (value !== '' && value !== this.#present) this.#values.push(value);
    return generation < this.generation;
  }

  /** `fetch` that sends the present key wherever a header holds the first one. */
  fetch(fetch: Fetch): Fetch {
    return (input, init) => {
      const present = this.#present;
      if (present === this.first || init?.headers === undefined) return fetch(input, init);
      const headers = new Headers(init.headers);
      for (const [name, value] of [...headers])
        if (value.includes(this.first)) headers.set(name, value.replaceAll(this.first, present));
      return fetch(input, { ...init, headers });
    };
  }
}

/** A key in a variable: read again too, for whoever changes the environment of a process from inside. */
export function keyInVariable(env: NodeJS.ProcessEnv, name: string): KeySource {
  return { name, read: async () => env[name]?.trim() ?? '' };
}

/** A key in a file; blanks and line ends round it don't count. */
export function keyInFile(path: string, name: string): KeySource {
  const unreadable = (why: string, cause?: unknown) =>
    new OperatorError('key-unreadable', `no key can be read from ${path} (named by ${name}): ${why}`, {
      cause,
      hint: 'the file must hold the key alone, and be readable for you',
    });
  return {
    name,
    read: async () => {
      const text = await readFile(path, 'utf8').catch((cause: unknown) => {
        throw unreadable(messageOf(cause), cause);
      });
      const key = text.trim();
      if (key === '' || /\s/.test(key))
        throw unreadable(key === '' ? 'it is empty' : 'it holds more than one word');
      return key;
    },
  };
}
