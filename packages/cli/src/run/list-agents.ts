import { BUILT_IN, isModule, sayAgent } from '@heddle/agent';
import { type ListedPeer, listPeers } from '@heddle/lab';
import type { AgentsChoice } from '../commands/agents.ts';
import { loadConfig } from '../config/load.ts';
import { table } from '../render/table.ts';
import { oneLine } from '../render/text.ts';
import { repositoryHere } from '../repository-here.ts';
import { terminalOf } from '../terminal.ts';

interface ListedAgent {
  readonly name: string;
  readonly from: 'built in' | 'configuration' | 'module' | 'ready-made';
  readonly about: string;
  readonly isDefault: boolean;
  /** Another program, for `heddle eval` only: whether it is on this machine; null: not known. */
  readonly here?: boolean | null;
}

/** `heddle agents`. */
export async function listAgents({ json }: AgentsChoice): Promise<void> {
  const config = await loadConfig(await repositoryHere());
  const { agents: own = {}, agent: chosen = 'solo', attempts = 1 } = config;
  const named = Object.entries(own).map(([name, spec]): Omit<ListedAgent, 'isDefault'> => {
    return { name, from: isModule(spec) ? 'module' : 'configuration', about: sayAgent(spec) };
  });
  const builtIn = Object.entries(BUILT_IN).map(([name, { about }]) => ({
    name,
    from: 'built in' as const,
    about,
  }));
  const unnamed = isModule(chosen) ? [{ name: chosen, from: 'module' as const, about: chosen }] : [];
  const ours = [...builtIn, ...named, ...unnamed].map((each) => ({
    ...each,
    isDefault: each.name === chosen,
  }));
  const all: ListedAgent[] = [...ours, ...listPeers(config.entrants).map(listedPeer)];
  if (json) {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const { columns, palette } = terminalOf(process.stdout);
  const rows = all.map(({ name, from, about, isDefault }) => [
    isDefault ? palette.green('*') : '',
    palette.bold(name),
    from,
    oneLine(isDefault && attempts > 1 ? `${about}; ${attempts} attempts by default` : about),
  ]);
  process.stdout.write(
    table([{ title: '' }, { title: 'AGENT' }, { title: 'FROM' }, { title: 'WHAT' }], rows, columns),
  );
}

/** Another program, which `heddle eval` can run. */
function listedPeer({ name, from, command, here, install }: ListedPeer): ListedAgent {
  const missing = install === null ? command : install;
  const about = here === false ? `not on this machine: ${missing}` : `for \`heddle eval\`: ${command}`;
  return { name, from, about, isDefault: false, here };
}
