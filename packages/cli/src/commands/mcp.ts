import { Command } from 'commander';

export interface McpChoice {
  readonly json?: true;
}

export function mcpCommand(): Command {
  return new Command('mcp')
    .description('ask the MCP servers of your configuration what they offer')
    .option('--json', 'print them as an array, with their tools')
    .addHelpText(
      'after',
      `
Servers stand under "mcp" in your own configuration (\`heddle init --user\`).
What they answer is kept, so that a rollout that uses them begins at once.

Examples:
  $ heddle mcp
  $ heddle solve @task.md --tools mcp:tracker`,
    )
    .action(mcp);
}

async function mcp(options: McpChoice): Promise<void> {
  const { showServers } = await import('../run/show-servers.ts');
  process.exitCode = await showServers(options);
}
