import { editOf, keyOf } from './edit.ts';
import type { Candidate } from './search.ts';
import type { Source } from './source.ts';
import type { Syntax } from './syntax.ts';

/** Singles that are paired: the likeliest of a file; their pairs are a few thousand at most. */
const MAX_SINGLES = 60;
/** Pairs kept. */
const MAX_PAIRS = 400;
/** A fix in two places is this much rarer than one in one place. */
const RARITY = 0.12;

/**
 * Two single changes of one function at once, the likeliest first; so rare that they come when singles are nearly
 * used up. Both must mend: a pair with a deletion in it only hides more.
 */
export function pairsOf(source: Source, singles: readonly Candidate[]): Candidate[] {
  const functions = [...source.root.walk()].filter(({ kind }) => kind === 'function');
  const best = singles.filter(({ manner }) => manner === 'mend').slice(0, MAX_SINGLES);
  const homes = new Map(best.map((one) => [one, homeOf(one, functions)]));
  const pairs: { first: Candidate; second: Candidate; score: number }[] = [];
  for (const [index, a] of best.entries()) {
    for (const b of best.slice(index + 1)) {
      const [first, second] = a.span.start <= b.span.start ? [a, b] : [b, a];
      if (homes.get(a) !== homes.get(b) || first.span.end >= second.span.start) continue;
      // Best first: `b` is the less likely of the two.
      pairs.push({ first, second, score: Math.min(1, a.score) * b.score * RARITY });
    }
  }
  pairs.sort((a, b) => b.score - a.score);
  return pairs.slice(0, MAX_PAIRS).map(({ first, second, score }) => joined(source, first, second, score));
}

/** The innermost function a change lies in; null for the module. */
function homeOf({ span }: Candidate, functions: readonly Syntax[]): Syntax | null {
  return functions.findLast(({ start, end }) => start <= span.start && span.end <= end) ?? null;
}

function joined(source: Source, first: Candidate, second: Candidate, score: number): Candidate {
  const [a, b] = [first.span, second.span];
  const span = {
    start: a.start,
    end: b.end,
    text: a.text + source.text.slice(a.end, b.start) + b.text,
  };
  const edit = editOf(source, { ...span, weight: 0 });
  return {
    edit,
    key: keyOf(edit),
    family: 'pair',
    manner: 'mend',
    weight: first.weight * second.weight * RARITY,
    prior: Math.min(first.prior, second.prior) * Math.min(1, Math.max(first.prior, second.prior)) * RARITY,
    score,
    line: first.line,
    label: `${first.label}; and ${second.label}`,
    span,
  };
}
