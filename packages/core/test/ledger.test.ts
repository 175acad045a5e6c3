import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../src/ledger.ts';

const limits = { steps: 10, usd: 1, tokens: 1_000, seconds: 60 };

describe('ledger', () => {
  it('names the limit that is used up, and goes on when it is raised', () => {
    const ledger = new Ledger(limits);
    expect(ledger.exceeded()).toBeNull();
    ledger.charge({ steps: 2, tokens: 1_000 });
    expect(ledger.exceeded()).toBe('tokens');
    ledger.limits = { ...limits, tokens: 1_500 };
    expect(ledger.exceeded()).toBeNull();
    expect(ledger.remaining('tokens')).toBe(500);
  });

  it('starts a fork at nothing, with all that was spent before it', () => {
    const root = new Ledger(limits);
    root.charge({ steps: 10, usd: 0.25 });
    const child = root.fork({ ...limits, steps: 3 });
    expect(child.exceeded()).toBeNull();
    child.charge({ steps: 1, usd: 0.5 });
    const grandchild = child.fork(limits);
    expect(child.spent).toEqual({ steps: 1, usd: 0.5, tokens: 0, seconds: 0 });
    expect(grandchild.inherited).toEqual({ steps: 11, usd: 0.75, tokens: 0, seconds: 0 });
    expect(grandchild.spent).toEqual({ steps: 0, usd: 0, tokens: 0, seconds: 0 });
    expect(root.spent).toEqual({ steps: 10, usd: 0.25, tokens: 0, seconds: 0 });
  });

  it('has exactly what is left of each limit, and never less than nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400)), (charges) => {
        const ledger = new Ledger(limits);
        for (const tokens of charges) ledger.charge({ tokens });
        const sum = charges.reduce((total, tokens) => total + tokens, 0);
        expect(ledger.spent.tokens).toBe(sum);
        expect(ledger.remaining('tokens')).toBe(Math.max(0, limits.tokens - sum));
        expect(ledger.exceeded()).toBe(sum >= limits.tokens ? 'tokens' : null);
      }),
    );
  });
});
