import { Command } from 'commander';

export interface ModelsChoice {
  readonly json?: true;
  readonly all?: true;
}

export function modelsCommand(): Command {
  return new Command('models')
    .description('list the models that can be used now, and why')
    .option('--json', 'print them as an array')
    .option('--all', 'also those that lack a key or a server')
    .addHelpText(
      'after',
      `
Besides these, --model takes scripted:FILE (a JSON list of replies),
recorded:FILE (replays a recording) and recorded:FILE=MODEL (makes one).

Examples:
  $ heddle models
  $ ANTHROPIC_API_KEY=… heddle models`,
    )
    .action(models);
}

async function models(options: ModelsChoice): Promise<void> {
  await (await import('../run/show-models.ts')).showModels(options);
}
