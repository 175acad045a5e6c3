import { expect, it } from 'vitest';
import { repairModel } from '../src/model.ts';
import { Pool } from '../src/pool.ts';
import { type Epoch, emptyEpoch } from '../src/state.ts';
import { cluesIn } from '../src/symptoms.ts';

const LINES = [
  'export function f(a, b) {',
  '  return a < b;',
  '}',
  'export function g(a, b) {',
  '  return a < b;',
  '}',
];

/** Line 5 is under suspicion, its twin on line 2 is not. */
function suspecting(): Epoch {
  const epoch = emptyEpoch(null, []);
  epoch.suspects = [{ path: 'f.js', line: 5, score: 1, reason: 'run by failing tests only' }];
  const lines = new Map(LINES.map((text, at) => [at + 1, text]));
  epoch.files.set('f.js', { lines, next: null, fault: null });
  return epoch;
}

it('tries the most suspicious lines first, or without localisation all lines of the file alike', async () => {
  const options = { seed: 0, endless: false, clues: cluesIn('') };
  const linesOf = async (pool: Pool) => {
    const candidates = await pool.candidates(suspecting(), options);
    return candidates
      .filter(({ label, line }) => label !== '' && (line === 2 || line === 5))
      .map(({ line }) => line);
  };
  const ranked = await linesOf(new Pool());
  expect(new Set(ranked)).toEqual(new Set([5]));
  const alike = await linesOf(new Pool(false));
  expect(alike.filter((line) => line === 2)).toHaveLength(alike.filter((line) => line === 5).length);
  expect(alike.length).toBeGreaterThan(ranked.length);
});

it('has a name of its own without localisation', () => {
  expect(repairModel().id).toBe('repair');
  expect(repairModel({ localisation: false }).id).toBe('repair@no-localisation');
});
