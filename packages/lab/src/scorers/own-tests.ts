import { languageOf } from '@heddle/code';
import type { Workspace } from '@heddle/workspace';
import { quote } from '../harness/placed.ts';
import type { Instance } from '../instance.ts';
import { textIn } from './files.ts';

/** How the test files of one kind are run: a command that takes their names. */
interface Runner {
  readonly name: string;
  readonly command: (files: readonly string[]) => string;
}

const names = (files: readonly string[]) => files.map(quote).join(' ');

const RUNNERS = {
  pytest: (python: string): Runner => ({
    name: 'pytest',
    command: (files) => `${python} -m pytest -q -x -p no:cacheprovider ${names(files)}`,
  }),
  unittest: (python: string): Runner => ({
    name: 'unittest',
    command: (files) => `${python} -m unittest -f ${names(files)}`,
  }),
  node: { name: 'node:test', command: (files) => `node --test ${names(files)}` },
  vitest: { name: 'vitest', command: (files) => `npx --no-install vitest run --bail 1 ${names(files)}` },
  jest: { name: 'jest', command: (files) => `npx --no-install jest --bail --runTestsByPath ${names(files)}` },
  mocha: { name: 'mocha', command: (files) => `npx --no-install mocha --bail ${names(files)}` },
} satisfies Record<string, Runner | ((python: string) => Runner)>;

/**
 * The commands that run these test files and no others, by what the files themselves and the project's manifest name.
 * Null: no runner is known for one of them.
 */
export async function commandsFor(
  files: readonly string[],
  workspace: Workspace,
  instance: Instance,
): Promise<string[] | null> {
  const byRunner = new Map<string, { readonly runner: Runner; readonly files: string[] }>();
  for (const path of files) {
    const runner = await runnerOf(path, workspace, instance);
    if (runner === null) return null;
    const group = byRunner.get(runner.name) ?? { runner, files: [] };
    byRunner.set(runner.name, group);
    group.files.push(path);
  }
  return [...byRunner.values()].map(({ runner, files: own }) => runner.command(own));
}

async function runnerOf(path: string, workspace: Workspace, instance: Instance): Promise<Runner | null> {
  const text = (await textIn(workspace, path)) ?? '';
  switch (languageOf(path)) {
    case 'python': {
      const python = pythonOf(instance);
      const plain =
        /^\s*class \w+\(.*\bTestCase\)/m.test(text) && !/\bpytest\b|^(?:async )?def test_/m.test(text);
      return plain && !usesPytest(instance) ? RUNNERS.unittest(python) : RUNNERS.pytest(python);
    }
    case 'javascript':
    case 'typescript':
    case 'tsx': {
      if (/['"]node:test['"]/.test(text)) return RUNNERS.node;
      const manifest = (await textIn(workspace, 'package.json')) ?? '';
      const asked = [text, instanceCommands(instance), manifest];
      for (const where of asked)
        for (const name of ['vitest', 'jest', 'mocha'] as const)
          if (new RegExp(`\\b${name}\\b`).test(where)) return RUNNERS[name];
      return null;
    }
    default:
      return null;
  }
}

function instanceCommands({ checks, grading }: Instance): string {
  return [...checks.map(({ command }) => command), grading.command].join('\n');
}

function usesPytest(instance: Instance): boolean {
  return /\bpytest\b|\bpy\.test\b/.test(instanceCommands(instance));
}

/** The interpreter that the instance's own commands name. */
function pythonOf(instance: Instance): string {
  return /(?:^|[\s;&|])(\S*python[\d.]*)(?=\s)/m.exec(instanceCommands(instance))?.[1] ?? 'python3';
}
