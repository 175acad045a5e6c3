import { lookAtServers, type McpServer } from '@heddle/agent';
import { EXIT, type ExitCode } from '@heddle/core';
import type { McpChoice } from '../commands/mcp.ts';
import { loadConfig, userConfigPath } from '../config/load.ts';
import { heddleHome } from '../home.ts';
import { table } from '../render/table.ts';
import { oneLine } from '../render/text.ts';
import { terminalOf } from '../terminal.ts';
import { listenForInterrupt } from './interrupt.ts';
import { serversOf } from './servers.ts';

/** `heddle mcp`. Gives the exit code: 2 where a server did not answer. */
export async function showServers({ json }: McpChoice): Promise<ExitCode> {
  const servers = serversOf((await loadConfig(null)).mcp ?? {});
  const interrupt = listenForInterrupt(() => {});
  const seen = await lookAtServers(servers, { home: heddleHome(), signal: interrupt.signal }).finally(
    interrupt.dispose,
  );
  const failed = seen.some(({ problem }) => problem !== null);
  if (json) process.stdout.write(`${JSON.stringify(seen, null, 2)}\n`);
  else if (seen.length === 0)
    process.stdout.write(`no MCP server is named under "mcp" in ${userConfigPath()}\n`);
  else {
    const { columns, palette } = terminalOf(process.stdout);
    const rows = seen.map(({ name, tools, problem }) => [
      problem === null ? palette.green('✓') : palette.red('✗'),
      palette.bold(name),
      problem === null ? String(tools.length) : '',
      oneLine(problem ?? whereOf(servers[name]!)),
    ]);
    const heads = [
      { title: '' },
      { title: 'SERVER' },
      { title: 'TOOLS', align: 'right' as const },
      { title: 'WHERE' },
    ];
    process.stdout.write(table(heads, rows, columns));
  }
  return failed ? EXIT.usage : EXIT.solved;
}

function whereOf(server: McpServer): string {
  return 'url' in server ? server.url : [server.command, ...(server.args ?? [])].join(' ');
}
