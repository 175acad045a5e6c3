import { Command, Option } from 'commander';
import { collected, wholeNumber } from '../parse-option.ts';

export interface ExportOptions {
  readonly format?: string;
  readonly output?: string;
  readonly to?: string;
  readonly header?: readonly string[];
  readonly content?: true;
  readonly agent?: string;
  readonly attempt?: number;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write a rollout or an experiment in a format of the field, or send it to a tracing service')
    .argument('[which]', 'a rollout or an experiment: id, the beginning of one, a name, or `last`', 'last')
    .addOption(new Option('-f, --format <name>', 'see below; `otlp` with --to').conflicts('to'))
    .option('-o, --output <path>', 'a file, a folder for formats of several files, or - for standard output')
    .option(
      '--to <where>',
      'send spans: weave, langfuse, phoenix, jaeger, or an OTLP address (docs/formats.md)',
    )
    .option('--header <name=value>', 'sent along with --to; repeatable', collected)
    .option('--content', 'with spans: prompts, replies, arguments and results too; they may hold secrets')
    .option('--agent <name>', 'of an experiment, this agent only')
    .addOption(
      new Option('--attempt <n>', 'for formats of one attempt an instance (default: 1)').argParser(
        wholeNumber(1),
      ),
    )
    .addHelpText(
      'after',
      `
Formats of a rollout: heddle, atif, adp, inspect, inspect-json, otlp.
Formats of an experiment: atif, adp, inspect, inspect-json, predictions,
submission, csv, jsonl, eval-arena, aider, otlp. docs/formats.md says what each
of them holds and what is lost.

Examples:
  $ heddle export last --format atif --output trajectory.json
  $ heddle export nightly --format predictions --agent solo -o preds.jsonl
  $ heddle export nightly --format csv -o - | head
  $ heddle export last --to http://localhost:4318`,
    )
    .action(run);
}

async function run(which: string, options: ExportOptions): Promise<void> {
  await (await import('../run/export-journal.ts')).exportJournal(which, options);
}
