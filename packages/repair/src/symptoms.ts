/** What the failures' messages say went wrong; the commonest of them counts. */
export type Symptom = 'nothing' | 'index' | 'key' | 'recursion' | 'unbound' | 'arguments' | 'type' | 'zero';

const SIGNS: Readonly<Record<Symptom, RegExp>> = {
  nothing:
    /'NoneType' object|Cannot (?:read|set) propert(?:y|ies) of (?:undefined|null)|(?:undefined|null) is not an object/g,
  index: /IndexError|index out of range|RangeError: Invalid array/g,
  key: /KeyError/g,
  recursion: /RecursionError|maximum recursion depth|Maximum call stack/g,
  unbound: /NameError|UnboundLocalError|ReferenceError: .* is not defined/g,
  arguments: /TypeError: .*(?:positional argument|unexpected keyword|missing \d+ required)/g,
  type: /TypeError: .*(?:unsupported operand|not supported between|not iterable|not subscriptable|must be|is not a function|not callable|can only concatenate)/g,
  zero: /ZeroDivisionError/g,
};

/** How much likelier a family is to mend it than where nothing but a wrong result is known; 1 if not named. */
const LIKELIER: Readonly<Record<Symptom, Readonly<Record<string, number>>>> = {
  nothing: { guard: 2, condition: 2.5, 'missing-keyword': 1.5, member: 1.3, update: 1.2 },
  index: { offset: 1.8, part: 1.5, guard: 1.3, condition: 1.4, comparison: 1.2, operand: 1.3 },
  key: { guard: 2, condition: 1.5, literal: 1.3, name: 1.2, ingredient: 1.2 },
  recursion: {
    offset: 2,
    condition: 1.8,
    guard: 1.5,
    arguments: 1.4,
    part: 1.5,
    operand: 1.3,
    ingredient: 1.3,
  },
  unbound: { name: 2, statement: 1.5, definition: 2, recurring: 1.5 },
  arguments: { arguments: 2.5, sibling: 1.3, default: 2 },
  type: { wrap: 1.8, member: 1.4, 'missing-keyword': 1.4, name: 1.2, arguments: 1.2 },
  zero: { guard: 1.8, condition: 1.8, literal: 1.2, name: 1.2 },
};

/** The symptom most of the failures show, or null when they only say that a result is wrong. */
export function symptomOf(failures: string): Symptom | null {
  let best: Symptom | null = null;
  let most = 0;
  for (const [symptom, sign] of Object.entries(SIGNS) as [Symptom, RegExp][]) {
    const count = failures.match(sign)?.length ?? 0;
    if (count > most) [best, most] = [symptom, count];
  }
  // A few failures of a kind among many wrong results say little about the cause.
  const wrong = failures.match(/AssertionError|ERR_ASSERTION|AssertError/g)?.length ?? 0;
  return most * 2 >= wrong ? best : null;
}

/** What the failures' messages say, for the search; the same whatever order they came in. */
export interface Clues {
  /** Null if they only say that a result is wrong. */
  readonly symptom: Symptom | null;
  /** Parameters that calls left out. */
  readonly missing: readonly string[];
  /** Quoted texts and names: what was wanted, what was got, what is not there. */
  readonly words: readonly string[];
}

export const NO_CLUES: Clues = { symptom: null, missing: [], words: [] };

const MISSING = /missing \d+ required (?:positional|keyword-only) arguments?: (.*)/g;
const QUOTED = /(['"`])((?:(?!\1)[^\\\n]){3,40})\1/g;
const MAX_WORDS = 200;

export function cluesIn(failures: string): Clues {
  const missing = [...failures.matchAll(MISSING)].flatMap(([, names]) =>
    [...names!.matchAll(/'(\w+)'/g)].map(([, name]) => name!),
  );
  const words = [...failures.matchAll(QUOTED)].map(([, , word]) => word!);
  return {
    symptom: symptomOf(failures),
    missing: [...new Set(missing)].sort(),
    words: [...new Set(words)].slice(0, MAX_WORDS).sort(),
  };
}

export function likelihood(symptom: Symptom | null, family: string): number {
  return symptom === null ? 1 : (LIKELIER[symptom][family] ?? 1);
}
