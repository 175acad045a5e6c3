import { Command } from 'commander';
import { wholeNumber } from '../parse-option.ts';

/** Rows of the table for people; a program gets all. */
const DEFAULT_ROWS = 25;

interface Options {
  readonly json?: true;
  readonly limit?: number;
}

export function listCommand(): Command {
  return new Command('list')
    .alias('ls')
    .description('list rollouts, newest first')
    .option('--json', 'print an array of all of them')
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

async function list({ json, limit = json ? undefined : DEFAULT_ROWS }: Options): Promise<void> {
  const [{ heddleHome, openJournal }, { overviewsOf }, { loadConfig }] = await Promise.all([
    import('../home.ts'),
    import('../overview.ts'),
    import('../config/load.ts'),
  ]);
  const config = await loadConfig(null);
  const store = openJournal(heddleHome());
  const overviews = overviewsOf(store, config, limit === undefined ? {} : { limit });
  if (json) {
    const rows = overviews.map((row) => {
      if (row.status === 'unreadable')
        return { rollout: row.rollout, status: row.status, reason: row.reason };
      const { rollout, status, task, verified, seconds, costUsd } = row;
      return { rollout, status, task, verified, seconds, costUsd };
    });
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const { rolloutTable } = await import('../render/rollout-table.ts');
  const { terminalOf } = await import('../terminal.ts');
  process.stdout.write(rolloutTable(overviews, { ...terminalOf(process.stdout), now: Date.now() }));
}
