import type { Proposal } from './family.ts';
import type { Source } from './source.ts';

const TOKEN =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|===|!==|\*\*=?|\/\/|[=!<>+\-*/%&|^]=|=>|->|&&|\|\||\?\?|\?\.|\+\+|--|<<|>>|\.\.\.|\S/gu;

/** Weights of what three, two and one token say; the rest is shared by all tokens alike. */
const WEIGHTS = [0.55, 0.25, 0.15] as const;
/** Tokens before a change that decide how likely its first ones are. */
const ORDER = 3;
/** Characters looked at on either side: more than enough for so few tokens. */
const AROUND = 80;
/** How much a change that reads like the code around is preferred: the exponent of its probability per token. */
const STRENGTH = 0.15;

/**
 * How natural a change reads: a model of token trigrams, learnt from the files of the repository that were looked at
 * (Hindle et al.: "On the Naturalness of Software", 2012; buggy lines are less natural than their fixes: Ray et al.
 * 2016).
 */
export class Naturalness {
  /** Counts of one, two and three tokens in a row, by numbers made of theirs. */
  readonly #counts = new Map<number, number>();
  readonly #numbers = new Map<string, number>();
  readonly #text: string;
  readonly #total: number;

  /** `others`: files of the same language. */
  constructor({ text }: Source, others: readonly Source[] = []) {
    this.#text = text;
    const files = [text, ...others.map((other) => other.text)].map(tokensOf);
    for (const token of files.flat()) {
      if (!this.#numbers.has(token)) this.#numbers.set(token, this.#numbers.size + 1);
    }
    this.#total = files.reduce((sum, tokens) => sum + tokens.length, 0);
    for (const tokens of files) this.#learn(this.#numbered(tokens));
  }

  #learn(numbers: readonly number[]): void {
    for (let at = 0; at < numbers.length; at++) {
      for (let n = 0; n < ORDER && n <= at; n++) {
        const key = this.#key(numbers, at - n, at);
        this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      }
    }
  }

  /** About 1; above it for changes that read like the rest of the code. */
  of({ start, end, text }: Proposal): number {
    const before = tokensOf(this.#text.slice(Math.max(0, start - AROUND), start)).slice(1 - ORDER);
    const after = tokensOf(this.#text.slice(end, end + AROUND)).slice(0, ORDER - 1);
    const now = this.#surprise(before, [...tokensOf(text), ...after]);
    const was = this.#surprise(before, [...tokensOf(this.#text.slice(start, end)), ...after]);
    return Math.exp(STRENGTH * (was - now));
  }

  /** Nats per token. */
  #surprise(before: readonly string[], tokens: readonly string[]): number {
    if (tokens.length === 0) return 0;
    const all = this.#numbered([...before, ...tokens]);
    let sum = 0;
    for (let at = before.length; at < all.length; at++) sum -= Math.log(this.#probability(all, at));
    return sum / tokens.length;
  }

  #probability(tokens: readonly number[], at: number): number {
    const [three, two, one] = WEIGHTS;
    const any = (1 - three - two - one) / (this.#total + 1);
    return (
      three * this.#share(tokens, at, 2) +
      two * this.#share(tokens, at, 1) +
      one * this.#share(tokens, at, 0) +
      any
    );
  }

  /** How often the token follows the `n` before it where these stand. */
  #share(tokens: readonly number[], at: number, n: number): number {
    if (at < n) return 0;
    const seen = n === 0 ? this.#total : this.#counts.get(this.#key(tokens, at - n, at - 1));
    return seen ? (this.#counts.get(this.#key(tokens, at - n, at)) ?? 0) / seen : 0;
  }

  #key(tokens: readonly number[], from: number, to: number): number {
    let key = 0;
    for (let at = from; at <= to; at++) key = key * (this.#numbers.size + 1) + tokens[at]!;
    return key * ORDER + (to - from);
  }

  /** 0 for what no file has. */
  #numbered(tokens: readonly string[]): number[] {
    return tokens.map((token) => this.#numbers.get(token) ?? 0);
  }
}

function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}
