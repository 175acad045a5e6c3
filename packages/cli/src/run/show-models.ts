import { listModels } from '@heddle/models';
import type { ModelsChoice } from '../commands/models.ts';
import { loadConfig } from '../config/load.ts';
import { modelTable } from '../render/model-table.ts';
import { repositoryHere } from '../repository-here.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle models`: those that can be used, or all of them as JSON. */
export async function showModels(options: ModelsChoice): Promise<void> {
  const all = await listModels(process.env, await loadConfig(await repositoryHere()));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const usable = all.filter((model) => options.all || model.usable || model.isDefault);
  process.stdout.write(modelTable(usable, terminalOf(process.stdout)));
  const missing = [...new Set(all.filter((model) => !usable.includes(model)).map(({ why }) => why))];
  if (missing.length > 0) process.stdout.write(`\nFor more: ${missing.join('; ')}.\n`);
}
