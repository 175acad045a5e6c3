import type { SeenServer } from './pool.ts';
import { poolOf } from './pool-of.ts';
import type { McpServers } from './server.ts';

/** Starts or addresses each server and asks what it offers, which the next rollouts then know. `home`: Heddle's. */
export async function lookAtServers(
  servers: McpServers,
  { home, signal }: { readonly home: string; readonly signal: AbortSignal },
): Promise<SeenServer[]> {
  const pool = await poolOf(servers, home);
  if (pool === null) return [];
  try {
    return await Promise.all(Object.keys(servers).map((name) => pool.look(name, { signal, anew: true })));
  } finally {
    await pool.dispose();
  }
}
