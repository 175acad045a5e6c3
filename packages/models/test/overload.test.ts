import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { AskOptions } from '../src/ask.ts';
import type { Clock } from '../src/clock.ts';
import { ask, type Model, ModelError, openModel, scriptedModel } from '../src/index.ts';
import { Overload } from '../src/overload.ts';
import { user } from './helpers.ts';
import { type StandinName, startStandin } from './standins/index.ts';

const REQUEST = { prompt: [user('x')], tools: [] };

/** Time that passes only when nothing else can happen: it goes on to the next moment someone waits for. */
class PlayedClock implements Clock {
  #seconds = 0;
  readonly #sleepers: { at: number; wake: () => void }[] = [];
  readonly #random: () => number;

  constructor(random: () => number = () => 0.5) {
    this.#random = random;
  }

  now = () => this.#seconds;
  random = () => this.#random();
  sleep = (seconds: number, signal?: AbortSignal) =>
    new Promise<void>((wake, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#sleepers.push({ at: this.#seconds + seconds, wake });
    });

  /** False: nobody waits. */
  advance(): boolean {
    this.#sleepers.sort((a, b) => a.at - b.at);
    const next = this.#sleepers.shift();
    if (next === undefined) return false;
    this.#seconds = Math.max(this.#seconds, next.at);
    next.wake();
    return true;
  }

  /** Lets time pass until all is done. `quiet`: waits until nothing more happens by itself. */
  async play<T>(work: Promise<T>, quiet: () => Promise<void>): Promise<T> {
    let done = false;
    const over = work.finally(() => (done = true));
    over.catch(() => {});
    for (;;) {
      await quiet();
      if (done) return over;
      this.advance();
    }
  }
}

/** A pseudo-random number from 0 to 1 by the linear congruence of the C standard. */
function seeded(seed: number): () => number {
  let state = seed % 2 ** 31;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

const settled = async () => {
  for (let i = 0; i < 12; i += 1) await new Promise(setImmediate);
};

interface Crowd {
  readonly asks: number;
  readonly perSecond: number;
  /** Whether the refusal names a time. */
  readonly told: boolean;
  readonly seed: number;
}

/** Asks that all begin at once, of a provider that takes so many a second. */
async function crowd({ asks, perSecond, told, seed }: Crowd) {
  const clock = new PlayedClock(seeded(seed));
  const seen = { refused: 0, served: 0 };
  let second = -1;
  let taken = 0;
  const model: Model = {
    ...scriptedModel(async () => {
      await new Promise(setImmediate);
      if (Math.floor(clock.now()) !== second) {
        second = Math.floor(clock.now());
        taken = 0;
      }
      taken += 1;
      if (taken > perSecond) {
        seen.refused += 1;
        throw new ModelError('rate-limited', 'slow down', told ? { retryAfterSeconds: 1 } : {});
      }
      seen.served += 1;
      return { text: 'here' };
    }),
    overload: new Overload(),
    clock,
  };
  let mostTries = 0;
  const options: AskOptions = { onRetry: (_, __, tried) => (mostTries = Math.max(mostTries, tried + 1)) };
  const replies = Promise.all(Array.from({ length: asks }, () => ask(model, REQUEST, options)));
  await clock.play(replies, settled);
  return { ...seen, mostTries, seconds: clock.now() };
}

test('50 at once to a provider that takes 5 a second: all are served, few are refused, in about the time it takes', async () => {
  const { served, refused, mostTries, seconds } = await crowd({
    asks: 50,
    perSecond: 5,
    told: true,
    seed: 1,
  });
  expect(served).toBe(50);
  // All but five of the first moment, and then one or two a second; without the gate it is some 225.
  expect(refused).toBeLessThan(45 + 2.5 * 10);
  expect(mostTries).toBeLessThanOrEqual(4);
  expect(seconds).toBeLessThan(20);
});

test('any crowd before any provider is served, none is refused so often that it gives up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        asks: fc.integer({ min: 1, max: 80 }),
        perSecond: fc.integer({ min: 1, max: 30 }),
        told: fc.boolean(),
        seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      }),
      async (given) => {
        const { served, refused } = await crowd(given);
        expect(served).toBe(given.asks);
        const seconds = Math.ceil(given.asks / given.perSecond);
        expect(refused).toBeLessThanOrEqual(Math.max(0, given.asks - given.perSecond) + 4 * seconds + 4);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

test('an outage takes nobody longer than its own tries, and one request at a time asks whether it is over', async () => {
  const clock = new PlayedClock();
  let requests = 0;
  const model: Model = {
    ...scriptedModel(() => {
      requests += 1;
      throw new ModelError('overloaded', 'later');
    }),
    overload: new Overload(),
    clock,
  };
  const asked = Promise.allSettled(Array.from({ length: 40 }, () => ask(model, REQUEST)));
  const ends = await clock.play(asked, settled);
  for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'overloaded' } });
  expect(clock.now()).toBeLessThan(200);
  // Forty by eight tries would be 320.
  expect(requests).toBeLessThan(80);
});

test('one that gives up while it waits, or fails otherwise, holds nobody up', async () => {
  const clock = new PlayedClock();
  const stop = new AbortController();
  let n = 0;
  const model: Model = {
    ...scriptedModel(async () => {
      n += 1;
      if (n === 1) throw new ModelError('rate-limited', 'slow down', { retryAfterSeconds: 10 });
      if (n === 2) throw new ModelError('bad-request', 'no');
      return { text: 'here' };
    }),
    overload: new Overload(),
    clock,
  };
  const refused = ask(model, REQUEST, { signal: stop.signal }).catch((error: ModelError) => error.code);
  await settled();
  const others = [1, 2, 3].map(() => ask(model, REQUEST).catch((error: ModelError) => error.code));
  await settled();
  stop.abort();
  const ends = await clock.play(Promise.all([refused, ...others]), settled);
  expect(ends.map((end) => (typeof end === 'string' ? end : end.content))).toEqual([
    'aborted',
    'bad-request',
    [{ type: 'text', text: 'here' }],
    [{ type: 'text', text: 'here' }],
  ]);
  expect(clock.now()).toBeGreaterThanOrEqual(10);
});

test('the quota of the day is told to all who wait, not waited for', async () => {
  const clock = new PlayedClock();
  const model: Model = {
    ...scriptedModel(() => {
      throw new ModelError('rate-limited', 'tomorrow', { retryAfterSeconds: 36_000 });
    }),
    overload: new Overload(),
    clock,
  };
  const asked = Promise.allSettled(Array.from({ length: 9 }, () => ask(model, REQUEST)));
  const ends = await clock.play(asked, settled);
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(clock.now()).toBeLessThan(60);
});

const NAMES: readonly StandinName[] = ['anthropic', 'openai-responses', 'openai-chat', 'google'];

test.each(NAMES)(
  '%s: two models opened apart are one crowd, over the wire',
  async (name) => {
    const clock = new PlayedClock(seeded(7));
    const perSecond = 5;
    let second = -1;
    let taken = 0;
    let refused = 0;
    let lastAt = performance.now();
    const standin = await startStandin(name, () => {
      lastAt = performance.now();
      if (Math.floor(clock.now()) !== second) {
        second = Math.floor(clock.now());
        taken = 0;
      }
      taken += 1;
      if (taken <= perSecond) return { text: 'here', usage: { outputTokens: 1 } };
      refused += 1;
      return { fault: { kind: 'rate-limited', retryAfter: '1' } };
    });
    onTestFinished(() => standin.close());
    const open = () => openModel(standin.spec, { home: '/nowhere', env: standin.env, clock });
    const models = [await open(), await open()];
    const asked = Promise.all(Array.from({ length: 50 }, (_, i) => ask(models[i % 2]!, REQUEST)));
    // Time stands still while the server is busy.
    const quiet = async () => {
      do await delay(5);
      while (performance.now() - lastAt < 20);
    };
    expect(await clock.play(asked, quiet)).toHaveLength(50);
    expect(standin.requests).toHaveLength(50 + refused);
    expect(refused).toBeLessThan(45 + 2.5 * 10);
  },
  120_000,
);
