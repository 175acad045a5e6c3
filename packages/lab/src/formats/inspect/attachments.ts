import { isObject } from '../json.ts';

/** Long texts stand once in a log, under their digest. */
export class Attachments {
  readonly #texts: Readonly<Record<string, string>>;

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = texts;
  }

  /** In every text of a value. */
  within(value: unknown): unknown {
    if (typeof value === 'string') return this.in(value);
    if (Array.isArray(value)) return value.map((each) => this.within(each));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.within(each)]));
  }

  in(text: string): string {
    return text.replaceAll(
      /attachment:\/\/([a-f0-9]{32})/g,
      (whole, digest: string) => this.#texts[digest] ?? whole,
    );
  }
}
