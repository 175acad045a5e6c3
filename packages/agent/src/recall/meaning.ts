/** A vector for each piece, by its number. */
export type Vectors = ReadonlyMap<number, readonly number[]>;

/** The numbers of the pieces nearest to the query, by the cosine of their angle, nearest first. */
export function nearest(query: readonly number[], vectors: Vectors, most: number): number[] {
  return [...vectors]
    .map(([number, vector]) => ({ number, near: cosine(query, vector) }))
    .sort((a, b) => b.near - a.near)
    .slice(0, most)
    .map(({ number }) => number);
}

function cosine(a: readonly number[], b: readonly number[]): number {
  let [dot, left, right] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    dot += x * y;
    left += x * x;
    right += y * y;
  }
  return left === 0 || right === 0 ? 0 : dot / Math.sqrt(left * right);
}

/** Damps the lead of the first places (Cormack, Clarke and Büttcher 2009: reciprocal rank fusion). */
const FUSION = 60;

/** One ranking out of several: what stands high in more than one comes first. */
export function fused(rankings: readonly (readonly number[])[]): number[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings)
    for (const [place, number] of ranking.entries())
      scores.set(number, (scores.get(number) ?? 0) + 1 / (FUSION + place + 1));
  return [...scores].sort((a, b) => b[1] - a[1]).map(([number]) => number);
}
