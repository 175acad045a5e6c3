import type { EventOf } from '@heddle/core';
import { clip, oneLine } from './text.ts';

type Compared = EventOf<'edit.compared'>;

/** Columns of a model's name in a line that has more to say. */
const NAME_COLUMNS = 20;

/** Whose edits are made and what decided it, in a few words before the step's actions. */
export function comparedShort({ proposals, kept, by }: Compared): string {
  const name = oneLine(proposals[kept]!.model);
  const short = clip(name.slice(name.lastIndexOf('/') + 1), NAME_COLUMNS);
  return by === 'same' ? '[both]' : `[${short} ${SHORT[by]}]`;
}

const SHORT: Record<Exclude<Compared['by'], 'same'>, string> = {
  only: 'alone',
  checks: 'by checks',
  comparator: 'by comparison',
  first: 'undecided',
};

/** What each edit did in its fork, and which was made. */
export function comparedLines({ proposals, kept, by, why }: Compared): string[] {
  const rows = proposals.flatMap(({ model, outcome }) => {
    if (outcome === null) return [];
    const { applied, passed, failing, broke, why: note = '' } = outcome;
    const did = `${passed} newly passing, ${failing} failing, ${broke} broken`;
    const said = applied ? (note === '' ? did : oneLine(note)) : `cannot be made: ${oneLine(note)}`;
    return [`  ${oneLine(model)}: ${said}`];
  });
  const model = oneLine(proposals[kept]!.model);
  const because = why === '' ? '' : ` (${oneLine(why)})`;
  const heads: Record<Compared['by'], string> = {
    only: `only ${model} edits${because}`,
    same: 'both models make the same edit',
    // The rows say it in full.
    checks: `${model}'s edit of two, by the checks`,
    comparator: `${model}'s edit of two, by comparison${because}`,
    first: `${model}'s edit of two, being the first${because}`,
  };
  return [heads[by], ...rows];
}
