import { DATASET_FORMATS, type Dataset, type Instance, readDataset, selectInstances } from '@heddle/lab';
import type { DatasetsChoice } from '../commands/datasets.ts';
import { heddleHome } from '../home.ts';
import { table } from '../render/table.ts';
import { terminalOf } from '../terminal.ts';
import { datasetOptions } from './dataset-options.ts';

/** Clusters shown to people; a program gets all. */
const SHOWN_CLUSTERS = 20;

/** `heddle datasets`. */
export async function describeDatasets(path: string | undefined, options: DatasetsChoice): Promise<void> {
  const { columns: width } = terminalOf(process.stdout);
  if (path === undefined) {
    const formats = DATASET_FORMATS.map(({ name, about }) => ({ name, about }));
    const rows = formats.map(({ name, about }) => [name, about]);
    process.stdout.write(
      options.json
        ? `${JSON.stringify(formats, null, 2)}\n`
        : table([{ title: 'format' }, { title: 'what' }], rows, width),
    );
    return;
  }
  const { format, select } = options;
  const whole = await readDataset(path, {
    home: heddleHome(),
    ...datasetOptions(options),
    ...(format !== undefined && { format }),
  });
  const dataset = select === undefined ? whole : await selectInstances(whole, { select });
  process.stdout.write(
    options.json ? `${JSON.stringify(summaryOf(dataset), null, 2)}\n` : summaryText(dataset, width),
  );
}

interface Summary {
  readonly name: string;
  readonly format: string;
  readonly version: string;
  readonly instances: number;
  readonly withGold: number;
  readonly withChecks: number;
  readonly clusters: Readonly<Record<string, number>>;
  readonly languages: Readonly<Record<string, number>>;
  readonly environments: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

function summaryOf({ name, format, version, instances, notes }: Dataset): Summary {
  const counted = (of: (instance: Instance) => string) => {
    const groups = [...Map.groupBy(instances, of)].map(([key, own]) => [key, own.length] as const);
    return Object.fromEntries(groups.sort((a, b) => b[1] - a[1]));
  };
  return {
    name,
    format,
    version,
    instances: instances.length,
    withGold: instances.filter(({ gold }) => gold !== null).length,
    withChecks: instances.filter(({ checks }) => checks.length > 0).length,
    clusters: counted(({ cluster }) => cluster),
    languages: counted(({ meta }) => (typeof meta.language === 'string' ? meta.language : 'unknown')),
    environments: counted(({ environment }) => environment?.name ?? "the machine's own programs"),
    notes,
  };
}

function summaryText(dataset: Dataset, width: number): string {
  const summary = summaryOf(dataset);
  const { name, format, version, instances, withGold, withChecks, notes } = summary;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([key, count]) => `${key} ${count}`)
      .join(', ');
  const clusters = Object.entries(summary.clusters);
  const shown = clusters.slice(0, SHOWN_CLUSTERS).map(([key, count]) => [key, String(count)]);
  const more = clusters.length - shown.length;
  return [
    `${name} (${format}), version ${version.slice(0, 12)}: ${instances} instances\n`,
    `with a solution ${withGold}, with checks for the agent ${withChecks}\n`,
    `languages: ${list(summary.languages)}\n`,
    `run with: ${list(summary.environments)}\n`,
    ...notes.map((note) => `note: ${note}\n`),
    clusters.length === instances ? 'each instance is a cluster of its own\n' : '',
    clusters.length === instances
      ? ''
      : table([{ title: 'cluster' }, { title: 'instances', align: 'right' }], shown, width),
    clusters.length === instances || more === 0 ? '' : `… and ${more} more\n`,
  ].join('');
}
