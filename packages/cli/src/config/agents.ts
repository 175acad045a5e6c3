import { dirname, resolve } from 'node:path';
import { checkAgents, isModule, modelsIn, recipeOf } from '@heddle/agent';
import type { Config } from './schema.ts';

type Agents = NonNullable<Config['agents']>;

/** The user's own file, with its modules found from where it is. Throws SpecError. */
export function userAgents(config: Config, path: string): Config {
  const absolute = <T>(spec: T) => (isModule(spec) ? resolve(dirname(path), spec) : spec);
  const { agents = {}, agent } = config;
  checkAgents(agents, agent);
  const named = Object.entries(agents).map(([name, spec]) => [name, absolute(spec)]);
  return {
    ...config,
    ...(config.agents === undefined ? {} : { agents: Object.fromEntries(named) }),
    ...(agent === undefined ? {} : { agent: absolute(agent) }),
  };
}

/**
 * The agents of a repository's file that may be used, and why the others are refused: code that runs outside of the
 * sandbox, and who is asked, are the user's to say, and so is what a name of theirs means. Throws SpecError.
 */
export function repositoryAgents(
  own: Config,
  { agents: users = {} }: Config,
): { readonly allowed: Pick<Config, 'agents' | 'agent'>; readonly refused: readonly string[] } {
  const all: Agents = { ...own.agents, ...users };
  checkAgents(all, isModule(own.agent) ? undefined : own.agent);
  const why = new Map<string, string>();
  for (const [name, spec] of Object.entries(own.agents ?? {})) {
    if (Object.hasOwn(users, name)) why.set(name, 'your own has that name');
    else if (isModule(spec)) why.set(name, 'a module');
    else if (modelsIn({ agent: spec, agents: {} }).length > 0) why.set(name, 'names a model');
  }
  const isRefused = (name: string) => why.has(name) && !Object.hasOwn(users, name);
  for (const name of Object.keys(own.agents ?? {})) {
    const needs = Object.keys(recipeOf(name, all).agents).find((each) => each !== name && isRefused(each));
    if (needs !== undefined && !why.has(name)) why.set(name, `needs ${needs}`);
  }
  const agents = Object.fromEntries(Object.entries(own.agents ?? {}).filter(([name]) => !why.has(name)));
  const refused = [...why].map(([name, reason]) => `agents.${name} (${reason})`);
  const { agent } = own;
  if (agent === undefined) return { allowed: { agents }, refused };
  return isModule(agent) || isRefused(agent)
    ? { allowed: { agents }, refused: [...refused, `agent: ${JSON.stringify(agent)}`] }
    : { allowed: { agents, agent }, refused };
}
