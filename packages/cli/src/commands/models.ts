import { Command } from 'commander';

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

async function models(options: { json?: true; all?: true }): Promise<void> {
  const [{ listModels }, { loadConfig }, { repositoryHere }] = await Promise.all([
    import('@heddle/models'),
    import('../config/load.ts'),
    import('../repository-here.ts'),
  ]);
  const all = await listModels(process.env, await loadConfig(await repositoryHere()));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const [{ modelTable }, { terminalOf }] = await Promise.all([
    import('../render/model-table.ts'),
    import('../terminal.ts'),
  ]);
  const usable = all.filter((model) => options.all || model.usable || model.isDefault);
  process.stdout.write(modelTable(usable, terminalOf(process.stdout)));
  const missing = [...new Set(all.filter((model) => !usable.includes(model)).map(({ why }) => why))];
  if (missing.length > 0) process.stdout.write(`\nFor more: ${missing.join('; ')}.\n`);
}
