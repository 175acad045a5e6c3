import { setFlagsFromString } from 'node:v8';
import { Command, Option } from 'commander';
import { collected, wholeNumber } from '../parse-option.ts';

export interface StudioChoice {
  readonly port: number;
  readonly host?: string;
  /** False: nobody is asked for one. */
  readonly token?: string | false;
  readonly open: boolean;
  readonly also?: readonly string[];
}

/** Says nothing to anybody, so a bookmark stays good. */
const DEFAULT_PORT = 4747;
const MOST_PORT = 65_535;

export function studioCommand(): Command {
  return new Command('studio')
    .description('open a page that shows what agents do, live, and which version is better')
    .option('-p, --port <n>', 'where to listen; 0: any that is free', wholeNumber(0, MOST_PORT), DEFAULT_PORT)
    .option('--host <address>', 'default 127.0.0.1')
    .option('--token <text>', 'asked of whoever comes (or HEDDLE_STUDIO_TOKEN; default: a kept one)')
    .option('--no-token', 'let in all users of this machine, and what agents run with --network')
    .option('--no-open', 'only print the address')
    .option(
      '--also <name=program>',
      'another Heddle to begin runs with: an older version (repeatable)',
      collected,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ heddle studio
  $ heddle studio --store postgres://heddle@db/heddle
  $ heddle studio --also before=../heddle-before/packages/cli/bin/heddle
  $ HEDDLE_STUDIO_TOKEN=$(openssl rand -hex 16) heddle studio --host 0.0.0.0`,
    )
    .action(studio)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addCommand(exportCommand());
}

export interface StudioExportChoice {
  readonly rollouts?: 'all' | 'flipped' | 'none';
  readonly prompts?: boolean;
}

function exportCommand(): Command {
  return new Command('export')
    .description('write one experiment as a folder that opens without a server')
    .summary('write one experiment as a folder to open anywhere')
    .argument('<experiment>', 'id, the beginning of one, a name, or last')
    .argument('<folder>', 'empty, or not there yet')
    .addOption(
      new Option(
        '--rollouts <which>',
        'whose every step goes in (default: all of up to 200, else flipped)',
      ).choices(['all', 'flipped', 'none']),
    )
    .option('--prompts', 'with every prompt as it was sent: a large folder')
    .addHelpText(
      'after',
      `
Examples:
  $ heddle studio export last ~/nightly
  $ heddle studio export localisation /var/www/localisation --rollouts flipped`,
    )
    .action(exportOne);
}

async function exportOne(experiment: string, folder: string, options: StudioExportChoice): Promise<void> {
  await (await import('../run/export-studio.ts')).exportStudio({ experiment, folder }, options);
}

async function studio(options: StudioChoice): Promise<void> {
  // It is open for days beside what works: garbage is collected sooner, which takes a third off its memory and no time
  // that a person notices.
  setFlagsFromString('--optimize-for-size');
  await (await import('../run/open-studio.ts')).openStudio(options);
}
