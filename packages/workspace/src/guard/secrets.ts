import { OperatorError } from '@heddle/core';

/** A value that only the action that names it may have. */
export interface Secret {
  /** A variable's name: `NPM_TOKEN`. */
  readonly name: string;
  readonly value: string;
}

/** Shorter values are words: masking them would garble every text, and they protect nothing. */
const LEAST_CHARACTERS = 6;
/** A line of a longer secret (a private key) is masked by itself from this length on. */
const LEAST_LINE_CHARACTERS = 12;

/** Throws OperatorError `bad-secret`. */
export function checkSecret({ name, value }: Secret): void {
  const refuse = (what: string, hint: string) => {
    throw new OperatorError('bad-secret', what, { hint });
  };
  if (!/^[A-Za-z_]\w*$/.test(name))
    refuse(`"${name}" cannot be the name of a secret`, 'use letters, digits and _, such as NPM_TOKEN');
  if (RESERVED.has(name))
    refuse(`a secret cannot be called ${name}`, 'programs read that variable for something else');
  if (value.includes('\0')) refuse(`the secret ${name} contains a NUL`, 'give a text');
  if (value.trim().length < LEAST_CHARACTERS)
    refuse(
      `the secret ${name} is shorter than ${LEAST_CHARACTERS} characters`,
      'it could not be masked without garbling other text: give a longer value',
    );
}

/** Variables that decide what runs. */
const RESERVED: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'SHELL',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'BASH_ENV',
  'ENV',
  'IFS',
  'NODE_OPTIONS',
  'PYTHONPATH',
  'PYTHONSTARTUP',
]);

/** The secrets a command names as `$NAME` or `${NAME…}`, ready to be its environment. */
export function secretsNamed(command: string, secrets: readonly Secret[]): Record<string, string> {
  const named = secrets.filter(({ name }) =>
    new RegExp(`\\$(?:${name}(?!\\w)|\\{[#!]?${name}\\W)`).test(command),
  );
  return Object.fromEntries(named.map(({ name, value }) => [name, value]));
}

/**
 * Takes secrets out of texts: the value as it is, and as base64 (at each of its three alignments), base64url,
 * URL-encoded, hexadecimal and JSON-escaped text. Not found: compressed or encrypted forms, and values that a program
 * prints with something between their characters.
 */
export class SecretMask {
  /** Longest first, so that a form never hides a longer one. */
  readonly #forms: readonly { readonly text: string; readonly shown: string }[];
  readonly #longest: number;

  constructor(secrets: readonly Secret[]) {
    const forms = new Map<string, string>();
    for (const { name, value } of secrets) for (const text of formsOf(value)) forms.set(text, `‹${name}›`);
    this.#forms = [...forms]
      .map(([text, shown]) => ({ text, shown }))
      .sort((a, b) => b.text.length - a.text.length);
    this.#longest = this.#forms[0]?.text.length ?? 0;
  }

  get empty(): boolean {
    return this.#forms.length === 0;
  }

  text(text: string): string {
    let masked = text;
    for (const { text: form, shown } of this.#forms)
      if (masked.includes(form)) masked = masked.replaceAll(form, () => shown);
    return masked;
  }

  /** Every string in a plain value, keys included. */
  value<T>(value: T): T {
    if (this.empty) return value;
    return this.#deep(value) as T;
  }

  /** A masked copy of a stream of chunks: what may be the beginning of a secret waits for the next chunk. */
  stream(tell: (chunk: string) => void): { push(chunk: string): void; end(): void } {
    if (this.empty) return { push: tell, end() {} };
    let held = '';
    const say = (text: string) => {
      if (text !== '') tell(text);
    };
    return {
      push: (chunk) => {
        held = this.text(held + chunk);
        const keep = this.#beginning(held);
        say(held.slice(0, held.length - keep));
        held = held.slice(held.length - keep);
      },
      end: () => {
        say(this.text(held));
        held = '';
      },
    };
  }

  /** Length of the longest end of a text that is the beginning of a form. */
  #beginning(text: string): number {
    for (let length = Math.min(text.length, this.#longest - 1); length > 0; length--) {
      const end = text.slice(text.length - length);
      if (this.#forms.some(({ text: form }) => form.startsWith(end))) return length;
    }
    return 0;
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((each) => this.#deep(each));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [this.text(key), this.#deep(each)]));
  }
}

function formsOf(value: string): Set<string> {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const texts = [
    value,
    value.trim(),
    ...(lines.length > 1 ? lines.filter((line) => line.length >= LEAST_LINE_CHARACTERS) : []),
  ];
  const forms = new Set<string>();
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const more = [
      text,
      JSON.stringify(text).slice(1, -1),
      encodeURIComponent(text),
      encodeURIComponent(text).replaceAll('%20', '+'),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      ...base64Forms(bytes),
    ];
    for (const form of more) if (form.length >= LEAST_CHARACTERS) forms.add(form);
  }
  return forms;
}

/** What of its base64 does not depend on the bytes before and behind it, for each offset in the encoded stream. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + bytes.length) * 8) / 6);
    const sure = encoded.slice(from, to);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
