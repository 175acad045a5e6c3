import { type SolveOptions, solve } from '@heddle/agent';
import { defaultModel } from '@heddle/models';
import { inspectRepository, type SandboxKind } from '@heddle/workspace';
import { limitsOf } from '../commands/run-options.ts';
import type { SolveChoice } from '../commands/solve.ts';
import { type EffectiveConfig, loadConfig } from '../config/load.ts';
import { refuseEarly, refuseEmpty } from '../hand-over/hand-over.ts';
import { heddleHome, openJournal } from '../home.ts';
import { standardInput } from '../standard-input.ts';
import { sweep } from '../sweep.ts';
import { givenChecks } from '../task/checks.ts';
import { readTask } from '../task/read-task.ts';
import { conduct } from './conduct.ts';
import { openChosenModel } from './open-chosen-model.ts';

/** `heddle solve`: everything a start needs is loaded in one go. Gives the exit code. */
export async function solveTask(words: readonly string[], options: SolveChoice): Promise<number> {
  const task = await readTask(words, standardInput());
  const home = heddleHome();
  const { sandbox, repo } = await inImage(options, home);
  const { root, commit } = await inspectRepository(repo);
  const config = await loadConfig(root);
  const { spec } = defaultModel(process.env, config, options.model);
  const seed = options.seed ?? config.options?.seed;
  const place = { home, config, seed, recordings: new Map() };
  const [model, agent, given] = await Promise.all([
    openChosenModel(spec, place),
    namesAgent(options, config)
      ? import('./chosen-agent.ts').then(({ chosenAgent }) => chosenAgent(options, { ...place, spec }))
      : null,
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
    ...(options.stuckCheck ? {} : { stuckCheck: false }),
  };
  const store = openJournal(home);
  setImmediate(() => sweep(home, store));
  return conduct({
    home,
    store,
    config,
    model: model.id,
    task,
    root,
    options,
    models: agent?.models ?? [],
    start: (runtime) => {
      const all = { task, repo: root, model, ...settings };
      return agent === null ? solve(all, runtime) : agent.run(all, runtime);
    },
  });
}

/** What takes agents made of agents is loaded where one is asked for. */
function namesAgent({ agent, attempts, fork, varyModels }: SolveChoice, config: EffectiveConfig): boolean {
  return (agent ?? attempts ?? fork ?? varyModels ?? config.agent ?? config.attempts) !== undefined;
}

/** With an image: its sandbox, and where a repository that is inside it is now. */
async function inImage(
  { image, sandbox, repo }: SolveChoice,
  home: string,
): Promise<{ readonly sandbox: string | undefined; readonly repo: string }> {
  if (image === undefined && !repo.startsWith(INSIDE)) return { sandbox, repo };
  const { useImage } = await import('./use-image.ts');
  return useImage({ image, sandbox, repo, inside: INSIDE, home });
}

/** Before the path of a repository that is in the image. */
const INSIDE = 'image:';
