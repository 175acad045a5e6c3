import { Command } from 'commander';

export interface VersionsChoice {
  readonly json?: true;
}

export function versionsCommand(): Command {
  return new Command('versions')
    .description('list the versions of agents, tools, prompts and configurations that rollouts ran with')
    .argument('[name]', 'the history of one; or a rollout, for all that it ran with')
    .option('--json', 'print an array of all versions')
    .addHelpText(
      'after',
      `
A version is a digest of content: source files, prompts, description, schema,
configuration, and the versions of what it uses. Under its name it has a number,
counted from 1 in this data folder. See docs/versions.md.

Examples:
  $ heddle versions
  $ heddle versions solo
  $ heddle versions last`,
    )
    .action(versions);
}

async function versions(name: string | undefined, options: VersionsChoice): Promise<void> {
  await (await import('../run/list-versions.ts')).listVersions(name, options);
}
