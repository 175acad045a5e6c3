import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../src/program.ts';
import { heddle } from './support.ts';

/** Every command, with the words that lead to it. */
function all(command: Command, path: readonly string[] = []): [string, Command][] {
  const below = command.commands.flatMap((child) => all(child, [...path, child.name()]));
  return [[path.join(' '), command], ...below];
}

function helpText(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (chunk) => {
      text += chunk;
    },
    getOutHelpWidth: () => 80,
  });
  command.outputHelp();
  return text;
}

describe('help', () => {
  const commands = all(buildProgram());

  test.each(commands)('of "%s" fits 80 columns and has examples', (_, command) => {
    const text = helpText(command);
    expect(text).toMatch(/\nExamples?:\n {2}\$ /);
    const wide = text.split('\n').filter((line) => line.length > 80 && !line.startsWith('  $ '));
    expect(wide).toEqual([]);
    expect(text).toMatchSnapshot();
  });

  test('alone and with --help the program prints the same, a group prints its own to standard error', async () => {
    const [alone, asked, group] = await Promise.all([heddle([]), heddle(['--help']), heddle(['relay'])]);
    expect(alone).toEqual(asked);
    expect(alone.code).toBe(0);
    expect(group).toMatchObject({ code: 2, stdout: '' });
    expect(group.stderr).toContain('Usage: heddle relay');
  });

  test('--version is the version of the package', async () => {
    const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
    expect(await heddle(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});
