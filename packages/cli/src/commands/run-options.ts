import type { ApprovalMode } from '@heddle/workspace';
import { type Command, Option } from 'commander';
import { collected, listed, parseSeconds, parseUsd, wholeNumber } from '../parse-option.ts';

/** Where to go on is asked of `solve`, `resume` and `fork` alike. */
export interface DeliveryOptions extends GuardChoice {
  readonly json?: true;
  readonly stream?: true;
  readonly quiet?: true;
  readonly apply?: true;
  readonly branch?: string;
  readonly patch?: string;
  readonly fallback?: string;
  readonly rival?: string;
}

export interface LimitOptions {
  readonly steps?: number;
  /** US dollars. */
  readonly budget?: number;
  /** Seconds. */
  readonly time?: number;
}

/** `instead`: what holds without the option, where that is not Heddle's own limit. */
export function addLimitOptions(command: Command, instead?: string): Command {
  const unless = (own: string) => `(default: ${instead ?? own})`;
  return command
    .option('--steps <n>', `at most so many model turns ${unless('150')}`, wholeNumber(1))
    .option('--budget <usd>', `at most so many US dollars ${unless('5')}`, parseUsd)
    .option('--time <time>', `at most so long: 30s, 10m, 2h ${unless('1h')}`, parseSeconds);
}

/** Where the patch goes, how the run is shown, and how free it is. */
export function addDeliveryOptions(command: Command): Command {
  return addGuardOptions(command)
    .option('--apply', 'apply the patch to your files')
    .option('--branch <name>', 'commit the patch on a new branch; your files stay as they are')
    .addOption(new Option('--patch <file>', 'write the patch to a file, or - for standard output'))
    .option('--fallback <model>', 'asked from then on when the model fails in spite of its tries')
    .option('--rival <model>', 'asked for each edit too; the better one is made')
    .option('--json', 'print one JSON object with the result')
    .option('--stream', 'print each event as a line of JSON as it comes, and take answers on standard input')
    .option('-q, --quiet', 'no progress on standard error');
}

/** Asked of `solve`, `resume` and `fork` alike: what holds for this run, not for the rollout. */
export interface GuardChoice {
  readonly approve?: ApprovalMode;
  readonly secret?: readonly string[];
  readonly allowHost?: readonly string[];
  readonly sealHistory?: true;
  readonly desk?: true;
}

const MODES = ['never', 'risky', 'ask'] as const satisfies readonly ApprovalMode[];

function addGuardOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--approve <mode>',
        'ask before actions: never, risky (what leaves the sandbox or destroys) or ask (all that write)',
      ).choices(MODES),
    )
    .option(
      '--desk',
      'wait for the answers of `heddle studio` or `heddle desk` where nobody is at a terminal',
    )
    .option(
      '--secret <name>',
      'NAME from the environment or NAME=@file, for commands that name $NAME and nobody else; repeatable',
      collected,
    )
    .option(
      '--allow-host <hosts>',
      'hosts that commands may reach, separated by commas; .x.org with its subdomains',
      listed,
    )
    .option('--seal-history', 'refuse looks at git history beyond the current branch');
}

/** In the journal's words. */
export function limitsOf({ steps, budget, time }: LimitOptions) {
  return {
    ...(steps === undefined ? {} : { steps }),
    ...(budget === undefined ? {} : { usd: budget }),
    ...(time === undefined ? {} : { seconds: time }),
  };
}
