import type { Workspace } from '@heddle/workspace';
import type { Instance } from '../instance.ts';
import { type ScoredTrial, type TrialScore, Unscored } from '../trial-scorer.ts';
import { textIn } from './files.ts';

/** Linting a large project, twice. */
const LINT_SECONDS = 300;
const LINTERS =
  /\b(?:eslint|ruff|flake8|pylint|pyflakes|mypy|tsc|biome|oxlint|golangci-lint|go vet|clippy|rubocop|standard|xo|checkstyle|phpstan)\b/;
/** A place in a file: `a.py:3:1: E501`, or `  3:10  error` below a file's name. */
const PLACE = /(?:^|[\s:(])\d+:\d+|:\d+:|\(\d+,\d+\)/;
/** Lines that are told. */
const MAX_NAMED = 3;

/**
 * What the repository's own linter says with the patch and did not say without it: a check of the instance that names
 * one, or the `lint` script of its manifest. Lines move, so that one is known by its text without numbers.
 */
export async function lintAdded(trial: ScoredTrial): Promise<TrialScore> {
  const before = await trial.open('before');
  const command = await lintCommand(trial.instance, before);
  if (command === null) return { unscored: 'the repository has no linter among its checks' };
  const old = await linesOf(command, before, trial.signal);
  const now = await linesOf(command, await trial.open('after'), trial.signal);
  const left = new Map<string, number>();
  for (const line of old.lines) left.set(nameOf(line), (left.get(nameOf(line)) ?? 0) + 1);
  const added = now.lines.filter((line) => {
    const count = left.get(nameOf(line)) ?? 0;
    left.set(nameOf(line), count - 1);
    return count <= 0;
  });
  if (added.length === 0 && old.passed && !now.passed) return { value: 1, why: `${command} fails now` };
  const told = added.slice(0, MAX_NAMED).map((line) => line.trim());
  return { value: added.length, why: added.length === 0 ? `none by ${command}` : told.join('; ') };
}

async function lintCommand({ checks }: Instance, workspace: Workspace): Promise<string | null> {
  const check = checks.find(({ name, command }) => LINTERS.test(command) || /lint/.test(name));
  if (check !== undefined) return check.command;
  const manifest = await textIn(workspace, 'package.json');
  if (manifest === null || (await workspace.files.stat('node_modules')) === null) return null;
  return /"lint"\s*:\s*"/.test(manifest) ? 'npm run --silent lint' : null;
}

async function linesOf(
  command: string,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<{ readonly passed: boolean; readonly lines: readonly string[] }> {
  const chunks: string[] = [];
  const { ended, exitCode } = await workspace.exec(command, {
    timeoutSeconds: LINT_SECONDS,
    signal,
    onOutput: (chunk) => chunks.push(chunk),
  });
  signal.throwIfAborted();
  // 126 and 127: the shell could not start it.
  if (ended !== 'exited' || exitCode === 126 || exitCode === 127)
    throw new Unscored(
      `${command} could not be run here: ${ended === 'exited' ? 'it is not installed' : ended}`,
    );
  const lines = chunks
    .join('')
    .split('\n')
    .filter((line) => PLACE.test(line));
  return { passed: exitCode === 0, lines };
}

function nameOf(line: string): string {
  return line.replaceAll(/\d+/g, '#').replaceAll(/\s+/g, ' ').trim();
}
