import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../src/ledger.ts';

const limits = { steps: 10, usd: 1, tokens: 1_000, seconds: 60 };

describe('ledger', () => {
  it("counts a child's charges in every ancestor", () => {
    const root = new Ledger(limits);
    const child = root.child({ steps: 5 }).child();
    child.charge({ steps: 2, usd: 0.25 });
    expect(root.spent).toEqual({ steps: 2, usd: 0.25, tokens: 0, seconds: 0 });
    expect(child.remaining('steps')).toBe(3);
    expect(child.remaining('usd')).toBe(0.75);
  });

  it('names the limit that is used up, here or above', () => {
    const root = new Ledger(limits);
    const child = root.child();
    expect(child.exceeded()).toBeNull();
    root.charge({ tokens: 1_000 });
    expect(child.exceeded()).toBe('tokens');
  });

  it('never lets children spend more than the root has left', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ child: fc.nat(3), tokens: fc.nat(400) })), (charges) => {
        const root = new Ledger(limits);
        const children = [0, 1, 2, 3].map((n) => root.child({ tokens: 200 * (n + 1) }));
        for (const { child, tokens } of charges) children[child]!.charge({ tokens });
        const sum = charges.reduce((total, { tokens }) => total + tokens, 0);
        expect(root.spent.tokens).toBe(sum);
        for (const child of children)
          expect(child.remaining('tokens')).toBeLessThanOrEqual(root.remaining('tokens'));
      }),
    );
  });
});
