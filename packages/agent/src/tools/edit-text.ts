/** Places listed when a text is not unique: enough to see that it is not. */
const MAX_PLACES = 20;

/** The first places where `wanted` stands in `text`, overlaps included, with their 1-based lines. */
export function occurrences(text: string, wanted: string): { index: number; line: number }[] {
  const found: { index: number; line: number }[] = [];
  let line = 1;
  let counted = 0;
  for (let index = text.indexOf(wanted); index !== -1; index = text.indexOf(wanted, index + 1)) {
    for (let at = text.indexOf('\n', counted); at !== -1 && at < index; at = text.indexOf('\n', at + 1))
      line += 1;
    counted = index;
    found.push({ index, line });
    if (found.length === MAX_PLACES) break;
  }
  return found;
}

/** Lines `first` to `last` (1-based, clamped) as `cat -n` prints them. */
export function numbered(text: string, first: number, last: number): string {
  const lines = splitLines(text);
  return lines
    .slice(first - 1, last)
    .map((line, index) => `${String(first + index).padStart(6)}\t${line}`)
    .join('\n');
}

/** Lines without their ends; a last line end makes no empty line. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Below this share of equal words two blocks of lines have nothing to do with each other (Aider's 0.6). */
const MIN_SIMILARITY = 0.6;

/** What to say when nothing matched: the block most like it, with the reason if it is only white space. */
export function nearestLines(text: string, wanted: string): string {
  const lines = splitLines(text);
  const block = splitLines(wanted);
  let best = { start: 0, score: 0 };
  for (let start = 0; start + block.length <= lines.length; start++) {
    const score = similarity(lines.slice(start, start + block.length), block);
    if (score > best.score) best = { start, score };
  }
  if (best.score < MIN_SIMILARITY)
    return 'Nothing in it is similar. View the file and copy the text from there.';
  const why = best.score === 1 ? 'only white space differs' : 'the nearest lines';
  return `Look at line ${best.start + 1} (${why}):\n${numbered(text, best.start + 1, best.start + block.length)}`;
}

/** Share of lines that are equal but for white space, partly equal lines counting by their common words. */
function similarity(left: readonly string[], right: readonly string[]): number {
  let sum = 0;
  for (let i = 0; i < right.length; i++) sum += lineSimilarity(left[i]!, right[i]!);
  return sum / Math.max(1, right.length);
}

function lineSimilarity(left: string, right: string): number {
  const a = left.replaceAll(/\s+/g, '');
  const b = right.replaceAll(/\s+/g, '');
  if (a === b) return 1;
  const words = new Set(left.match(/\w+|[^\s\w]/g));
  const others = right.match(/\w+|[^\s\w]/g) ?? [];
  const common = others.filter((word) => words.has(word)).length;
  return (0.99 * 2 * common) / Math.max(1, words.size + others.length);
}
