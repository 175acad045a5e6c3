import { Command } from 'commander';
import { parseSeconds, wholeNumber } from '../parse-option.ts';

export interface MineChoice {
  readonly out?: string;
  readonly limit?: number;
  readonly since?: string;
  readonly language?: string;
  readonly issues?: string;
  readonly any?: true;
  readonly maxLines?: number;
  readonly test?: string;
  readonly parser?: string;
  readonly testTime?: number;
  readonly runs?: number;
  readonly setup?: string;
  readonly setupNetwork?: true;
  readonly environments?: string;
  readonly sweBench?: string;
  readonly sandbox?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export function mineCommand(): Command {
  return new Command('mine')
    .description("make a benchmark from a repository's own history: fixes that came with tests")
    .argument('<repository>', 'a clone with its history; only read')
    .option('-o, --out <file>', 'JSONL of instances (default: NAME-mined.jsonl here)')
    .option('--limit <n>', 'stop when so many are kept', wholeNumber(1))
    .option('--since <date>', 'commits after it, as `git log` takes it: 2025-01-01, "2 years ago"')
    .option('--language <name>', 'only fixes that are mostly in it')
    .option('--issues <file>', 'issues by number, a linked one is the statement: JSONL or JSON')
    .option('--any', 'features and other changes with tests too, not only fixes')
    .option('--max-lines <n>', 'changed source lines of a fix, at most (default: 200)', wholeNumber(1))
    .option('--test <command>', "what starts the tests (default: as each commit's own files say)")
    .option('--parser <name>', 'how its output is read, where the command does not say')
    .option('--test-time <time>', 'of one run of the tests, at most (default: 2m)', parseSeconds)
    .option('--runs <n>', 'of each side, to find flaky tests (default: 3)', wholeNumber(1))
    .option('--setup <command>', 'installs node_modules once, in a sandboxed copy of the newest commit')
    .option('--setup-network', 'let that command reach the network')
    .option('--environments <file>', 'local environments; see docs/lab.md')
    .option('--swe-bench <file>', "the records in SWE-bench's form too")
    .option('--sandbox <kind>', 'auto, bubblewrap, namespaces, container or host (default: auto)')
    .option('--json', 'print the census as one JSON object')
    .option('-q, --quiet', 'no progress on standard error')
    .addHelpText(
      'after',
      `
Each commit that fixes something and brings tests is tried in the sandbox: its
tests must fail without the fix and pass with it, every time. Stopped at any
moment, the same command goes on where it was. See docs/datasets.md.

Examples:
  $ heddle mine ~/code/parser --limit 20
  $ heddle mine ~/code/app --setup "npm ci" --setup-network --since 2025-01-01
  $ heddle eval parser-mined.jsonl --agent oracle --agent nothing --census`,
    )
    .action(mine);
}

async function mine(repository: string, options: MineChoice): Promise<void> {
  await (await import('../run/mine-repository.ts')).mineRepository(repository, options);
}
