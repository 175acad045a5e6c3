import * as z from 'zod/mini';

/** Who says that a place is concerned. */
const source = z.enum(['model', 'execution']);
export type Source = z.infer<typeof source>;

export const placeSchema = z.object({
  path: z.string(),
  /** 1-based, the last included. */
  first: z.number(),
  last: z.number(),
  /** Comparable within one answer only. */
  score: z.number(),
  by: z.array(source),
});
/** A stretch of a file that may have to be changed, most likely ones first in a list. */
export type Place = z.infer<typeof placeSchema>;

export interface Span {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

/** Best first. */
export interface Ranking {
  readonly by: Source;
  readonly spans: readonly Span[];
}

export interface FuseOptions {
  /** Lines of a file, by its path: places end where it does. */
  readonly lengths: ReadonlyMap<string, number>;
  /** Lines shown on each side of what is ranked. */
  readonly context: number;
  /** Lines of all places together. */
  readonly most: number;
}

/** How fast the weight of a rank falls; 60 as its authors have it. */
const RANK_CONSTANT = 60;

/**
 * Joins rankings of lines by reciprocal rank fusion (Cormack, Clarke, Büttcher 2009): a line's score is the sum of
 * 1 / (60 + rank) over the rankings that have it. It needs no common scale, and what two name beats what one is sure
 * of. The best lines are grown by their context and joined to places until there is no more room.
 */
export function fuse(rankings: readonly Ranking[], { lengths, context, most }: FuseOptions): Place[] {
  const lines = new Map<string, { path: string; line: number; score: number; by: Set<Source> }>();
  for (const { by, spans } of rankings) {
    const ranked = new Set<string>();
    for (const [rank, { path, first, last }] of spans.entries()) {
      for (let line = first; line <= last; line += 1) {
        const key = `${path}:${line}`;
        if (ranked.has(key)) continue;
        ranked.add(key);
        const known = lines.get(key) ?? { path, line, score: 0, by: new Set() };
        known.score += 1 / (RANK_CONSTANT + rank + 1);
        known.by.add(by);
        lines.set(key, known);
      }
    }
  }
  const best = [...lines.values()].sort((a, b) => b.score - a.score);
  let places: Place[] = [];
  for (const { path, line, score, by } of best) {
    const window = {
      path,
      first: Math.max(1, line - context),
      last: Math.min(lengths.get(path) ?? line, line + context),
      score,
      by: [...by].sort(),
    };
    const grown = joined(places, window);
    if (places.length > 0 && sizeOf(grown) > most) break;
    places = grown;
  }
  return places.sort((a, b) => b.score - a.score);
}

/** With a place more; those that meet are one. */
function joined(places: readonly Place[], place: Place): Place[] {
  const meets = (other: Place) =>
    other.path === place.path && other.first <= place.last + 1 && place.first <= other.last + 1;
  const all = [...places.filter(meets), place];
  return [
    ...places.filter((other) => !meets(other)),
    {
      path: place.path,
      first: Math.min(...all.map(({ first }) => first)),
      last: Math.max(...all.map(({ last }) => last)),
      score: Math.max(...all.map(({ score }) => score)),
      by: [...new Set(all.flatMap(({ by }) => by))].sort(),
    },
  ];
}

function sizeOf(places: readonly Place[]): number {
  return places.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
