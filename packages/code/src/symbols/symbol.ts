export const SYMBOL_KINDS = [
  'class',
  'interface',
  'struct',
  'enum',
  'type',
  'namespace',
  'function',
  'method',
  'field',
  'constant',
  'variable',
  'macro',
] as const;
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/** Something a source file defines. Lines are 1-based. */
export interface CodeSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** What it is a part of, outermost first, joined by dots (`Shop.Cart`); empty at the top. */
  readonly container: string;
  /** The line with its name: its signature begins there. */
  readonly line: number;
  /** First and last line of the whole definition, annotations included where the grammar counts them in. */
  readonly from: number;
  readonly to: number;
  /** No other file can use it by name: it is inside a function, or its module does not export it. */
  readonly local: boolean;
}

/** What a file defines, in source order, and the names it uses with the lines where it does. */
export interface FileSymbols {
  readonly symbols: readonly CodeSymbol[];
  /** A name at its own definition is no use of it. */
  readonly uses: ReadonlyMap<string, readonly number[]>;
  /**
   * Those of them that may be another file's, with how often: `name` at the top of a file, `.name` a member. Where a
   * language says by imports what comes from elsewhere, local names are not among them.
   */
  readonly links: ReadonlyMap<string, number>;
}
