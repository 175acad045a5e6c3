import type { Context } from './context.ts';
import type { Syntax } from './syntax.ts';

/**
 * One way in which people's fixes change code. A family looks at a single node and proposes replacements of it
 * or of a part of it. It must not look at where the fault is suspected: the order of trials is not its business.
 */
export interface Family {
  readonly name: string;
  /**
   * `mend`: changes what the code computes. `silence`: removes or disables code; often passes weak tests for
   * the wrong reason, so it is tried late, chosen last and labelled.
   */
  readonly manner: 'mend' | 'silence';
  propose(node: Syntax, context: Context): Iterable<Proposal>;
}

/** Replace the text from `start` to `end` by `text`. */
export interface Proposal {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** How often a fix looks like this where it could, at most 1; comparable between families. */
  readonly weight: number;
  /** For the reader where old and new text don't say it by themselves. */
  readonly note?: string;
}

export function replace(node: Syntax, text: string, weight: number, note?: string): Proposal {
  return { start: node.start, end: node.end, text, weight, ...(note === undefined ? {} : { note }) };
}
