import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { OperatorError, openStore, type Recorded, type Store } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { readRollout, resultOf, stateOf } from '../../src/result.ts';
import { resume } from '../../src/resume.ts';
import type { RolloutResult, Runtime } from '../../src/rollout.ts';
import { solve } from '../../src/solve.ts';
import { makePlace, type Place } from './place.ts';
import { PATCH_LINES, SCRIPT } from './script.ts';

/** What came of a fault of the machine. */
export interface Fared {
  /** For people: what is seen, and what follows. */
  readonly outcome: string;
  /** Everything that was not as it should be; empty: nothing was lost. */
  readonly lost: readonly string[];
}

export interface MachineFault {
  readonly name: string;
  play(): Promise<Fared>;
}

const CHILD = fileURLToPath(new URL('kill-child.ts', import.meta.url));
const HOUR_MS = 3_600_000;

/** Does again what was interrupted, as any sensible model would; else plays the script. */
const model = () =>
  scriptedModel((prompt) => {
    const observed = prompt.flatMap((message) => (message.role === 'tool' ? message.content : []));
    const interrupted = observed.filter(
      (part) =>
        part.type === 'tool-result' &&
        'value' in part.output &&
        String(part.output.value).startsWith('interrupted:'),
    ).length;
    const replies = prompt.filter(({ role }) => role === 'assistant').length;
    return SCRIPT[replies - interrupted]!;
  });
const task = ({ repo }: Place) => ({ task: 'Add two lines.', repo, checks: [], sandbox: 'host' as const });

/** Solves, and says by its code what it was stopped by. */
async function solved(
  place: Place,
  runtime: Partial<Runtime> = {},
  more = {},
): Promise<RolloutResult | string> {
  try {
    return await solve({ ...task(place), model: model(), ...more }, { ...place, ...runtime });
  } catch (error) {
    if (error instanceof OperatorError) return error.code;
    throw error;
  }
}

/** Goes on with the one rollout of a place until it is finished, and says what is not as it should be. */
async function finish(place: Place, what: string): Promise<string[]> {
  const [row] = place.store.rollouts();
  if (row === undefined) return [`${what}: there is no rollout`];
  const before = readRollout(place.store, row.rollout);
  if (stateOf(before).completed === null) await resume({ rollout: row.rollout, model: model() }, place);
  return journalFaults(place.store, row.rollout, before).map((fault) => `${what}: ${fault}`);
}

function journalFaults(store: Store, rollout: string, before: readonly Recorded[]): string[] {
  const events = readRollout(store, rollout);
  const result = resultOf(store, rollout);
  const found: string[] = [];
  if (result.status !== 'unverified') found.push(`ended ${result.status}`);
  const added = result.patch.split('\n').filter((line) => /^\+[^+]/.test(line));
  if (!isDeepStrictEqual(added, PATCH_LINES)) found.push(`the patch adds ${added.join(' ') || 'nothing'}`);
  if (!isDeepStrictEqual(events.slice(0, before.length), before)) found.push('the past was changed');
  if (events.some(({ position }, index) => position !== index)) found.push('a position is missing');
  if (events.filter(({ event }) => event.type === 'rollout.completed').length !== 1)
    found.push('it has not one end');
  return found;
}

/** A store that fails once, when it is to write its n-th event. */
function failingOnce(store: Store, n: number, failure: () => Error): Store {
  let count = 0;
  const fail = () => {
    count += 1;
    if (count === n) throw failure();
  };
  return new Proxy(store, {
    get(target, name) {
      const value = target[name as keyof Store];
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (name === 'append' || name === 'create') fail();
        return method.apply(target, args);
      };
    },
  });
}

/** Types of the events that the undisturbed rollout writes. */
async function eventsWritten(): Promise<string[]> {
  using place = makePlace();
  const result = await solve({ ...task(place), model: model() }, place);
  return readRollout(place.store, result.rollout).map(({ event }) => event.type);
}

/** The moments between two events: before the n-th is written, and after one that begins something. */
async function killedEverywhere(): Promise<Fared> {
  const lost: string[] = [];
  const events = await eventsWritten();
  const moments = events.flatMap((type, i) => [
    `before ${i + 1}`,
    // Elsewhere nothing lies between the two moments.
    ...(/requested|started/.test(type) ? [`after ${i + 1}`] : []),
  ]);
  let unbegun = 0;
  const each = async () => {
    for (let moment = moments.pop(); moment !== undefined; moment = moments.pop()) {
      using place = makePlace();
      await ran(place, moment);
      const [row] = place.store.rollouts();
      if (row === undefined) unbegun += 1;
      else lost.push(...(await finish(place, `killed ${moment}`)));
    }
  };
  await Promise.all([each(), each()]);
  if (unbegun !== 1) lost.push(`${unbegun} left no rollout`);
  return {
    outcome:
      'killed before each event is written, and after each that begins something: `resume` goes on from the last one; an action under way is told as interrupted, its files are put back',
    lost,
  };
}

function ran({ home, repo }: Place, moment: string): Promise<void> {
  const child = spawn(process.execPath, [CHILD, home, repo, moment], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) =>
    child.once('exit', (code, signal) =>
      signal === 'SIGKILL' ? resolve() : reject(new Error(`${moment}: not killed, but ended with ${code}`)),
    ),
  );
}

async function diskFullEverywhere(): Promise<Fared> {
  const lost: string[] = [];
  const { length: events } = await eventsWritten();
  for (let n = 1; n <= events; n += 1) {
    using place = makePlace();
    const full = () => new OperatorError('disk-full', 'the disk is full', { hint: 'free some space' });
    const ended = await solved(place, { store: failingOnce(place.store, n, full) });
    if (ended !== 'disk-full') lost.push(`event ${n}: ended with ${JSON.stringify(ended)}`);
    if (n > 1) lost.push(...(await finish(place, `event ${n}`)));
  }
  return {
    outcome:
      'refused at each event: ends with `disk-full` and what to do; paused in the journal if it can be written; `resume` goes on',
    lost,
  };
}

/** Runs with a machine's clock that is as far off as `shift` says. */
async function withClock<T>(shift: { ms: number }, run: () => Promise<T>): Promise<T> {
  const real = Date.now;
  Date.now = () => real() + shift.ms;
  try {
    return await run();
  } finally {
    Date.now = real;
  }
}

async function clockJumps(): Promise<Fared> {
  const lost: string[] = [];
  for (const jump of [10 * HOUR_MS, -10 * HOUR_MS]) {
    using place = makePlace();
    const shift = { ms: 0 };
    const events: Recorded[] = [];
    const observer = {
      event: (recorded: Recorded) => {
        events.push(recorded);
        if (recorded.event.type === 'action.completed') shift.ms = jump;
      },
    };
    const limits = { seconds: 600 };
    const result = await withClock(shift, () => solved(place, { observer }, { limits }));
    const what = `a jump of ${jump / HOUR_MS} h`;
    if (typeof result === 'string' || result.status !== 'unverified') lost.push(`${what}: not finished`);
    else if (result.seconds < 0 || result.seconds > 600) lost.push(`${what}: it took ${result.seconds} s`);
    if (events.some(({ at }, i) => at < (events[i - 1]?.at ?? 0))) lost.push(`${what}: events out of order`);
  }
  return {
    outcome: 'goes on; events stay in order, limits of time are about time spent',
    lost,
  };
}

/** Interrupted after its first action by a machine whose clock says one thing, resumed by one that says another. */
async function resumedAfter(startMs: number): Promise<string[]> {
  using place = makePlace();
  const stop = new AbortController();
  const observer = {
    event: ({ event }: Recorded) => {
      if (event.type === 'action.completed') stop.abort();
    },
  };
  const limits = { seconds: 600 };
  const first = await withClock({ ms: startMs }, () =>
    solved(place, { observer, signal: stop.signal }, { limits }),
  );
  if (typeof first === 'string' || first.status !== 'interrupted') return ['it was not interrupted'];
  const lost = await finish(place, `${startMs / HOUR_MS} h`);
  const { seconds } = resultOf(place.store, first.rollout);
  if (seconds < 0 || seconds > 600) lost.push(`it took ${seconds} s`);
  return lost;
}

async function locked(): Promise<Fared> {
  const lost: string[] = [];
  using place = makePlace();
  const path = join(place.home, 'journal.db');
  // A process of its own holds the lock while this one waits for it.
  const hold = (ms: number) =>
    spawn(process.execPath, ['-e', HOLD, path, String(ms)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let holder: ReturnType<typeof hold> | undefined;
  const observer = (ms: number) => ({
    event: ({ event }: Recorded) => {
      if (event.type === 'action.started' && holder === undefined) holder = hold(ms);
    },
  });
  // The lock is taken while the first action runs, which waits for it.
  const waiting = { tool: 'bash', input: { command: WAIT_FOR_LOCK(place) } };
  const script = [{ calls: [waiting] }, ...SCRIPT.slice(1)];
  const brief = await solve(
    { ...task(place), model: scriptedModel(script) },
    { ...place, observer: observer(300) },
  );
  lost.push(...journalFaults(place.store, brief.rollout, []).map((fault) => `a brief lock: ${fault}`));

  using other = makePlace();
  holder = undefined;
  const impatient = openStore(join(other.home, 'journal.db'), { busyMs: 50 });
  const otherPath = join(other.home, 'journal.db');
  const holding = new DatabaseSync(otherPath);
  const ended = await solved(other, {
    store: impatient,
    observer: {
      event: ({ event }: Recorded) => {
        if (event.type === 'action.started' && !holding.isTransaction) holding.exec('BEGIN IMMEDIATE');
      },
    },
  });
  holding.exec('ROLLBACK');
  holding.close();
  impatient.close();
  if (ended !== 'journal-busy') lost.push(`a long lock: ended with ${JSON.stringify(ended)}`);
  lost.push(...(await finish(other, 'a long lock')));
  return {
    outcome: 'waited for up to 5 s; longer: ends with `journal-busy`; `resume` goes on',
    lost,
  };
}

const HOLD = `
  const { DatabaseSync } = require('node:sqlite');
  const { writeFileSync } = require('node:fs');
  const [path, ms] = process.argv.slice(1);
  const db = new DatabaseSync(path, { timeout: 1000 });
  db.exec('BEGIN IMMEDIATE');
  writeFileSync(path + '.held', '');
  setTimeout(() => db.exec('ROLLBACK'), Number(ms));
`;
const WAIT_FOR_LOCK = ({ home }: Place) =>
  `while [ ! -e ${home}/journal.db.held ]; do sleep 0.01; done; echo two >> note.txt`;

/** The working copy is deleted by something else, at each event of the rollout. */
async function workspaceRemoved(): Promise<Fared> {
  const lost: string[] = [];
  const { length: events } = await eventsWritten();
  for (let n = 2; n < events; n += 1) {
    using place = makePlace();
    let seen = 0;
    const observer = {
      event: ({ rollout }: Recorded) => {
        seen += 1;
        if (seen === n) rmSync(join(place.home, 'work', rollout), { recursive: true, force: true });
      },
    };
    const ended = await solved(place, { observer }).catch((error: Error) => `bug: ${error.message}`);
    if (ended !== 'workspace-gone' && (typeof ended === 'string' || ended.status !== 'unverified'))
      lost.push(`deleted after event ${n}: ended with ${JSON.stringify(ended)}`);
    lost.push(...(await finish(place, `deleted after event ${n}`)));
  }
  return {
    outcome:
      'deleted after each event: ends with `workspace-gone` before the next action is told, never as if the agent had deleted the files; `resume` makes it anew from the last snapshot',
    lost,
  };
}

async function withoutGit<T>(run: () => Promise<T>): Promise<T> {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  try {
    return await run();
  } finally {
    process.env.PATH = PATH;
  }
}

async function gitMissing(): Promise<Fared> {
  using place = makePlace();
  const ended = await withoutGit(() => solved(place));
  const lost = ended === 'git-missing' ? [] : [`ended with ${JSON.stringify(ended)}`];
  return {
    outcome: 'ends with `git-missing`: install git (exit 2); `resume` begins with the copy',
    lost: [...lost, ...(await finish(place, 'later'))],
  };
}

async function gitMissingOnResume(): Promise<Fared> {
  using place = makePlace();
  const stop = new AbortController();
  const observer = {
    event: ({ event }: Recorded) => {
      if (event.type === 'action.completed') stop.abort();
    },
  };
  await solved(place, { observer, signal: stop.signal });
  const [row] = place.store.rollouts();
  const refused = await withoutGit(() =>
    resume({ rollout: row!.rollout, model: model() }, place).then(
      ({ status }) => status as string,
      (error: unknown) => (error instanceof OperatorError ? error.code : `bug: ${error}`),
    ),
  );
  const lost = refused === 'git-missing' ? [] : [`ended with ${refused}`];
  return {
    outcome: '`git-missing`, the journal as it was; `resume` goes on once it is there',
    lost: [...lost, ...(await finish(place, 'later'))],
  };
}

/** In the order of the table. */
export const MACHINE_FAULTS: readonly MachineFault[] = [
  { name: 'kill -9', play: killedEverywhere },
  { name: 'full disk under the journal', play: diskFullEverywhere },
  { name: "the machine's clock jumps ten hours, forwards and back", play: clockJumps },
  {
    name: 'asleep for nine hours, then resumed',
    play: async () => ({
      outcome: '`resume` goes on; the pause is charged to no limit',
      lost: await resumedAfter(-9 * HOUR_MS),
    }),
  },
  {
    name: 'resumed by a machine whose clock is nine hours behind',
    play: async () => ({
      outcome: '`resume` goes on; no time runs backwards',
      lost: await resumedAfter(9 * HOUR_MS),
    }),
  },
  { name: 'journal locked by another process', play: locked },
  { name: 'working copy deleted under it', play: workspaceRemoved },
  { name: 'git missing', play: gitMissing },
  { name: 'git missing on `resume`', play: gitMissingOnResume },
];
