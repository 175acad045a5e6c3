import type { Proposal } from './family.ts';
import type { Source } from './source.ts';

const TOKEN =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|===|!==|\*\*=?|\/\/|[=!<>+\-*/%&|^]=|=>|->|&&|\|\||\?\?|\?\.|\+\+|--|<<|>>|\.\.\.|\S/gu;

/** Weights of what three, two and one token say; the rest is shared by all tokens alike. */
const WEIGHTS = [0.55, 0.25, 0.15] as const;
/** Tokens before a change that decide how likely its first ones are. */
const ORDER = 3;
/** How much a change that reads like the code around is preferred: the exponent of its probability per token. */
const STRENGTH = 0.15;

/**
 * How natural a change reads: a model of token trigrams, learnt from the file itself (Hindle et al.: "On the
 * Naturalness of Software", 2012; buggy lines are less natural than their fixes: Ray et al. 2016).
 */
export class Naturalness {
  readonly #counts = new Map<string, number>();
  readonly #text: string;
  #total = 0;

  constructor({ text }: Source) {
    this.#text = text;
    const tokens = tokensOf(text);
    for (let at = 0; at < tokens.length; at++) {
      this.#total += 1;
      for (let n = 0; n < ORDER && n <= at; n++) this.#count(tokens.slice(at - n, at + 1).join(' '));
    }
  }

  /** About 1; above it for changes that read like the rest of the file. */
  of({ start, end, text }: Proposal): number {
    const before = tokensOf(this.#text.slice(Math.max(0, start - 80), start)).slice(1 - ORDER);
    const after = tokensOf(this.#text.slice(end, end + 80)).slice(0, ORDER - 1);
    const now = this.#surprise(before, [...tokensOf(text), ...after]);
    const was = this.#surprise(before, [...tokensOf(this.#text.slice(start, end)), ...after]);
    return Math.exp(STRENGTH * (was - now));
  }

  /** Nats per token. */
  #surprise(before: readonly string[], tokens: readonly string[]): number {
    if (tokens.length === 0) return 0;
    const all = [...before, ...tokens];
    let sum = 0;
    for (let at = before.length; at < all.length; at++) sum -= Math.log(this.#probability(all, at));
    return sum / tokens.length;
  }

  #probability(tokens: readonly string[], at: number): number {
    const share = (n: number) => {
      if (at < n) return 0;
      const seen = n === 0 ? this.#total : (this.#counts.get(tokens.slice(at - n, at).join(' ')) ?? 0);
      return seen === 0 ? 0 : (this.#counts.get(tokens.slice(at - n, at + 1).join(' ')) ?? 0) / seen;
    };
    const [three, two, one] = WEIGHTS;
    const any = (1 - three - two - one) / (this.#total + 1);
    return three * share(2) + two * share(1) + one * share(0) + any;
  }

  #count(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}
