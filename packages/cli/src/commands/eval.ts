import { Command, InvalidArgumentError } from 'commander';
import { collected, listed, parseSeconds, parseUsd, wholeNumber } from '../parse-option.ts';

export interface EvalChoice {
  readonly agent?: readonly string[];
  readonly attempts?: number;
  readonly limit?: number;
  readonly select?: readonly string[];
  readonly seed?: number;
  readonly name?: string;
  readonly parallel?: number;
  readonly workers?: true;
  readonly steps?: number;
  readonly time?: number;
  readonly tokens?: number;
  readonly usd?: number;
  readonly budget?: number;
  readonly difference?: number;
  readonly format?: string;
  readonly clones?: string;
  readonly environments?: string;
  readonly images?: true;
  readonly languages?: readonly string[];
  readonly set?: readonly string[];
  readonly sandbox?: string;
  readonly network?: true;
  readonly scorer?: readonly string[];
  readonly census?: true;
  readonly soundOnly?: true;
  readonly resume?: string | true;
  readonly retryInfra?: true;
  readonly again?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
}

export function evalCommand(): Command {
  return new Command('eval')
    .description('run agents over a benchmark, and say how good they are and how sure that is')
    .argument('[dataset]', 'a file, a folder or the address of a file; `heddle datasets` lists the forms')
    .option('--agent <agent>', 'who takes part, "solo model=repair attempts=5"; repeatable', collected)
    .option('--attempts <n>', 'of each agent at each instance (default: 1)', wholeNumber(1))
    .option('--limit <n>', 'at most so many instances', wholeNumber(1))
    .option('--select <expression>', 'ids, globs, cluster=…, meta.…=…, !…, @FILE; repeatable', collected)
    .option('--seed <n>', 'for the order of work, the choice of --limit and the attempts', wholeNumber(0))
    .option('--name <name>', "what people call it (default: the dataset's name)")
    .option('--parallel <n>', 'trials at a time (default: as many as processors)', wholeNumber(1))
    .option('--workers', 'leave the trials to `heddle worker`, on any machines')
    .option('--steps <n>', 'model turns of an attempt, at most (default: 150)', wholeNumber(1))
    .option('--time <time>', 'of an attempt, at most: 30s, 10m, 2h (default: 1h)', parseSeconds)
    .option('--tokens <n>', 'of an attempt, at most (default: 20 million)', wholeNumber(1))
    .option('--usd <usd>', 'US dollars of an attempt, at most (default: 5)', parseUsd)
    .option('--budget <usd>', 'of the whole: no new trial begins once it is used up', parseUsd)
    .option('--difference <points>', 'that you want to see, for the planner (default: 5)', parsePoints)
    .option('--format <name>', 'the form of the dataset, where it is not recognised')
    .option('--clones <folder>', 'where clones of the repositories are that a dataset names')
    .option('--environments <file>', 'local environments; see docs/lab.md')
    .option('--images', 'use the container images that a dataset names')
    .option('--languages <names>', 'of a dataset that has several, separated by commas', listed)
    .option('--set <key=value>', "an adapter's own setting; repeatable", collected)
    .option('--sandbox <kind>', 'auto, bubblewrap, namespaces, container or host (default: auto)')
    .option('--network', 'let the commands of agents reach the network')
    .option('--scorer <names>', 'applied to each trial too, separated by commas', listed)
    .option('--census', 'which instances are sound: solved by their solution, and not by nothing')
    .option('--sound-only', 'leave out what no census has shown to be sound')
    .option('--resume [experiment]', 'go on with one (default: the newest unfinished)')
    .option('--retry-infra', 'with --resume: try again what faults of the surroundings have spoilt')
    .option('--again', 'begin anew, although the very same was run before')
    .option('--dry-run', 'say what would be run and what it could show, and stop')
    .option('--json', 'print one JSON object with the results')
    .option('-q, --quiet', 'no progress on standard error')
    .addHelpText(
      'after',
      `
An agent is a name of \`heddle agents\` or a module, followed by settings: model,
attempts, fork, vary-models, tools, fallback, rival, and name. Two more prove an
instance sound: oracle (hands in the solution) and nothing. Stopped at any
moment, it goes on where it was: the same command again, or --resume. Nothing is
paid for twice. See docs/lab.md.

Examples:
  $ heddle eval ./quixbugs --agent "solo model=repair" --limit 10
  $ heddle eval tasks.jsonl --agent "solo model=anthropic/claude-sonnet-5-5" \\
      --agent "solo model=openai/gpt-6-mini name=mini" --attempts 5 --budget 40
  $ heddle eval tasks.jsonl --census
  $ heddle eval --resume`,
    )
    .action(evaluate);
}

/** `5`, `2.5`, `5%`: as a share. */
function parsePoints(text: string): number {
  const points = Number(/^(\d+(?:\.\d+)?)%?$/.exec(text)?.[1]);
  if (!(points > 0 && points <= 100)) throw new InvalidArgumentError('Write points, more than 0, such as 5.');
  return points / 100;
}

async function evaluate(dataset: string | undefined, options: EvalChoice): Promise<void> {
  process.exitCode = await (await import('../run/evaluate.ts')).evaluate(dataset, options);
}
