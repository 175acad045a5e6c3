import type { EventOf } from '@heddle/core';
import { clip, count, oneLine } from './text.ts';

type Compared = EventOf<'edit.compared'>;

/** Columns of a model's name in a line that has more to say. */
const NAME_COLUMNS = 28;

/** What became of two models' edits, in a few words beside the step's actions. */
export function comparedShort({ proposals, kept, by }: Compared): string {
  const [first, second] = proposals.map(({ model }) => nameOf(model)) as [string, string];
  const [mine, other] = kept === 0 ? [first, second] : [second, first];
  switch (by) {
    case 'only':
      return `no edit by ${second}`;
    case 'same':
      return `same edit by ${second}`;
    case 'checks':
    case 'comparator':
      return `${mine}'s rather than ${other}'s, by ${by === 'checks' ? 'checks' : 'comparison'}`;
    case 'first':
      return `${mine}'s, undecided against ${other}'s`;
    default:
      return by satisfies never;
  }
}

const BY: Record<Compared['by'], string> = {
  only: 'the only edit',
  same: 'the same edit',
  checks: 'by the checks',
  comparator: 'by the comparator',
  first: 'as the first',
};

/** What each edit did in its fork, and which was made. */
export function comparedLines({ proposals, kept, by, why }: Compared): string[] {
  const rows = proposals.flatMap(({ model, outcome }) => {
    if (outcome === null) return [];
    const { applied, passed, failing, broke, why: note = '' } = outcome;
    const did = `${passed} newly passing, ${failing} failing, ${broke} broken`;
    const said = [applied ? (note === '' ? did : '') : 'cannot be made', oneLine(note)].filter(Boolean);
    return [`  ${oneLine(model)}: ${said.join(': ')}`];
  });
  const head = `${count(proposals.length, 'edit')} proposed; made: ${oneLine(proposals[kept]!.model)}'s, ${BY[by]}`;
  return [why === '' ? head : `${head} (${oneLine(why)})`, ...rows];
}

/** A model without its provider. */
function nameOf(model: string): string {
  return clip(oneLine(model.slice(model.lastIndexOf('/') + 1)), NAME_COLUMNS);
}
