/** Characters of one text in an event; the whole is an object beside it. */
const MAX_TEXT = 20_000;
/** Characters of one text in the input of a call. */
const MAX_INPUT_TEXT = 4_000;
/** Entries of one list or object, and levels, of an input: a foreign program may send anything. */
const MAX_ENTRIES = 200;
const MAX_DEPTH = 12;

interface Capped<T> {
  readonly value: T;
  readonly cut: boolean;
}

/** A text with its middle left out where it is too long for an event. */
export function cappedText(text: string): { readonly text: string; readonly cut: boolean } {
  const { value, cut } = clip(text, MAX_TEXT);
  return { text: value, cut };
}

/** A value out of somebody else's JSON, its long texts and lists cut. */
export function cappedInput(value: unknown): Capped<unknown> {
  let cut = false;
  const deep = (inner: unknown, depth: number): unknown => {
    if (typeof inner === 'string') {
      const clipped = clip(inner, MAX_INPUT_TEXT);
      cut ||= clipped.cut;
      return clipped.value;
    }
    if (typeof inner !== 'object' || inner === null) return inner ?? null;
    if (depth >= MAX_DEPTH) {
      cut = true;
      return '…';
    }
    const entries = Object.entries(inner);
    cut ||= entries.length > MAX_ENTRIES;
    const kept = entries
      .slice(0, MAX_ENTRIES)
      .map(([name, each]): [string, unknown] => [clip(name, MAX_INPUT_TEXT).value, deep(each, depth + 1)]);
    return Array.isArray(inner) ? kept.map(([, each]) => each) : Object.fromEntries(kept);
  };
  return { value: deep(value, 0), cut };
}

function clip(text: string, most: number): Capped<string> {
  if (text.length <= most) return { value: text, cut: false };
  const half = Math.floor(most / 2);
  const left = text.length - 2 * half;
  return { value: `${text.slice(0, half)}\n… ${left} characters …\n${text.slice(-half)}`, cut: true };
}
