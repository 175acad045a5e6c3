import { Command } from 'commander';

export interface InitChoice {
  readonly repo: string;
  readonly user?: true;
  readonly force?: true;
}

export function initCommand(): Command {
  return new Command('init')
    .description('write a configuration file with every key explained')
    .option('--repo <folder>', 'the repository it is for', '.')
    .option('--user', 'write your own, for all repositories, instead')
    .option('--force', 'write over an existing file')
    .addHelpText(
      'after',
      `
Read are heddle.config.jsonc in the repository's root and, below it,
~/.config/heddle/heddle.config.jsonc (XDG_CONFIG_HOME). Where keys are sent and
whether the network is open is yours alone: a repository's file may not say it.

Examples:
  $ heddle init
  $ heddle init --user`,
    )
    .action(init);
}

async function init(options: InitChoice): Promise<void> {
  await (await import('../run/write-config.ts')).writeConfig(options);
}
