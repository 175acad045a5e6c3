import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completionScript, type Shell } from '../src/completion/scripts.ts';
import { buildProgram } from '../src/program.ts';
import { heddle, temporaryFolder } from './support.ts';

const has = (program: string) => spawnSync(program, ['-c', ':']).status === 0;

describe.each<Shell>(['bash', 'zsh', 'fish'])('%s', (shell) => {
  test.skipIf(!has(shell))(`is a script ${shell} can read (skipped where ${shell} is not installed)`, () => {
    const file = join(temporaryFolder(), 'completion');
    writeFileSync(file, completionScript(shell, buildProgram()));
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('is what the command prints', async () => {
    expect((await heddle(['completion', shell])).stdout).toBe(completionScript(shell, buildProgram()));
  });
});

test.each([
  [['so'], ['solve']],
  [
    ['relay', ''],
    ['next', 'answer', 'list', 'clean', '--help', '-h'],
  ],
  [['relay', 'next', '--w'], ['--wait']],
  [
    ['show', '--st'],
    ['--step', '--store'],
  ],
  [['completion', '--h'], ['--help']],
])('bash completes %j', (words, expected) => {
  const file = join(temporaryFolder(), 'completion.bash');
  const call = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _heddle; echo "$' + '{COMPREPLY[*]}"';
  writeFileSync(file, `${completionScript('bash', buildProgram())}\n${call}\n`);
  const { stdout } = spawnSync('bash', [file, 'heddle', ...words], { encoding: 'utf8' });
  expect(stdout.trim().split(/\s+/)).toEqual(expected);
});

test.skipIf(!has('fish'))('fish completes (skipped where fish is not installed)', () => {
  const script = `${completionScript('fish', buildProgram())}\ncomplete -C 'heddle relay n'; complete -C 'heddle show --di'`;
  const { stdout } = spawnSync('fish', ['-c', script], { encoding: 'utf8' });
  expect(stdout).toBe('next\tprint the oldest waiting request\n--diff\tprint its patch\n');
});
