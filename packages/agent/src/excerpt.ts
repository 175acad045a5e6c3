/** What one observation may hold of an output: about 4,000 tokens, half from each end. */
const MAX_OUTPUT_CHARACTERS = 16_000;

export interface Excerpt {
  readonly text: string;
  readonly cut: boolean;
  /** Which whole lines are left out, for `sed -n`. */
  readonly lines?: string;
}

/** Keeps both ends of a long text, cut at line ends where there are any, and says what is missing. */
export function excerpt(text: string, max = MAX_OUTPUT_CHARACTERS): Excerpt {
  if (text.length <= max) return { text, cut: false };
  const half = Math.floor(max / 2);
  let headEnd = text.lastIndexOf('\n', half) + 1;
  if (headEnd < half / 2) headEnd = half;
  let tailStart = text.indexOf('\n', text.length - half) + 1;
  if (tailStart === 0 || tailStart > text.length - half / 2) tailStart = text.length - half;
  const missing = text.slice(headEnd, tailStart);
  const lines = missing.split('\n').length - 1;
  const note = `[… ${missing.length} characters${lines > 1 ? ` (${lines} lines)` : ''} left out …]`;
  const first = text.slice(0, headEnd).split('\n').length;
  return {
    text: `${text.slice(0, headEnd).trimEnd()}\n${note}\n${text.slice(tailStart)}`,
    cut: true,
    ...(lines > 1 ? { lines: `${first},${first + lines - 1}` } : {}),
  };
}
