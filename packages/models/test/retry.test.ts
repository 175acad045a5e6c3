import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { classify, retryAfter } from '../src/classify.ts';
import { FAILURES, ModelError, type ModelErrorCode } from '../src/errors.ts';
import { ask, scriptedModel } from '../src/index.ts';
import { DEFAULT_RETRY, decide } from '../src/retry.ts';
import { impatient, user } from './helpers.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const REQUEST = { prompt: [user('x')], tools: [] };

test.each([
  [{ 'retry-after': '12' }, 12],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1.5],
  [{ 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT' }, 30],
  [{ 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT' }, 0],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 0.25],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{}, undefined],
])('retry-after %j is %s seconds', (headers, seconds) => {
  expect(retryAfter(headers, NOW)).toBe(seconds);
});

test('what a provider asks for is waited, never less, and at most a tenth more', async () => {
  await fc.assert(
    fc.property(
      fc.double({ min: 0, max: 300, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (asked, random) => {
        const error = new ModelError('rate-limited', 'x', { retryAfterSeconds: asked });
        const decision = decide(error, 1, DEFAULT_RETRY, random);
        expect(decision.retry).toBe(true);
        if (!decision.retry) return;
        expect(decision.waitSeconds).toBeGreaterThanOrEqual(asked);
        expect(decision.waitSeconds).toBeLessThanOrEqual(asked * 1.1 + 1e-9);
      },
    ),
  );
});

test('waits double up to a limit, spread over their upper half', () => {
  const error = new ModelError('server-error', 'x');
  const waits = (random: number) =>
    [1, 2, 3, 4, 5, 6, 7].map((tried) => {
      const decision = decide(error, tried, DEFAULT_RETRY, random);
      return decision.retry ? decision.waitSeconds : null;
    });
  expect(waits(1)).toEqual([1, 2, 4, 8, 16, 32, 60]);
  expect(waits(0)).toEqual([0.5, 1, 2, 4, 8, 16, 30]);
  expect(decide(error, 8)).toEqual({ retry: false, exitCode: 4 });
});

test('a wait of hours ends it: the quota of the day is spent', () => {
  const error = new ModelError('rate-limited', 'x', { retryAfterSeconds: 7200 });
  expect(decide(error, 1)).toEqual({ retry: false, exitCode: 4 });
});

test('each code has its decision and its exit code', () => {
  const table = Object.fromEntries(
    (Object.keys(FAILURES) as ModelErrorCode[]).map((code) => {
      const decision = decide(new ModelError(code, 'x'), 1, DEFAULT_RETRY, 1);
      return [code, decision.retry ? 'again' : decision.exitCode];
    }),
  );
  expect(table).toEqual({
    unauthorized: 2,
    forbidden: 2,
    'not-found': 2,
    'out-of-credit': 4,
    'rate-limited': 'again',
    overloaded: 'again',
    'server-error': 'again',
    'stream-cut': 'again',
    silent: 'again',
    unreachable: 'again',
    redirected: 2,
    'empty-reply': 'again',
    'context-too-long': 3,
    'bad-request': 2,
    aborted: 130,
  });
});

test('a bug of ours is neither named nor tried again', async () => {
  const bug = new TypeError('x is not a function');
  const model = scriptedModel(() => {
    throw bug;
  });
  const { options, retried } = impatient();
  await expect(ask(model, REQUEST, options)).rejects.toBe(bug);
  expect(retried).toEqual([]);
  expect(classify(bug, model)).toBe(bug);
});

test('a scripted fault is played, retried and then gone', async () => {
  let times = 0;
  const model = scriptedModel(() => {
    times += 1;
    if (times < 3) throw new ModelError('overloaded', 'later', { retryAfterSeconds: 5 });
    return { text: 'here' };
  });
  const { options, waits } = impatient();
  expect((await ask(model, REQUEST, options)).content).toEqual([{ type: 'text', text: 'here' }]);
  expect(waits).toHaveLength(2);
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(5);
});

test.each([
  ['input length and `max_tokens` exceed context limit: 178959 + 64000 > 200000', 'context-too-long'],
  [
    "This model's maximum context length is 8192 tokens, however you requested 8977 tokens",
    'context-too-long',
  ],
  [
    'The input token count (314175) exceeds the maximum number of tokens allowed (131072).',
    'context-too-long',
  ],
  ['the request exceeds the available context size, try increasing it', 'context-too-long'],
  [
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
    'context-too-long',
  ],
  ['Your credit balance is too low to access the Anthropic API.', 'out-of-credit'],
  ['API key not valid. Please pass a valid API key.', 'unauthorized'],
  ["Unsupported value: 'temperature' does not support 0.2 with this model.", 'bad-request'],
])('a 400 that says %j is %s', (message, code) => {
  const thrown = Object.assign(new Error(message), { name: 'AI_APICallError', statusCode: 400 });
  expect(classify(thrown, scriptedModel([]))).toMatchObject({ code, status: 400 });
});

test('a date to wait for is meant by the clock of the server', () => {
  const thrown = Object.assign(new Error('later'), {
    name: 'AI_APICallError',
    statusCode: 429,
    responseHeaders: {
      date: 'Sun, 01 Jan 2034 10:00:00 GMT',
      'retry-after': 'Sun, 01 Jan 2034 10:00:30 GMT',
    },
  });
  expect(classify(thrown, scriptedModel([]))).toMatchObject({ retryAfterSeconds: 30 });
});

test("Google's wait in the body of a 429 is read", () => {
  const thrown = Object.assign(new Error('quota'), {
    name: 'AI_APICallError',
    statusCode: 429,
    responseBody: '{"error":{"details":[{"retryDelay": "34.5s"}]}}',
  });
  expect(classify(thrown, scriptedModel([]))).toMatchObject({
    code: 'rate-limited',
    retryAfterSeconds: 34.5,
  });
});
