import type { Spent } from '@heddle/core';
import type { ModelError } from '@heddle/models';

/** What a failed try cost all the same, to be journaled with it; nothing where its provider did not say. */
export function spentBy(error: ModelError & { readonly spent?: Spent | undefined }): { spent?: Spent } {
  return error.spent === undefined ? {} : { spent: error.spent };
}
