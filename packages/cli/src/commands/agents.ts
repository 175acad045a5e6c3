import { Command } from 'commander';

export interface AgentsChoice {
  readonly json?: true;
}

export function agentsCommand(): Command {
  return new Command('agents')
    .description('list the agents that --agent takes by name')
    .option('--json', 'print them as an array')
    .addHelpText(
      'after',
      `
Your own stand under "agents" in the configuration, written as data, or are in a
TypeScript or JavaScript module: \`heddle solve --agent ./agents.ts#reviewer\`.

Example:
  $ heddle agents`,
    )
    .action(agents);
}

async function agents(options: AgentsChoice): Promise<void> {
  await (await import('../run/list-agents.ts')).listAgents(options);
}
