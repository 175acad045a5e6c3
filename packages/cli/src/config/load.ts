import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { issueText, messageOf, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import { type Config, configSchema, USER_ONLY } from './schema.ts';

export const CONFIG_FILE = 'heddle.config.jsonc';

/** The user's own configuration: `$XDG_CONFIG_HOME/heddle/heddle.config.jsonc`, else below `~/.config`. */
export function userConfigPath(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'heddle', CONFIG_FILE);
}

/**
 * The user's configuration with the repository's over it; groups (`limits`, `prices`, `options`) are merged field by field.
 *
 * @throws OperatorError `bad-configuration`, one line with the file, the line and the key.
 */
export async function loadConfig(root: string | null, env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const user = await read(userConfigPath(env));
  const path = root === null ? null : join(root, CONFIG_FILE);
  const own = path === null ? null : await read(path);
  if (own !== null) refuseUserOnly(own, path!, userConfigPath(env));
  if (user === null || own === null) return user ?? own ?? {};
  return {
    ...user,
    ...own,
    ...merged('limits', user, own),
    ...merged('prices', user, own),
    ...merged('options', user, own),
  };
}

function merged<K extends 'limits' | 'prices' | 'options'>(
  key: K,
  under: Config,
  over: Config,
): Partial<Config> {
  return under[key] === undefined || over[key] === undefined
    ? {}
    : { [key]: { ...under[key], ...over[key] } };
}

function refuseUserOnly(config: Config, path: string, userPath: string): void {
  const key =
    USER_ONLY.find((each) => config[each] !== undefined) ?? (config.sandbox === 'host' ? 'sandbox' : null);
  if (key === null) return;
  throw new OperatorError(
    'bad-configuration',
    `${path}: ${key}${key === 'sandbox' ? ': "host"' : ''} may not be set by a repository`,
    {
      hint: `put it in your own configuration, ${userPath}, or give it as an option`,
    },
  );
}

async function read(path: string): Promise<Config | null> {
  if (!existsSync(path)) return null;
  // Most machines have no such file, and then the parser need not be loaded.
  const { default: stripJsonComments } = await import('strip-json-comments');
  // Comments become spaces, so that places stay what they were.
  const text = stripJsonComments(readText(path), { trailingCommas: true });
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw bad(path, lineOfSyntaxError(error, text), messageOf(error).replace(/ in JSON at position.*/s, ''));
  }
  const parsed = z.safeParse(configSchema, value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const keys = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
  throw bad(path, lineOfKey(text, keys.map(String)), issueText(issue));
}

function lineOfSyntaxError(error: unknown, text: string): number {
  const position = /at position (\d+)/.exec(messageOf(error))?.[1];
  return lineAt(text, position === undefined ? text.trimEnd().length : Number(position));
}

/** Where the last of nested keys stands, as far as it can be found without a syntax tree. */
function lineOfKey(text: string, keys: readonly string[]): number {
  let at = 0;
  for (const key of keys) at = Math.max(at, text.indexOf(JSON.stringify(key), at));
  return lineAt(text, at);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new OperatorError('bad-configuration', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

function bad(path: string, line: number, what: string): OperatorError {
  return new OperatorError('bad-configuration', `${path}:${line}: ${what}`, {
    hint: '`heddle init` writes a file with every key explained',
  });
}
