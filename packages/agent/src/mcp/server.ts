import { OperatorError } from '@heddle/core';

/** An MCP server the user has named: a program to start on this machine, or an address to speak to. */
export type McpServer = McpProgram | McpAddress;

interface McpBase {
  /** A call of one of its tools may take so long. Default {@link DEFAULT_CALL_SECONDS}. */
  readonly seconds?: number;
}

/** Speaks over its standard input and output. */
export interface McpProgram extends McpBase {
  readonly command: string;
  readonly args?: readonly string[];
  /** `${NAME}` in a value stands for that variable of Heddle's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Speaks streamable HTTP. */
export interface McpAddress extends McpBase {
  readonly url: string;
  /** `${NAME}` as in {@link McpProgram.env}. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type McpServers = Readonly<Record<string, McpServer>>;

/** A tool call that takes longer is better made in the background. */
export const DEFAULT_CALL_SECONDS = 120;

/** Its tools are called `NAME_TOOL`: so it has no `_`, and leaves room for theirs. */
const SERVER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,23}$/;

/** Throws OperatorError `bad-server-name`. */
export function checkServerName(name: string): void {
  if (SERVER_NAME.test(name)) return;
  throw new OperatorError('bad-server-name', `"${name}" cannot be the name of an MCP server`, {
    hint: 'use letters, digits and -, a letter first, at most 24',
  });
}

/** How a server is named among the tools that are turned on: `mcp:NAME`. */
const PREFIX = 'mcp:';

/** The servers named among tools, and the other tools. Throws OperatorError `unknown-server`. */
export function splitTools(
  names: readonly string[],
  servers: McpServers,
): { readonly tools: string[]; readonly servers: string[] } {
  const named = names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  for (const name of named) {
    if (Object.hasOwn(servers, name)) continue;
    const known = Object.keys(servers);
    throw new OperatorError('unknown-server', `there is no MCP server "${name}" in your configuration`, {
      hint:
        known.length === 0
          ? 'name it under "mcp" in the file that `heddle init --user` writes'
          : `those there are: ${known.join(', ')}`,
    });
  }
  return { tools: names.filter((name) => !name.startsWith(PREFIX)), servers: [...new Set(named)] };
}

/** Of variables whose values are masked; a path or a user's name in every answer would help nobody. */
const SECRET_NAME = /TOKEN|KEY|SECRET|PASS|AUTH|CREDENTIAL|COOKIE/i;
/** Shorter values are words. */
const LEAST_SECRET = 6;

/** Values with the variables they name in place, and what of them is to be masked. Throws Error. */
export function filled(
  values: Readonly<Record<string, string>> = {},
  env: NodeJS.ProcessEnv = process.env,
): { readonly values: Record<string, string>; readonly secrets: string[] } {
  const secrets: string[] = [];
  const fill = (text: string) =>
    text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = env[name];
      if (value === undefined || value === '') throw new Error(`the environment has no ${name}`);
      if (SECRET_NAME.test(name) && value.length >= LEAST_SECRET) secrets.push(value);
      return value;
    });
  const entries = Object.entries(values).map(([name, text]) => [name, fill(text)] as const);
  return { values: Object.fromEntries(entries), secrets };
}
