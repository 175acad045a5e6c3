import { Command } from 'commander';
import { collected, wholeNumber } from '../parse-option.ts';

export interface GradeChoice {
  readonly dataset: string;
  readonly format?: string;
  readonly select?: readonly string[];
  readonly limit?: number;
  readonly clones?: string;
  readonly environments?: string;
  readonly images?: true;
  readonly set?: readonly string[];
  readonly output: string;
  readonly run?: string;
  readonly parallel?: number;
  readonly sandbox?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export function gradeCommand(): Command {
  return new Command('grade')
    .description("judge patches by a benchmark's own tests, and write SWE-bench's reports")
    .argument('<predictions>', 'a predictions file, or: gold, empty')
    .requiredOption('--dataset <path>', 'what they are predictions for')
    .option('--format <name>', 'the form of the dataset, where it is not recognised')
    .option('--select <expression>', 'ids, globs, cluster=…, meta.…=…, !…, @FILE; repeatable', collected)
    .option('--limit <n>', 'at most so many instances', wholeNumber(1))
    .option('--clones <folder>', 'where clones of the repositories are that it names')
    .option('--environments <file>', 'local environments; see docs/harness.md')
    .option('--images', 'use the container images that it names')
    .option('--set <key=value>', "an adapter's own setting; repeatable", collected)
    .option('--output <folder>', 'where logs and reports go', '.')
    .option('--run <name>', "of the run in the reports (default: the predictions' name)")
    .option('--parallel <n>', 'at a time (default: as many as processors)', wholeNumber(1))
    .option('--sandbox <kind>', 'auto, bubblewrap, namespaces, container or host (default: auto)')
    .option('--json', 'print one JSON object')
    .option('-q, --quiet', 'no progress on standard error')
    .addHelpText(
      'after',
      `
Predictions are JSONL, a JSON list or a JSON map of instance_id,
model_name_or_path and model_patch. gold hands in every instance's own patch,
empty none: what an instance is worth shows when the first resolves it and the
second does not. Stopped at any moment, the same command goes on. Exit code 0:
all have a verdict; 1: some have none, by no fault of theirs.

Examples:
  $ heddle grade preds.jsonl --dataset lite.jsonl --images
  $ heddle grade gold --dataset lite.jsonl --clones ~/clones \\
      --environments environments.json --select 'django*' --output runs`,
    )
    .action(grade);
}

async function grade(predictions: string, options: GradeChoice): Promise<void> {
  const { gradePredictions } = await import('../run/grade-predictions.ts');
  process.exitCode = await gradePredictions(predictions, options);
}
