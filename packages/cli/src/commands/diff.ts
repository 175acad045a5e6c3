import { Command } from 'commander';

export interface DiffChoice {
  readonly json?: true;
  readonly stat?: true;
}

export function diffCommand(): Command {
  return new Command('diff')
    .description('what changed between two agents: prompts, code, configuration, data')
    .argument('<a>', 'NAME@NUMBER, NAME for its newest, the beginning of a digest, or a rollout')
    .argument('<b>', 'the same; KIND:NAME@NUMBER where several kinds have the name')
    .option('--stat', 'only the summary')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
A rollout stands for what it ran with. Of two rollouts it is also told whether
task, files, checks and seed were the same, and where what they did parts.

Examples:
  $ heddle diff solo@1 solo@2
  $ heddle diff tool:bash@1 tool:bash@2
  $ heddle diff 1t6x9 last --stat`,
    )
    .action(diff);
}

async function diff(a: string, b: string, options: DiffChoice): Promise<void> {
  await (await import('../run/diff-versions.ts')).printDiff(a, b, options);
}
