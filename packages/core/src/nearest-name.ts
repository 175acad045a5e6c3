/** Slips of the hand a name may have for another to be meant: one of them in a short name, two in a long one. */
const slipsAllowed = (name: string) => (name.length < 5 ? 1 : 2);

/** The name somebody most likely meant who wrote `name`; null: none is near. */
export function nearestName(name: string, names: Iterable<string>): string | null {
  const ranked = [...names]
    .map((each) => ({ each, slips: slipsBetween(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ slips }) => slips <= slipsAllowed(name))
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.each ?? null;
}

/** Letters put in, left out, replaced, or exchanged with their neighbour (Damerau, restricted to neighbours). */
function slipsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const [above, twoAbove] = [rows[i - 1]!, rows[i - 2]];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = twoAbove !== undefined && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        above[j]! + 1,
        row[j - 1]! + 1,
        above[j - 1]! + (same ? 0 : 1),
        swapped ? twoAbove[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
