import { dirname, resolve } from 'node:path';
import type { Hook } from '@heddle/agent';
import { type EffectiveConfig, userConfigPath } from '../config/load.ts';
import { count } from '../render/text.ts';

/** The hooks of a run, and what the person is to know of them: a repository's are somebody else's programs. */
export function hooksOf(
  { hooks = [] }: Pick<EffectiveConfig, 'hooks'>,
  env: NodeJS.ProcessEnv = process.env,
): { readonly hooks: readonly Hook[]; readonly remark: string } {
  const own = hooks.filter(({ repository }) => repository);
  return {
    hooks: hooks.flatMap((hook) => made(hook, dirname(userConfigPath(env)))),
    remark:
      own.length === 0
        ? ''
        : `the repository's configuration brings ${count(own.length, 'hook')}, run where commands run`,
  };
}

/** A module's path is taken from the folder of the user's configuration, the only one that may name modules. */
function made(
  { run, module, outside, tools, seconds, on, repository }: NonNullable<EffectiveConfig['hooks']>[number],
  folder: string,
): Hook[] {
  const base = {
    on,
    ...(tools === undefined ? {} : { tools }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(repository ? { repository } : {}),
  };
  if (module !== undefined) return [{ ...base, module: resolve(folder, module) }];
  return run === undefined ? [] : [{ ...base, run, ...(outside ? { outside: true as const } : {}) }];
}
