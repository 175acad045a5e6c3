import { expect, it } from 'vitest';
import { kills } from '../../bench/eval/kills.ts';

it('an experiment whose process is killed again and again ends with the same table, and pays for nothing twice', async () => {
  const report = await kills({ instances: 6, kills: 3, parallel: 2 });
  expect(report.faults).toEqual([]);
  expect(report).toMatchObject({ rollouts: 12, kills: 3, solved: [4, 3] });
  // It would prove little had no kill met a trial under way.
  expect(report.inTheMiddle).toBeGreaterThan(0);
  const { server, ledger, lost } = report;
  expect(server.input).toBe(ledger.input + lost.input);
  expect(server.output).toBe(ledger.output + lost.output);
}, 240_000);
