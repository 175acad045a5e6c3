import { Command } from 'commander';
import { collected, listed } from '../parse-option.ts';

export interface DatasetsChoice {
  readonly format?: string;
  readonly select?: readonly string[];
  readonly clones?: string;
  readonly environments?: string;
  readonly images?: true;
  readonly languages?: readonly string[];
  readonly set?: readonly string[];
  readonly json?: true;
}

export function datasetsCommand(): Command {
  return new Command('datasets')
    .description('list the forms of benchmarks that are read, or say what is in one')
    .argument('[path]', 'a file, a folder or the address of a file')
    .option('--format <name>', 'its form, where it is not recognised')
    .option('--select <expression>', 'ids, globs, cluster=…, meta.…=…, !…, @FILE; repeatable', collected)
    .option('--clones <folder>', 'where clones of the repositories are that it names')
    .option('--environments <file>', 'local environments; see docs/lab.md')
    .option('--images', 'use the container images that it names')
    .option('--languages <names>', 'of one that has several, separated by commas', listed)
    .option('--set <key=value>', "an adapter's own setting; repeatable", collected)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ heddle datasets
  $ heddle datasets ~/data/QuixBugs
  $ heddle datasets ~/data/polyglot --languages python,go --select 'python/*'`,
    )
    .action(datasets);
}

async function datasets(path: string | undefined, options: DatasetsChoice): Promise<void> {
  await (await import('../run/describe-datasets.ts')).describeDatasets(path, options);
}
