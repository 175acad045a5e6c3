import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SpecError } from '@heddle/agent';
import { issueText, messageOf, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import { type Config, configSchema, USER_ONLY } from './schema.ts';

export const CONFIG_FILE = 'heddle.config.jsonc';

/** The user's own configuration: `$XDG_CONFIG_HOME/heddle/heddle.config.jsonc`, else below `~/.config`. */
export function userConfigPath(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'heddle', CONFIG_FILE);
}

interface Loaded {
  readonly config: EffectiveConfig;
  /** One line about what the repository's file says and may not; null when there is nothing of the kind. */
  readonly ignored: string | null;
}

/** What holds after both files were read: whose a hook is makes a difference. */
export interface EffectiveConfig extends Omit<Config, 'hooks'> {
  hooks?: (NonNullable<Config['hooks']>[number] & { readonly repository?: true })[];
}

/** {@link readConfig}, with what it ignores told on standard error. */
export async function loadConfig(
  root: string | null,
  env: NodeJS.ProcessEnv = process.env,
): Promise<EffectiveConfig> {
  const { config, ignored } = await readConfig(root, env);
  if (ignored !== null) process.stderr.write(`heddle: ${ignored}\n`);
  return config;
}

/**
 * The user's configuration with the repository's over it; groups (`prices`, `options`) are merged field by field.
 * Anyone may have written the repository's: what it may not decide is left out.
 *
 * @throws OperatorError `bad-configuration`, one line with the file, the line and the key.
 */
export async function readConfig(root: string | null, env: NodeJS.ProcessEnv = process.env): Promise<Loaded> {
  const userPath = userConfigPath(env);
  const user = (await read(userPath, (config) => ownOf(config, userPath))) ?? {};
  const path = root === null ? null : join(root, CONFIG_FILE);
  const own = path === null ? null : await read(path, (config) => allowedOf(config, user));
  if (path === null || own === null) return { config: user, ignored: null };
  const { allowed, refused } = own;
  const config = {
    ...user,
    ...allowed,
    ...hooksOf(user, allowed),
    ...toolsOf(user, allowed),
    ...(user.agents && allowed.agents ? { agents: { ...allowed.agents, ...user.agents } } : {}),
    ...(user.options && allowed.options ? { options: { ...user.options, ...allowed.options } } : {}),
  };
  const keys = refused.join(', ');
  const ignored = `${path}: ignored ${keys}, which a repository may not decide: put it in ${userConfigPath(env)} or give it as an option`;
  return { config, ignored: refused.length === 0 ? null : ignored };
}

/** The user's own come first; a repository's are marked as such. */
function hooksOf({ hooks: own = [] }: Config, { hooks = [] }: Config): Pick<EffectiveConfig, 'hooks'> {
  const all = [...own, ...hooks.map((hook) => ({ ...hook, repository: true as const }))];
  return all.length === 0 ? {} : { hooks: all };
}

/** Which servers are used is the user's to say, whatever tools a repository names. */
function toolsOf({ tools: own = [] }: Config, { tools }: Config): Pick<Config, 'tools'> {
  return tools === undefined ? {} : { tools: [...tools, ...own.filter(isServer)] };
}

const isServer = (tool: string) => tool.startsWith('mcp:');

/** The user's file, read as a whole. */
async function ownOf(config: Config, path: string): Promise<Config> {
  if (!namesAgents(config)) return config;
  const { userAgents } = await import('./agents.ts');
  return userAgents(config, path);
}

const namesAgents = ({ agents, agent }: Config) => agents !== undefined || agent !== undefined;

/** What of a repository's file may be followed, and the names of what may not. */
async function allowedOf(own: Config, user: Config): Promise<{ allowed: Config; refused: string[] }> {
  const refused: string[] = USER_ONLY.filter((key) => own[key] !== undefined);
  const allowed: Config = Object.fromEntries(
    Object.entries(own).filter(([key]) => !USER_ONLY.some((each) => each === key)),
  );
  if (own.sandbox === 'host') {
    refused.push('sandbox: "host"');
    delete allowed.sandbox;
  }
  if (own.tools?.some(isServer)) {
    refused.push(...own.tools.filter(isServer).map((tool) => `tools: "${tool}"`));
    allowed.tools = own.tools.filter((tool) => !isServer(tool));
  }
  if (own.hooks !== undefined) {
    const isInside = ({ module, outside }: (typeof own.hooks)[number]) => module === undefined && !outside;
    allowed.hooks = own.hooks.filter(isInside);
    if (allowed.hooks.length === 0) delete allowed.hooks;
    for (const [at, hook] of own.hooks.entries())
      if (!isInside(hook)) refused.push(`hooks.${at}.${hook.module === undefined ? 'outside' : 'module'}`);
  }
  if (namesAgents(own)) {
    const { repositoryAgents } = await import('./agents.ts');
    const found = repositoryAgents(own, user);
    delete allowed.agents;
    delete allowed.agent;
    Object.assign(allowed, found.allowed);
    refused.push(...found.refused);
  }
  if (own.limits === undefined) return { allowed, refused };
  const { repositoryLimits } = await import('./repository-limits.ts');
  const { limits, refused: tooHigh } = repositoryLimits(own.limits, user.limits);
  return { allowed: { ...allowed, limits }, refused: [...refused, ...tooHigh] };
}

async function read<T>(path: string, understand: (config: Config) => Promise<T>): Promise<T | null> {
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
  if (parsed.success) {
    return await understand(parsed.data).catch((error: unknown) => {
      if (!(error instanceof SpecError)) throw error;
      throw bad(path, lineOfKey(text, error.path.map(String)), error.message, error.hint);
    });
  }
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

function bad(path: string, line: number, what: string, hint?: string): OperatorError {
  return new OperatorError('bad-configuration', `${path}:${line}: ${what}`, {
    hint: hint ?? '`heddle init` writes a file with every key explained',
  });
}
