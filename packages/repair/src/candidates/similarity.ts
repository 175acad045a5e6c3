/** Words of a name: `maxRowCount`, `max_row_count` -> max, row, count. */
function words(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** How alike two names are, 0 to 1: shared words, or one slip of the fingers. */
export function nameSimilarity(a: string, b: string): number {
  const [left, right] = [new Set(words(a)), new Set(words(b))];
  const shared = [...left].filter((word) => right.has(word)).length;
  const overlap = shared / Math.max(1, left.size + right.size - shared);
  return Math.max(overlap, sameButForAFew(a, b));
}

/** Share of characters in common at both ends: `index1`/`index2`, `rowCount`/`colCount`. */
function sameButForAFew(a: string, b: string): number {
  const least = Math.min(a.length, b.length);
  let head = 0;
  while (head < least && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < least - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return (head + tail) / Math.max(a.length, b.length);
}

/** How much two sets have in common, 0 to 1; a half when nothing is known of either. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0.5;
  const shared = [...a].filter((each) => b.has(each)).length;
  return shared / (a.size + b.size - shared);
}
