import { Command, Option } from 'commander';
import { collected, listedByCommas, wholeNumber } from '../parse-option.ts';
import {
  addDeliveryOptions,
  addLimitOptions,
  type DeliveryOptions,
  type LimitOptions,
} from './run-options.ts';

export interface SolveChoice extends DeliveryOptions, LimitOptions {
  readonly repo: string;
  readonly check?: readonly string[];
  readonly model?: string;
  readonly sandbox?: string;
  readonly image?: string;
  readonly network?: true;
  readonly tools?: string;
  readonly seed?: number;
  readonly agent?: string;
  readonly attempts?: number;
  readonly fork?: 'early' | 'late';
  readonly varyModels?: readonly string[];
  readonly stuckCheck: boolean;
}

export function solveCommand(): Command {
  const command = new Command('solve')
    .description('work on a task until there is a patch; your files stay untouched')
    .argument('[task...]', 'in words; or @file, the path of a file, or - for standard input')
    .option('--repo <folder>', 'the repository, or any folder in it', '.')
    .option(
      '--check <command>',
      'what must pass, "npm test" or "name=command"; repeatable; none for none',
      collected,
    )
    .option('--model <model>', 'who is asked; see `heddle models`');
  return addDeliveryOptions(
    addLimitOptions(command)
      .option('--sandbox <kind>', 'auto, bubblewrap, namespaces, container or host; see `heddle doctor`')
      .option('--image <name>', 'run commands in a container of this image, by Docker or Podman')
      .option('--network', 'let commands reach the network')
      .option('--tools <names>', 'more tools for the model, separated by commas, mcp:NAME of servers')
      .option('--no-stuck-check', 'go on though it repeats itself')
      .option('--agent <name>', 'who works: a name of `heddle agents`, or a module, ./agents.ts#reviewer')
      .option('--attempts <n>', 'so many attempts side by side, and the best of them', wholeNumber(1))
      .addOption(
        new Option(
          '--fork <when>',
          'how attempts begin: early, or late, with what the first has read',
        ).choices(['early', 'late']),
      )
      .option(
        '--vary-models <models>',
        'attempts by several models in turn, separated by commas',
        listedByCommas,
      )
      .option('--seed <n>', 'for whatever is decided at random', wholeNumber(0)),
  )
    .addHelpText(
      'after',
      `
The task may be a GitHub issue in Markdown: front matter, labels and hidden
comments are left out. Without --check the repository's own tests are found.
Of several attempts, money, tokens and time are limits of the whole, steps of
each; the attempts are cross-examined, and the best one is handed over.

Examples:
  $ heddle solve "sum() leaves out the first number"
  $ heddle solve @issue.md --repo ~/code/app --check "pytest -q" --apply
  $ gh issue view 12 | heddle solve --branch fix-12
  $ heddle solve "add a --json option" --model anthropic/claude-sonnet-5-5 --budget 2
  $ heddle solve @issue.md --attempts 5 --fork late --budget 10
  $ heddle solve @issue.md --agent ./agents.ts#reviewer
  $ heddle solve @task.md --json --quiet | jq .verified
  $ heddle solve @task.md --image node:24 --check "npm test"
  $ heddle solve @task.md --image registry/app:1 --repo image:/app`,
    )
    .action(solve);
}

async function solve(words: readonly string[], options: SolveChoice): Promise<void> {
  const { solveTask } = await import('../run/solve-task.ts');
  process.exitCode = await solveTask(words, options);
}
