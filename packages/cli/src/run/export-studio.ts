import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportExperiment } from '@heddle/studio';
import type { StudioExportChoice } from '../commands/studio.ts';
import { loadConfig } from '../config/load.ts';
import { heddleHome, openJournal } from '../home.ts';

const MB = 2 ** 20;

/** `heddle studio export`. */
export async function exportStudio(
  { experiment, folder }: { readonly experiment: string; readonly folder: string },
  { rollouts, prompts = false }: StudioExportChoice,
): Promise<void> {
  const home = heddleHome();
  const done = await exportExperiment({
    store: openJournal(home),
    home,
    config: await loadConfig(null),
    experiment,
    folder: resolve(folder),
    prompts,
    ...(rollouts === undefined ? {} : { rollouts }),
  });
  const whose = { all: 'every rollout', flipped: 'rollouts of flipped instances', none: 'no rollouts' };
  process.stderr.write(
    `${done.experiment}: ${(done.bytes / MB).toFixed(1)} MB in ${done.files} files, with ${whose[done.rollouts]}\n`,
  );
  process.stdout.write(`${pathToFileURL(done.page).href}\n`);
}
