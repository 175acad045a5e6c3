import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportExperiment } from '../../src/export/export-experiment.ts';
import { gradedExperiment, SOLVED } from '../experiments.ts';
import { store, temporaryFolder } from '../support.ts';

it('an export that cannot be written to its end leaves nothing that looks like one, nor is in the way', async () => {
  const opened = store();
  const experiment = gradedExperiment(opened, { agents: ['x', 'y'], clusters: { a: 2 } }, () => SOLVED);
  const folder = join(temporaryFolder(), 'below', 'out');
  const given = { store: opened, home: temporaryFolder(), config: {}, experiment, folder };
  const { trials } = opened.experiments;
  opened.experiments.trials = () => {
    throw Object.assign(new Error('write'), { code: 'ENOSPC' });
  };
  await expect(exportExperiment(given)).rejects.toMatchObject({ code: 'not-written' });
  expect(readdirSync(folder)).toEqual([]);
  opened.experiments.trials = trials;
  await exportExperiment(given);
  expect(readdirSync(folder)).toContain('index.html');
});

it.skipIf(process.platform !== 'linux')(
  'a place where no folder can be made is refused (Linux: /proc)',
  async () => {
    const opened = store();
    const experiment = gradedExperiment(opened, { agents: ['x'], clusters: { a: 1 } }, () => SOLVED);
    const given = { store: opened, home: temporaryFolder(), config: {}, experiment, folder: '/proc/nowhere' };
    await expect(exportExperiment(given)).rejects.toMatchObject({ code: 'folder-in-use' });
  },
);
