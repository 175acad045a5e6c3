import type { ServerPool } from './pool.ts';
import type { McpServers } from './server.ts';

/** The servers of a run; null where it names none, and then none of what they need is loaded. */
export async function poolOf(servers: McpServers | undefined, home: string): Promise<ServerPool | null> {
  if (servers === undefined || Object.keys(servers).length === 0) return null;
  const { ServerPool: Pool } = await import('./pool.ts');
  return new Pool(servers, home);
}
