import { scriptedModel } from '@heddle/models';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { solve } from '../src/solve.ts';
import { bash, HOST, repository, runtime } from './support.ts';

/** Small: foldings leave few of the last steps. */
const CONTEXT_TOKENS = 12_000;

const step = fc.record({
  bytes: fc.constantFrom(0, 2_000, 9_000, 16_000),
  /** None: text alone. */
  calls: fc.integer({ min: 0, max: 4 }),
});

it('ids of calls do not repeat in a rollout, whatever of it was folded away', {
  timeout: 300_000,
}, async () => {
  const foldings = { withReply: 0, withNone: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (script) => {
      let asked = 0;
      const model = scriptedModel(
        (prompt) => {
          if (JSON.stringify(prompt).includes('<memory>'))
            foldings[prompt.some(({ role }) => role === 'assistant') ? 'withReply' : 'withNone'] += 1;
          const { bytes, calls } = script[asked] ?? { bytes: 0, calls: 1 };
          asked += 1;
          const call = bash(`head -c ${bytes} /dev/zero | tr '\\0' a | fold -w 80`).calls[0]!;
          return { text: `step ${asked}`, calls: Array.from({ length: calls }, () => call) };
        },
        { contextTokens: CONTEXT_TOKENS },
      );
      const run = runtime();
      const repo = repository({ 'a.txt': 'a\n' });
      await solve({ task: 'Look.', repo, model, ...HOST, checks: [], limits: { steps: script.length } }, run);
      const ids = run.seen.flatMap(({ event }) => (event.type === 'action.started' ? [event.call] : []));
      expect(ids).toEqual([...new Set(ids)]);
    }),
    { numRuns: 8, seed: 20_261_121, endOnFailure: true },
  );
  expect(foldings.withReply).toBeGreaterThan(0);
  // Its results have not been seen yet.
  expect(foldings.withNone, 'the last reply stays').toBe(0);
});
