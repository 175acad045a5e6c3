import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder, newRolloutId, OperatorError, type Store, systemCode } from '@heddle/core';
import type { Starter } from '@heddle/studio';
import { stopTrials } from './desk.ts';
import { beginProgram, type Program, THIS_PROGRAM } from './programs.ts';

const LOOK_EVERY_MS = 100;
/** A dataset may have to be downloaded first. */
const MOST_SECONDS = 180;
/** What a run has printed is kept so long: its journal has all that matters. */
const KEPT_MS = 7 * 24 * 3600 * 1000;
/** That have not said yet what they begin: each takes a processor for a second, and a page asks faster than a person. */
const MOST_AT_ONCE = 8;
/** Of a plan; what is more is no sentence. */
const MAX_PRINTED = 1_000_000;

type Stdio = Parameters<typeof beginProgram>[2];

/** The first line that names what was begun. */
const BEGUN = /^(?:heddle|Experiment) ([0-9a-z]{8,16})\b/m;

/**
 * Begins `heddle` processes in sessions of their own: they outlive this one. What they print goes into files below the data
 * folder, which are read until they have said what they began, or why not.
 */
export function starterFor(store: Store, home: string, others: readonly Program[] = []): Starter {
  const folder = join(home, 'started');
  const programs = [THIS_PROGRAM, ...others];
  const heddle = (args: readonly string[], stdio: Stdio, name: string | undefined) =>
    spawned(beginProgram(programOf(programs, name), args, stdio));
  let starting = 0;
  const inTurn = async <T>(start: () => Promise<T>): Promise<T> => {
    if (starting >= MOST_AT_ONCE)
      throw new OperatorError('too-many-starts', `${MOST_AT_ONCE} others are being begun`, {
        hint: 'try again when they stand',
      });
    starting += 1;
    try {
      return await start();
    } catch (cause) {
      throw notBegun(cause);
    } finally {
      starting -= 1;
    }
  };
  const begin: Starter['begin'] = async (args, program) => {
    makeFolder(folder);
    removeOld(folder);
    const file = join(folder, `${newRolloutId()}.log`);
    const log = openSync(file, 'wx', 0o600);
    try {
      const child = await heddle(args, ['ignore', log, log], program);
      child.unref();
      return await idIn(child, file);
    } finally {
      closeSync(log);
    }
  };
  const ask: Starter['ask'] = async (args, program) => {
    const child = await heddle(args, ['ignore', 'pipe', 'pipe'], program);
    const [printed, problem, code] = await Promise.all([
      textOf(child.stdout!),
      textOf(child.stderr!),
      endOf(child),
    ]);
    if (code !== 0) throw refusalIn(problem);
    return printed;
  };
  return {
    programs: programs.map(({ name }) => name),
    begin: (args, program) => inTurn(() => begin(args, program)),
    ask: (args, program) => inTurn(() => ask(args, program)),
    stopExperiment: (experiment) => stopTrials(store, experiment),
  };
}

function programOf(programs: readonly Program[], name = programs[0]!.name): Program {
  const program = programs.find((each) => each.name === name);
  if (program !== undefined) return program;
  throw new OperatorError('no-such-program', `this Studio knows no Heddle ${name}`, {
    hint: `one of: ${programs.map((each) => each.name).join(', ')}; \`heddle studio --also NAME=PROGRAM\` adds others`,
  });
}

/** Too many files or processes, a full disk, a program that was removed: none of it is a bug, or ends the Studio. */
function notBegun(cause: unknown): unknown {
  const code = systemCode(cause);
  if (code === undefined || cause instanceof OperatorError) return cause;
  return new OperatorError('not-started', `nothing can be begun here (${code})`, { cause });
}

/** Throws the system's error where there is no process. */
async function spawned(child: ChildProcess): Promise<ChildProcess> {
  await once(child, 'spawn');
  return child;
}

async function idIn(child: ChildProcess, file: string): Promise<string> {
  const ended = endOf(child);
  const state = { over: false };
  void ended.finally(() => {
    state.over = true;
  });
  for (let tries = 0; tries * LOOK_EVERY_MS < MOST_SECONDS * 1000; tries++) {
    // Asked before the file is read: what it printed last is in it.
    const { over } = state;
    const said = readFileSync(file, 'utf8');
    const id = BEGUN.exec(said)?.[1];
    if (id !== undefined) return id;
    if (over) throw refusalIn(said);
    await Promise.race([pause(LOOK_EVERY_MS), ended]);
  }
  throw new OperatorError('slow-start', 'it has not begun yet', { hint: `what it says is in ${file}` });
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', resolve);
  });
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) if (text.length < MAX_PRINTED) text += String(chunk);
  return text;
}

/** `heddle: what is wrong`, and `hint:` below it. */
function refusalIn(said: string): OperatorError {
  const [, message = said.trim().split('\n').at(-1) || 'it ended without a word', hint] =
    /^heddle: (.*)(?:\n {2}hint: (.*))?\s*$/m.exec(lastRefusal(said)) ?? [];
  return new OperatorError('not-started', message, hint === undefined ? {} : { hint });
}

/** Remarks of the same form may stand before it. */
function lastRefusal(said: string): string {
  const at = said.lastIndexOf('\nheddle: ');
  return at === -1 ? said : said.slice(at + 1);
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > KEPT_MS)
      rmSync(file, { force: true });
  }
}
