import { Command } from 'commander';
import { listed, parseUsd } from '../parse-option.ts';

export interface ScoreChoice {
  readonly scorer?: readonly string[];
  readonly agent?: string;
  readonly instance?: string;
  readonly model?: string;
  readonly budget?: number;
  readonly again?: true;
  readonly each?: true;
  readonly flags?: true;
  readonly json?: true;
  readonly quiet?: true;
}

export function scoreCommand(): Command {
  return new Command('score')
    .description('score the trials of an experiment, without running an agent again')
    .argument('[experiment]', 'id, the beginning of one, a name, or last', 'last')
    .option('--scorer <names>', 'which ones, separated by commas; repeatable', listed)
    .option('--agent <name>', 'only the trials of this agent')
    .option('--instance <id>', 'only the trials at this instance')
    .option('--model <model>', 'who answers a rubric that names no model itself')
    .option('--budget <usd>', 'of rubrics: no new trial is scored once it is used up', parseUsd)
    .option('--again', 'also what the same version of a scorer has scored before')
    .option('--each', 'print every score with its reason')
    .option('--flags', 'look for signs of cheating once more, and print the evidence')
    .option('--json', 'print one JSON object')
    .option('-q, --quiet', 'no progress on standard error')
    .addHelpText(
      'after',
      `
Scorers: tests, diff, complexity, duplication, problems, test-quality, rubric,
rubric:FILE (questions of your own), ./FILE.ts#NAME (code of your own). What the
same version has scored is not scored again, so that it can be stopped at any
moment. Without --scorer the scores there are are printed. See docs/scorers.md.

Examples:
  $ heddle score last --scorer diff,complexity
  $ heddle score 1rvj4 --scorer rubric:review.yaml --model openai/gpt-6-mini
  $ heddle score last --flags`,
    )
    .action(score);
}

async function score(experiment: string, options: ScoreChoice): Promise<void> {
  process.exitCode = await (await import('../run/score-experiment.ts')).scoreExperiment(experiment, options);
}
