import { messageOf } from '@heddle/core';
import { sweepLeftovers } from '@heddle/workspace';

/** Removes what killed processes left in the data folder. Why it could not is `heddle doctor`'s to say, not a reason to stop. */
export function sweep(home: string): { readonly removed: number } | { readonly problem: string } {
  try {
    return { removed: sweepLeftovers(home).length };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
