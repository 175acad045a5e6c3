import type { McpServer } from '@heddle/agent';
import type { Config } from '../config/schema.ts';

/** As the schema has made sure, each is a program or an address. */
export function serversOf(configured: NonNullable<Config['mcp']>): Record<string, McpServer> {
  return Object.fromEntries(
    Object.entries(configured).map(([name, { command = '', args, env, url, headers, seconds }]) => {
      const base = seconds === undefined ? {} : { seconds };
      const program = { ...base, command, ...(args && { args }), ...(env && { env }) };
      return [name, url === undefined ? program : { ...base, url, ...(headers && { headers }) }];
    }),
  );
}
