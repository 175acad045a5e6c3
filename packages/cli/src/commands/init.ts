import { Command } from 'commander';

interface Options {
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

async function init({ repo, user, force }: Options): Promise<void> {
  const [
    { dirname, join },
    { mkdir, writeFile },
    { OperatorError, messageOf, systemCode },
    config,
    template,
  ] = await Promise.all([
    import('node:path'),
    import('node:fs/promises'),
    import('@heddle/core'),
    import('../config/load.ts'),
    import('../config/template.ts'),
  ]);
  let path = config.userConfigPath();
  let text = template.userTemplate();
  if (!user) {
    const [{ inspectRepository }, { detectChecks }] = await Promise.all([
      import('@heddle/workspace'),
      import('@heddle/code'),
    ]);
    const { root } = await inspectRepository(repo);
    path = join(root, config.CONFIG_FILE);
    text = template.repositoryTemplate(await detectChecks(root));
  }
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST')
      throw new OperatorError('config-exists', `${path} exists already`, { hint: '--force writes over it' });
    throw new OperatorError('config-not-writable', `cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
  process.stdout.write(`wrote ${path}\n`);
}
