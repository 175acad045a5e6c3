import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { OperatorError, systemCode } from '@heddle/core';

/** A Heddle that runs can be begun with: this one, or another checkout, whose agents, prompts and loop are of another version. */
export interface Program {
  /** By which people choose it. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** This very program. */
export const THIS_PROGRAM: Program = {
  name: 'this one',
  command: [process.execPath, ...process.execArgv, process.argv[1]!],
};

const NAME = /^[\w][\w.-]{0,39}$/;
const MOST_MS = 20_000;

/** `NAME=PROGRAM` each. Asks every one for its version. Throws OperatorError `bad-program`. */
export async function otherPrograms(given: readonly string[]): Promise<Program[]> {
  const programs = given.map(programIn);
  const twice = programs.find(({ name }, at) => programs.findIndex((other) => other.name === name) !== at);
  if (twice !== undefined) throw badProgram(`${twice.name} is given twice`);
  await Promise.all(programs.map(refuseStranger));
  return programs;
}

/** In a session of its own: a Ctrl-C here is not for it. */
export function beginProgram(
  { command: [program, ...before] }: Program,
  args: readonly string[],
  stdio: Parameters<typeof spawn>[2]['stdio'],
): ChildProcess {
  // Who may open the Studio is nobody else's business.
  const { HEDDLE_STUDIO_TOKEN: _, ...env } = process.env;
  return spawn(program, [...before, ...args], { detached: true, env, stdio });
}

function programIn(text: string): Program {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  const path = text.slice(at + 1);
  if (at === -1 || !NAME.test(name) || path === '') throw badProgram(`${text} is not NAME=PROGRAM`);
  return { name, command: [resolve(path)] };
}

async function refuseStranger({ name, command: [program] }: Program): Promise<void> {
  const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: MOST_MS }).catch(
    (error: Error) => {
      throw badProgram(`${name}: ${program} does not run (${systemCode(error) ?? 'it failed'})`);
    },
  );
  if (!/^\d+\.\d+\.\d+/.test(stdout)) throw badProgram(`${name}: ${program} is no Heddle`);
}

function badProgram(message: string): OperatorError {
  return new OperatorError('bad-program', message, {
    hint: 'write --also NAME=PROGRAM, such as --also before=../heddle-before/packages/cli/bin/heddle',
  });
}
