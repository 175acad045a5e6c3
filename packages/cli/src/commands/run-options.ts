import { type Command, Option } from 'commander';
import { parseSeconds, parseUsd, wholeNumber } from '../parse-option.ts';

/** Where to go on is asked of `solve`, `resume` and `fork` alike. */
export interface DeliveryOptions {
  readonly json?: true;
  readonly quiet?: true;
  readonly apply?: true;
  readonly branch?: string;
  readonly patch?: string;
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

export function addDeliveryOptions(command: Command): Command {
  return command
    .option('--apply', 'apply the patch to your files')
    .option('--branch <name>', 'commit the patch on a new branch; your files stay as they are')
    .addOption(new Option('--patch <file>', 'write the patch to a file, or - for standard output'))
    .option('--json', 'print one JSON object with the result')
    .option('-q, --quiet', 'no progress on standard error');
}

/** In the journal's words. */
export function limitsOf({ steps, budget, time }: LimitOptions) {
  return {
    ...(steps === undefined ? {} : { steps }),
    ...(budget === undefined ? {} : { usd: budget }),
    ...(time === undefined ? {} : { seconds: time }),
  };
}
