/** Places listed when a text is not unique: enough to see that it is not. */
export const MAX_PLACES = 20;

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

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Of a line shown beside a message: the rest is not what the message is about. */
const MAX_LINE_CHARACTERS = 400;
/** Of lines shown beside a message. */
const MAX_LINES = 60;

/** Lines `first` to `last` (1-based, clamped) as `cat -n` prints them, cut to what a message may hold. */
export function numbered(text: string, first: number, last: number): string {
  const lines = splitLines(text).slice(first - 1, last);
  const shown = numberedLines(lines.slice(0, MAX_LINES).map(clipped), first);
  return lines.length <= MAX_LINES ? shown : `${shown}\n[and ${lines.length - MAX_LINES} more lines]`;
}

/** A line as far as a message shows it. */
export function clipped(line: string): string {
  return line.length <= MAX_LINE_CHARACTERS
    ? line
    : `${line.slice(0, MAX_LINE_CHARACTERS)}[… ${line.length - MAX_LINE_CHARACTERS} more characters]`;
}

export function numberedLines(lines: readonly string[], first: number): string {
  return lines.map((line, index) => `${String(first + index).padStart(6)}\t${line}`).join('\n');
}

/** Lines without their ends; a last line end makes no empty line. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Below this share of equal words two blocks of lines have nothing to do with each other (Aider's 0.6). */
const MIN_SIMILARITY = 0.6;

/** Lines compared with lines at most; beyond it only blocks that share a whole line with the wanted one are. */
const MAX_COMPARED = 50_000;

/** What to say when nothing matched: the block most like it, with the reason if it is only white space. */
export function nearestLines(text: string, wanted: string): string {
  const lines = splitLines(text);
  const block = splitLines(wanted);
  const spaced = sameButForSpace(lines, block);
  if (spaced !== null) return look(text, spaced, 'only white space differs');
  let best = { start: 0, score: 0 };
  for (const start of starts(lines, block)) {
    const score = similarity(lines.slice(start, start + block.length), block);
    if (score > best.score) best = { start, score };
  }
  if (best.score < MIN_SIMILARITY)
    return 'Nothing in it is similar. View the file and copy the text from there.';
  const percent = Math.floor(best.score * 100);
  return look(
    text,
    { first: best.start, last: best.start + block.length - 1 },
    `the nearest lines, ${percent} % alike`,
  );
}

/** 0-based lines, the last included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

function look(text: string, { first, last }: Span, why: string): string {
  return `Look at line ${first + 1} (${why}):\n${numbered(text, first + 1, last + 1)}`;
}

/** Where the block stands if neither blank lines nor the white space in a line count. */
function sameButForSpace(lines: readonly string[], block: readonly string[]): Span | null {
  const dense = (list: readonly string[]) =>
    list.map((line, at) => ({ at, text: withoutSpace(line) })).filter(({ text }) => text !== '');
  const has = dense(lines);
  const wants = dense(block);
  const joined = (list: readonly { text: string }[]) => `\n${list.map(({ text }) => text).join('\n')}\n`;
  const all = joined(has);
  const index = wants.length === 0 ? -1 : all.indexOf(joined(wants));
  if (index === -1) return null;
  const before = all.slice(0, index).split('\n').length - 1;
  return { first: has[before]!.at, last: has[before + wants.length - 1]!.at };
}

/** Where a block like it may begin: anywhere, or in a long text where most of its lines are found. */
function starts(lines: readonly string[], block: readonly string[]): Iterable<number> {
  const end = lines.length - block.length + 1;
  if (end <= 0) return [];
  if (end * block.length <= MAX_COMPARED) return Array.from({ length: end }, (_, start) => start);
  const places = Map.groupBy(lines.keys(), (at) => withoutSpace(lines[at]!));
  const votes = new Map<number, number>();
  for (const [offset, line] of block.entries()) {
    const found = places.get(withoutSpace(line)) ?? [];
    // A line that stands everywhere (`}`) says nothing about where.
    if (found.length > MAX_PLACES) continue;
    for (const at of found) {
      const start = at - offset;
      if (start >= 0 && start < end) votes.set(start, (votes.get(start) ?? 0) + 1);
    }
  }
  const ranked = [...votes].sort(([, left], [, right]) => right - left);
  const affordable = Math.max(1, Math.floor(MAX_COMPARED / block.length));
  return ranked.slice(0, affordable).map(([start]) => start);
}

function withoutSpace(line: string): string {
  return line.replaceAll(/\s+/g, '');
}

/** Share of lines that are equal but for white space, partly equal lines counting by their common words. */
function similarity(left: readonly string[], right: readonly string[]): number {
  let sum = 0;
  for (let i = 0; i < right.length; i++) sum += lineSimilarity(left[i]!, right[i]!);
  return sum / Math.max(1, right.length);
}

export function lineSimilarity(left: string, right: string): number {
  if (withoutSpace(left) === withoutSpace(right)) return 1;
  const words = new Set(left.match(/\w+|[^\s\w]/g));
  const others = right.match(/\w+|[^\s\w]/g) ?? [];
  const common = others.filter((word) => words.has(word)).length;
  return (0.99 * 2 * common) / Math.max(1, words.size + others.length);
}
