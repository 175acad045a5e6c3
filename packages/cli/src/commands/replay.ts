import { Command } from 'commander';

export interface ReplayChoice {
  readonly exec: boolean;
  readonly json?: true;
  readonly quiet?: true;
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('run a rollout again with its journal in place of the model; the result must be the same')
    .argument('<rollout>', 'id, the beginning of one, or `last`')
    .option('--no-exec', 'take the results of commands and checks from the journal too')
    .option('--json', 'print one JSON object with the outcome')
    .option('-q, --quiet', 'no progress on standard error')
    .addHelpText(
      'after',
      `
No model is asked and nothing is written. Exit code 0: identical; 1: it differs,
and the first event that does is named.

Examples:
  $ heddle replay last
  $ heddle replay 1t6x9 --no-exec`,
    )
    .action(replay);
}

async function replay(given: string, options: ReplayChoice): Promise<void> {
  const { replayRollout } = await import('../run/replay-rollout.ts');
  process.exitCode = await replayRollout(given, options);
}
