import type { Kind } from './kinds.ts';
import type { Syntax } from './syntax.ts';

/** A language, as candidate generation sees it. Adding one is such a table plus its grammar in `@heddle/code`. */
export interface LanguageTable {
  kindOf(node: Syntax): Kind | null;
  /** Operators by the group within which people mistake one for another, likeliest slip first per entry. */
  readonly comparisons: Slips;
  readonly arithmetic: Slips;
  readonly augmented: Slips;
  readonly logic: Slips;
  /** Names bound without a declaration. */
  readonly builtins: readonly string[];
  /** Methods, functions and properties that are taken for one another. */
  readonly siblings: readonly (readonly string[])[];
  /** Functions of the language called most, by how many arguments they take. */
  readonly usual: Readonly<Record<number, readonly string[]>>;
  /** Functions and methods that are put round, or taken off, an expression: `@` stands for it. */
  readonly wrappers: readonly Wrapper[];
  readonly say: Phrases;
}

/** From what stands there to what may have been meant, with a weight of at most 1. */
export type Slips = Readonly<Record<string, readonly (readonly [string, number])[]>>;

/** What a value seems to be, by how it is used. */
export type Guess = 'collection' | 'number' | 'text';

export interface Wrapper {
  /** `str(@)`, `@.trim()`: the expression takes the place of `@`. */
  readonly form: string;
  /** How likely it is without seeing it used in the file, at most 1. */
  readonly weight: number;
  /** What kind of expression it makes sense on; all if absent. */
  readonly on?: readonly Kind[];
  /** What the expression must not be known to be otherwise. */
  readonly wants?: Guess;
}

/** How a language says what operators insert. */
export interface Phrases {
  not(expression: string): string;
  readonly and: string;
  readonly or: string;
  readonly true: string;
  readonly false: string;
  readonly nothing: string;
  isNothing(expression: string): string;
  isSomething(expression: string): string;
  isEmpty(expression: string): string;
  /** A statement, with its end mark. */
  statement(expression: string): string;
  readonly equals: string;
  readonly differs: string;
  /** Whether a collection holds something. */
  holds(holder: string, item: string): string;
  /** Something put at the end of a list, with its end mark. */
  put(holder: string, item: string): string;
  /** Forms in which what was worked out is handed back. */
  readonly results: readonly string[];
  /** A variable made, with its end mark. */
  define(name: string, value: string): string;
  /** A guard on one statement, with the indentation the guard itself stands at and one step of indentation. */
  guard(condition: string, statement: string, indent: string, step: string): string;
  /** The member of the object a method runs on (`this.x`, `self.x`). */
  own(name: string): string;
  /** Ways to copy a collection. */
  readonly copies: readonly Wrapper[];
  /** Statement that does nothing, where a block may not be empty; null where it may. */
  readonly idle: string | null;
}
