import { expect, it } from 'vitest';
import { concurrent } from '../../bench/soak/concurrent.ts';
import { planOf } from '../../bench/soak/plan.ts';
import { soak } from '../../bench/soak/soak.ts';

const SEED = 20_261_121;

it(`30 rollouts that are struck at every seam end by name, and the books agree to the token (seed ${SEED})`, async () => {
  const report = await soak({ rollouts: 30, seed: SEED, parallel: 8, sandboxes: ['host'] });
  expect(report.faults).toEqual([]);
  expect([...report.outcomes.values()].reduce((a, b) => a + b)).toBe(30);
  expect(report.replayed).toBe(30);
  const { server, ledger, lostInKills, lostToFullDisk } = report.tokens;
  expect(server.input).toBe(ledger.input + lostInKills.input + lostToFullDisk.input);
  expect(ledger.replies).toBeGreaterThan(60);
  // It would prove little had nothing happened.
  expect(report.injected.size).toBeGreaterThan(5);
}, 180_000);

it('a plan follows from its seed and number alone', () => {
  expect(planOf(SEED, 7)).toEqual(planOf(SEED, 7));
  expect(planOf(SEED, 7)).not.toEqual(planOf(SEED, 8));
});

it('50 rollouts at once in one process lose no event', async () => {
  const report = await concurrent({ rollouts: 50, sandbox: 'host' });
  expect(report.faults).toEqual([]);
  expect(report).toMatchObject({ finished: 50, atOnce: 50, steps: 250 });
}, 120_000);
