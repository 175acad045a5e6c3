import type { LongText } from '../../told/step.ts';

/** Characters of one text that are told at once. */
const MOST_CHARACTERS = 60_000;

/** `whole`: digest of the object with all of it, where there is one. */
export function longText(text: string, whole: string | null = null, most = MOST_CHARACTERS): LongText {
  return { text: text.slice(0, most), cut: Math.max(0, text.length - most), whole };
}
