import { DEFAULT_CHECK_SECONDS, frameworkOf } from '@heddle/code';
import { type CheckSpec, OperatorError } from '@heddle/core';
import type { Config } from '../config/schema.ts';

interface NamedCommand {
  readonly name: string;
  readonly command: string;
}

/** Lower case only, so that `CI=1 npm test` is a command with a variable. */
const NAMED = /^([a-z][a-z0-9_.-]*)=(.+)$/s;

/**
 * The checks a person gives, by option or else by configuration; undefined: they are to be detected.
 * `--check none` means none at all.
 */
export async function givenChecks(
  options: readonly string[] | undefined,
  config: Config,
  root: string,
): Promise<{ checks: CheckSpec[]; checksFrom: 'option' | 'configuration' } | undefined> {
  const timeoutSeconds = config.checkSeconds ?? DEFAULT_CHECK_SECONDS;
  const specs = (commands: readonly NamedCommand[]) =>
    Promise.all(
      commands.map(async ({ name, command }) => ({
        name,
        command,
        framework: await frameworkOf(command, root),
        timeoutSeconds,
      })),
    );
  if (options !== undefined) return { checks: await specs(namedCommands(options)), checksFrom: 'option' };
  if (config.checks === undefined) return undefined;
  const commands = Object.entries(config.checks).map(([name, command]) => ({ name, command }));
  return { checks: await specs(commands), checksFrom: 'configuration' };
}

export function namedCommands(options: readonly string[]): NamedCommand[] {
  if (options.length === 1 && options[0] === 'none') return [];
  const commands: NamedCommand[] = [];
  for (const option of options) {
    const [, name, command] = NAMED.exec(option.trim()) ?? [undefined, undefined, option.trim()];
    const free = name ?? freeName(commands);
    if (command === '' || commands.some((each) => each.name === free)) {
      const what = command === '' ? 'has no command' : `names ${free} a second time`;
      throw new OperatorError('bad-check', `--check ${JSON.stringify(option)} ${what}`, {
        hint: 'write --check "npm test" or --check "name=command", each name once',
      });
    }
    commands.push({ name: free, command: command! });
  }
  return commands;
}

function freeName(commands: readonly NamedCommand[]): string {
  const taken = new Set(commands.map(({ name }) => name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'check' : `check-${number}`;
    if (!taken.has(name)) return name;
  }
}
