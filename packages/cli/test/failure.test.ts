import { EXIT, OperatorError } from '@heddle/core';
import { describe, expect, test } from 'vitest';
import { describeFailure } from '../src/failure.ts';
import { BUGGY, heddle, repository } from './support.ts';

describe('describeFailure', () => {
  test('an operator error is a line, a hint and its exit code, never a stack', () => {
    const error = new OperatorError('x', 'no repository\nhere', {
      hint: 'git init',
      exitCode: EXIT.modelUnreachable,
    });
    expect(describeFailure(error, false)).toEqual({
      text: 'heddle: no repository here\n  hint: git init\n',
      exitCode: 4,
    });
  });

  test('what a server or a file had to say steers no terminal', () => {
    const error = new OperatorError('x', 'no \u001b]0;title\u0007model \u009b2J\u202eyx', {
      hint: '\u001b[2Jname one',
    });
    expect(describeFailure(error, false).text).toBe('heddle: no model yx\n  hint: name one\n');
  });

  test('anything else is a bug, with its stack only on request', () => {
    const error = new TypeError('x is not a function');
    expect(describeFailure(error, false)).toEqual({
      text: 'heddle: x is not a function (this is a bug in Heddle; HEDDLE_DEBUG=1 shows where)\n',
      exitCode: 70,
    });
    expect(describeFailure(error, true).text).toContain('failure.test.ts');
    expect(describeFailure('a string', false).text).toContain('heddle: a string (this is a bug');
  });
});

describe('wrong usage is one line with what was probably meant', () => {
  test.each([
    [['slove', 'x'], "heddle: unknown command 'slove' (did you mean solve?)"],
    [['solve', 'x', '--chek', 'y'], "heddle: unknown option '--chek' (did you mean --check?)"],
    [
      ['solve', 'x', '--time', 'soon'],
      "heddle: option '--time <time>' argument 'soon' is invalid. Write a time such as 30s, 10m, 2h or 1h30m.",
    ],
    [
      ['solve', 'x', '--budget', '-1'],
      "heddle: option '--budget <usd>' argument '-1' is invalid. Write US dollars, more than zero, such as 2.50.",
    ],
    [
      ['solve', 'x', '--steps', '0'],
      "heddle: option '--steps <n>' argument '0' is invalid. Write a whole number, 1 or more.",
    ],
    [['solve', '--repo'], "heddle: option '--repo <folder>' argument missing"],
    [
      ['fork', '1t6x9'],
      "heddle: command-argument value '1t6x9' is invalid for argument 'rollout@step'. Write ROLLOUT@STEP, such as 1t6x9@5 or last@0.",
    ],
    [['fork'], "heddle: missing required argument 'rollout@step'"],
    [['show', 'last', '--diff', '--json'], "heddle: option '--diff' cannot be used with option '--json'"],
    [
      ['completion', 'tcsh'],
      "heddle: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
    ],
    [['relay', 'nxt'], "heddle: unknown command 'nxt' (did you mean next?)"],
  ])('%j', async (args, line) => {
    const { code, stdout, stderr } = await heddle(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `${line}\n` });
  });
});

test.each([['list'], ['solve', 'x', '--repo', '.'], ['doctor']])(
  'a data folder that cannot be made is named at once: %s',
  async (...args) => {
    const cwd = repository(BUGGY);
    const { code, stdout, stderr } = await heddle(args, { cwd, env: { HEDDLE_HOME: '/proc/nope/deep' } });
    expect(code).toBe(2);
    expect(`${stdout}${stderr}`).toContain('the data folder /proc/nope/deep cannot be made (ENOENT)');
  },
);
