import { scriptedModel } from '@heddle/models';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { solve } from '../src/solve.ts';
import { wellFormed, wellFormedJson } from '../src/well-formed.ts';
import { bash, FINISH, HOST, repository, runtime } from './support.ts';

const anyString = fc.string({ unit: fc.mapToConstant({ num: 0x1_00_00, build: String.fromCharCode }) });

it('mends halves of characters, in keys too, and leaves all else as it is', () => {
  const texts = fc.oneof(fc.constantFrom('\\ud83d', '\ud83d', '\\\ud83d', '😀', '\ude00x'), anyString);
  fc.assert(
    fc.property(fc.array(texts), (list) => {
      expect(wellFormed(list)).toEqual(list.map((text) => text.toWellFormed()));
    }),
  );
  expect(wellFormed({ 'a\ud83d': 1 })).toEqual({ 'a\ufffd': 1 });
  const fine = { text: 'no half 😀 \\ud83d' };
  expect(wellFormed(fine)).toBe(fine);
  expect(wellFormedJson(JSON.stringify(fine))).toBe(JSON.stringify(fine));
});

it('is what every model is asked with, whatever was cut where', async () => {
  const asked: string[] = [];
  const listening = (steps: number) =>
    scriptedModel(
      (prompt) => {
        asked.push(JSON.stringify(prompt));
        const at = asked.length;
        return at < steps
          ? {
              text: `${'x'.repeat(at % 2)}${'😀'.repeat(1_100)}\ud83d`,
              ...bash(`printf '%s' ${at} ${'😀'.repeat(2_000)}`),
            }
          : { calls: [FINISH] };
      },
      { contextTokens: 16_000 },
    );
  const second = scriptedModel((prompt) => {
    asked.push(JSON.stringify(prompt));
    return { text: '### Done\n### Findings \ud83d\n### Pending' };
  });
  const run = runtime({ memory: { id: 'second', open: async () => second } });
  await solve({ task: 'x', repo: repository({ a: '' }), model: listening(20), checks: [], ...HOST }, run);
  expect(run.seen.some(({ event }) => event.type === 'memory.folded')).toBe(true);
  for (const json of asked) expect(wellFormedJson(json)).toBe(json);
});
