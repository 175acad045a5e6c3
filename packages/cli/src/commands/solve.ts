import type { SolveOptions } from '@heddle/agent';
import type { SandboxKind } from '@heddle/workspace';
import { Command } from 'commander';
import { collected, wholeNumber } from '../parse-option.ts';
import {
  addDeliveryOptions,
  addLimitOptions,
  type DeliveryOptions,
  type LimitOptions,
  limitsOf,
} from './run-options.ts';

interface Options extends DeliveryOptions, LimitOptions {
  readonly repo: string;
  readonly check?: readonly string[];
  readonly model?: string;
  readonly sandbox?: string;
  readonly image?: string;
  readonly network?: true;
  readonly tools?: string;
  readonly seed?: number;
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
      .option('--tools <names>', 'more tools for the model, separated by commas')
      .option('--seed <n>', 'for whatever is decided at random', wholeNumber(0)),
  )
    .addHelpText(
      'after',
      `
The task may be a GitHub issue in Markdown: front matter, labels and hidden
comments are left out. Without --check the repository's own tests are found.

Examples:
  $ heddle solve "sum() leaves out the first number"
  $ heddle solve @issue.md --repo ~/code/app --check "pytest -q" --apply
  $ gh issue view 12 | heddle solve --branch fix-12
  $ heddle solve "add a --json option" --model anthropic/claude-sonnet-5-5 --budget 2
  $ heddle solve @task.md --json --quiet | jq .verified
  $ heddle solve @task.md --image node:24 --check "npm test"
  $ heddle solve @task.md --image registry/app:1 --repo image:/app`,
    )
    .action(solve);
}

/** With an image: its sandbox, and where a repository that is inside it is now. */
async function inImage(
  { image, sandbox, repo }: Options,
  home: string,
): Promise<{ readonly sandbox: string | undefined; readonly repo: string }> {
  if (image === undefined && !repo.startsWith(INSIDE)) return { sandbox, repo };
  const { useImage } = await import('../run/use-image.ts');
  return useImage({ image, sandbox, repo, inside: INSIDE, home });
}

/** Before the path of a repository that is in the image. */
const INSIDE = 'image:';

async function solve(words: readonly string[], options: Options): Promise<void> {
  const [
    agent,
    models,
    workspace,
    { heddleHome, openJournal },
    { loadConfig },
    { readTask },
    { standardInput },
  ] = await Promise.all([
    import('@heddle/agent'),
    import('@heddle/models'),
    import('@heddle/workspace'),
    import('../home.ts'),
    import('../config/load.ts'),
    import('../task/read-task.ts'),
    import('../standard-input.ts'),
  ]);
  const [{ conduct }, { openChosenModel }, { givenChecks }, { refuseEarly, refuseEmpty }, { sweep }] =
    await Promise.all([
      import('../run/conduct.ts'),
      import('../run/open-chosen-model.ts'),
      import('../task/checks.ts'),
      import('../hand-over/hand-over.ts'),
      import('../sweep.ts'),
    ]);
  const task = await readTask(words, standardInput());
  const home = heddleHome();
  const { sandbox, repo } = await inImage(options, home);
  const { root, commit } = await workspace.inspectRepository(repo);
  const config = await loadConfig(root);
  const { spec } = models.defaultModel(process.env, config, options.model);
  const seed = options.seed ?? config.options?.seed;
  const [model, given] = await Promise.all([
    openChosenModel(spec, { home, config, seed }),
    givenChecks(options.check, config, root),
    refuseEarly(root, options),
    ...(commit === null ? [refuseEmpty(root)] : []),
  ]);
  const settings: Omit<SolveOptions, 'task' | 'repo' | 'model'> = {
    ...given,
    limits: { ...config.limits, ...limitsOf(options) },
    // A name that is none is refused by the one who knows them all.
    sandbox: (sandbox ?? config.sandbox ?? 'auto') as SandboxKind | 'auto',
    network: options.network ?? config.network ?? false,
    tools: [...(config.tools ?? []), ...(options.tools?.split(/[\s,]+/).filter(Boolean) ?? [])],
    ...(seed === undefined ? {} : { seed }),
  };
  setImmediate(() => sweep(home));
  process.exitCode = await conduct({
    home,
    store: openJournal(home),
    config,
    model: model.id,
    task,
    root,
    options,
    start: (runtime) => agent.solve({ task, repo: root, model, ...settings }, runtime),
  });
}
