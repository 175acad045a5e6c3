import { Command } from 'commander';
import { wholeNumber } from '../parse-option.ts';

/** Rows of the table for people; a program gets all. */
const DEFAULT_ROWS = 25;

export interface ListChoice {
  readonly json?: true | undefined;
  readonly limit?: number | undefined;
  readonly all?: true | undefined;
}

export function listCommand(): Command {
  return new Command('list')
    .alias('ls')
    .description('list rollouts, newest first')
    .option('--json', 'print an array of all of them')
    .option('--all', 'trials too, and those that work for others, each below the one it works for')
    .option('-n, --limit <n>', `at most so many (default: ${DEFAULT_ROWS}, with --json all)`, wholeNumber(1))
    .addHelpText(
      'after',
      `
Examples:
  $ heddle list
  $ heddle list --json | jq -r '.[] | select(.verified) | .rollout'`,
    )
    .action(list);
}

async function list({ json, all, limit = json ? undefined : DEFAULT_ROWS }: ListChoice): Promise<void> {
  await (await import('../run/list-rollouts.ts')).listRollouts({ json, limit, all });
}
