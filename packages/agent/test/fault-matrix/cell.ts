import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { EventOf, Recorded } from '@heddle/core';
import { type Model, openModel } from '@heddle/models';
import { STANDINS, type StandinReply, startStandin } from '../../../models/test/standins/index.ts';
import { exitCodeOf } from '../../src/exit-code.ts';
import { readRollout, resultOf, stateOf } from '../../src/result.ts';
import { resume } from '../../src/resume.ts';
import type { RolloutResult } from '../../src/rollout.ts';
import { solve } from '../../src/solve.ts';
import { makePlace } from './place.ts';
import type { DialectName, ProviderFault } from './provider-faults.ts';
import { PATCH_LINES, SCRIPT } from './script.ts';

/** What came of one fault in one provider's dialect. */
export interface Cell {
  /** What its tries were journaled with, and what it ended with if it did. */
  readonly codes: readonly string[];
  readonly status: RolloutResult['status'];
  readonly exitCode: number;
  /** Requests for the step the fault befell, the first included. */
  readonly requests: number;
  /** Seconds asked for between tries, at the least: chance adds up to as much again, to a named wait a tenth. */
  readonly waits: readonly number[];
  /** How it ended after `heddle resume` once the fault was gone; null: it had ended by itself. */
  readonly resumed: RolloutResult['status'] | null;
  /** Everything that was not as it should be; empty: nothing was lost. */
  readonly lost: readonly string[];
}

/** The request that the fault befalls. */
const BEFALLEN = 1;
const NEW_KEY = 'a-new-key-0123456789';

/** A server that follows the script and counts what it gave whole; the fault comes between two replies. */
async function serverOf(name: DialectName, { play }: ProviderFault) {
  let good = 0;
  let left = play.kind === 'fault' || play.kind === 'reply' ? (play.times ?? Number.POSITIVE_INFINITY) : 0;
  let ids = 0;
  const whole = { inputTokens: 0, outputTokens: 0 };
  const given = (reply: StandinReply): StandinReply => {
    whole.inputTokens += reply.usage?.inputTokens ?? 0;
    whole.outputTokens += reply.usage?.outputTokens ?? 0;
    // Each call has an id of its own, as with a real provider.
    return { ...reply, calls: (reply.calls ?? []).map((call) => ({ ...call, id: `call_${ids++}` })) };
  };
  const standin = await startStandin(name, () => {
    if (good === BEFALLEN && left > 0) {
      left -= 1;
      if (play.kind === 'fault') return { ...SCRIPT[good]!, fault: play.fault };
      if (play.kind === 'reply') return given(play.reply);
    }
    const reply = given(SCRIPT[Math.min(good, SCRIPT.length - 1)]!);
    good += 1;
    if (good === BEFALLEN && play.kind === 'rotated') standin.rotate(NEW_KEY);
    return reply;
  });
  return { standin, whole, heal: () => (left = 0) };
}

/** Plays a fault in one provider's dialect through the real loop, provider package and wire. */
export async function playCell(name: DialectName, fault: ProviderFault): Promise<Cell> {
  using place = makePlace();
  const { standin, whole, heal } = await serverOf(name, fault);
  const { play, silenceSeconds } = fault;
  const waits: number[] = [];
  const clock = { random: () => 0, sleep: async (seconds: number) => void waits.push(seconds) };
  const provider = STANDINS[name].spec.split('/')[0]!;
  const config = { providers: { [provider]: silenceSeconds === undefined ? {} : { silenceSeconds } } };
  const open = (env: NodeJS.ProcessEnv): Promise<Model> =>
    openModel(standin.spec, { home: place.home, env, config, clock });
  try {
    const file = join(place.home, 'key');
    writeFileSync(file, standin.key);
    const events: Recorded[] = [];
    const observer = {
      event: (recorded: Recorded) => {
        events.push(recorded);
        if (play.kind === 'rotated' && play.file && events.length > 1) writeFileSync(file, NEW_KEY);
      },
    };
    const model = await open(envOf(name, standin, { play, file, closed: await closedPort() }));
    const task = { task: 'Add two lines.', repo: place.repo, checks: [], sandbox: 'host' as const, model };
    const result = await solve(task, { ...place, observer });
    const tries = standin.requests.slice(BEFALLEN);
    heal();
    const paused = result.status === 'model-unreachable';
    const before = readRollout(place.store, result.rollout);
    const rotated = play.kind === 'rotated' || play.kind === 'fault';
    if (paused && rotated) standin.rotate(NEW_KEY);
    const again = paused
      ? await resume(
          { rollout: result.rollout, model: await open(rotated ? keyed(standin.env) : standin.env) },
          place,
        )
      : null;
    const retried = befallen(before, 'model.retried');
    const failed = befallen(before, 'model.failed');
    const requests = retried.length + 1;
    return {
      codes: [...new Set([...retried, ...failed].map(({ code }) => code))],
      status: result.status,
      exitCode: exitCodeOf(result),
      requests,
      waits,
      resumed: again?.status ?? null,
      lost: [
        ...lossesOf(again ?? result, whole),
        ...(play.kind === 'address' || standin.requests.length === 0
          ? []
          : differences(tries.slice(0, requests).map(({ text }) => text))),
        ...journalFaults(before, readRollout(place.store, result.rollout), events),
        ...(isDeepStrictEqual(resultOf(place.store, result.rollout), again ?? result)
          ? []
          : ['the result is another one when it is read from the journal']),
      ],
    };
  } finally {
    await standin.close();
  }
}

function envOf(
  name: DialectName,
  standin: Awaited<ReturnType<typeof startStandin>>,
  { play, file, closed }: { play: ProviderFault['play']; file: string; closed: number },
): Record<string, string> {
  if (play.kind === 'address') {
    const port = new URL(standin.url).port;
    return STANDINS[name].env(
      play.url.replace('STANDIN', port).replace('CLOSED', String(closed)),
      standin.key,
    );
  }
  const key = Object.keys(standin.env).find((each) => each.endsWith('_API_KEY'))!;
  if (play.kind !== 'rotated') return standin.env;
  const { [key]: _, ...rest } = standin.env;
  return { ...rest, [`${key}_FILE`]: file };
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function keyed(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, name.endsWith('_API_KEY') ? NEW_KEY : value]),
  );
}

/** Events of one type: no other step than the one that the fault befell has tries that failed. */
function befallen<T extends 'model.retried' | 'model.failed'>(events: readonly Recorded[], type: T) {
  return events.flatMap(({ event }) => (event.type === type ? [event as EventOf<T>] : []));
}

/** What the work and the money should be, and are not. */
function lossesOf(result: RolloutResult, whole: { inputTokens: number; outputTokens: number }): string[] {
  const found: string[] = [];
  const limited = result.status === 'limit' || result.status === 'gave-up';
  const lines = limited ? PATCH_LINES.slice(0, 1) : PATCH_LINES;
  const added = result.patch.split('\n').filter((line) => /^\+[^+]/.test(line));
  if (!isDeepStrictEqual(added, lines)) found.push(`the patch adds ${added.join(' ') || 'nothing'}`);
  for (const kind of ['inputTokens', 'outputTokens'] as const)
    if (result.usage[kind] !== whole[kind])
      found.push(`${kind}: ${result.usage[kind]} in the ledger, ${whole[kind]} at the server`);
  return found;
}

function differences(bodies: readonly string[]): string[] {
  return bodies.some((body) => body !== bodies[0]) ? ['a try was not the same request as the first'] : [];
}

/** The journal holds what was seen, in order; a resumed rollout's past is as it was; each request has one end. */
function journalFaults(
  before: readonly Recorded[],
  after: readonly Recorded[],
  seen: readonly Recorded[],
): string[] {
  const found: string[] = [];
  if (!isDeepStrictEqual(before, seen)) found.push('the journal is not what was seen');
  if (!isDeepStrictEqual(after.slice(0, before.length), before)) found.push('the past was changed');
  if (after.some(({ position }, index) => position !== index)) found.push('a position is missing');
  const count = (type: string) => after.filter(({ event }) => event.type === type).length;
  if (count('model.requested') !== count('model.completed') + count('model.failed'))
    found.push('a request has no end');
  if (stateOf(after).events !== after.length) found.push('an event was not folded');
  return found;
}
