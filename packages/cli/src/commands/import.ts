import { Command } from 'commander';

export interface ImportOptions {
  readonly format?: string;
  readonly json?: true;
}

export function importCommand(): Command {
  return new Command('import')
    .description('bring rollouts of another store, or of other agents, into this one')
    .argument('<file>', 'what it is, is seen from its content')
    .option('-f, --format <name>', 'heddle, atif, adp, inspect, mini-swe-agent, openhands or predictions')
    .option('--json', 'print what was brought in as JSON')
    .addHelpText(
      'after',
      `
A rollout of ours (--format heddle) comes as it was, under its own id. What
other agents did is kept as far as it is told, as a foreign program's rollout:
it can be shown, exported and compared, but not resumed. Of an Inspect log the
scores are printed.

Examples:
  $ heddle import rollout.jsonl
  $ heddle import trajectory.json && heddle show last
  $ heddle import run.eval --json`,
    )
    .action(run);
}

async function run(file: string, options: ImportOptions): Promise<void> {
  await (await import('../run/import-file.ts')).importInto(file, options);
}
