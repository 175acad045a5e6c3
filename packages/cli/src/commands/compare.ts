import { Command } from 'commander';
import { wholeNumber } from '../parse-option.ts';

export interface CompareChoice {
  readonly json?: true;
  readonly flipped: number;
  readonly withoutBroken?: true;
}

/** Instances whose two transcripts are read: the rest is one line each. */
const DEFAULT_FLIPPED = 10;

export function compareCommand(): Command {
  return new Command('compare')
    .description('compare two agents on the instances both were given: how much better, and how sure that is')
    .argument('<a>', 'EXPERIMENT:AGENT; of an experiment with one agent, its id is enough')
    .argument('[b]', 'the other; without it, both agents of one experiment')
    .option(
      '--flipped <n>',
      'show so many of the instances on which they differ',
      wholeNumber(0),
      DEFAULT_FLIPPED,
    )
    .option('--without-broken', 'leave out the instances that people have marked as broken')
    .option('--json', 'print everything as JSON')
    .addHelpText(
      'after',
      `
Differences are A minus B, attempt means paired by instance. An interval says
what would be seen on tasks like these, in 95 of 100 repetitions; see
docs/statistics.md for every number.

Examples:
  $ heddle compare last
  $ heddle compare last:solo last:best
  $ heddle compare 1rvj4:solo 1rw02:solo --json`,
    )
    .action(compare);
}

async function compare(a: string, b: string | undefined, options: CompareChoice): Promise<void> {
  await (await import('../run/compare-agents.ts')).compareAgents(a, b, options);
}
