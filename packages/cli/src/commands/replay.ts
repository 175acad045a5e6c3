import { EXIT } from '@heddle/core';
import { Command } from 'commander';

interface Options {
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

async function replay(given: string, { exec, json, quiet }: Options): Promise<void> {
  const [agent, { heddleHome, openJournal }, { pickRollout }, { openView }] = await Promise.all([
    import('@heddle/agent'),
    import('../home.ts'),
    import('../pick-rollout.ts'),
    import('../render/view.ts'),
  ]);
  const home = heddleHome();
  const store = openJournal(home);
  const rollout = pickRollout(store, given);
  const view = await openView(process.stderr, { quiet: quiet === true });
  const result = await agent
    .replay({ rollout, execute: exec }, { store, home, observer: view })
    .finally(() => view.end());
  if (json) process.stdout.write(`${JSON.stringify({ rollout, ...result }, null, 2)}\n`);
  else {
    const { replayText } = await import('../render/replay-text.ts');
    process.stdout.write(replayText(rollout, result));
  }
  process.exitCode = result.identical ? EXIT.solved : EXIT.notVerified;
}
