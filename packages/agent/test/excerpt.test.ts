import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt } from '../src/excerpt.ts';

describe('excerpt', () => {
  it('leaves a short text alone', () => expect(excerpt('short')).toEqual({ text: 'short', cut: false }));

  it('keeps both ends, cut at line ends, and says how much is missing', () => {
    const text = Array.from({ length: 1_000 }, (_, i) => `line ${i}`).join('\n');
    const { text: shown, cut } = excerpt(text, 200);
    expect(cut).toBe(true);
    expect(shown.startsWith('line 0\nline 1\n')).toBe(true);
    expect(shown.endsWith('line 998\nline 999')).toBe(true);
    expect(shown).toMatch(/\n\[… \d+ characters \(\d+ lines\) left out …\]\n/);
  });

  it('never exceeds its limit by more than the note, and shows only real text', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 0, maxLength: 3_000, unit: fc.constantFrom('a', 'bc', '\n', ' ') }),
        fc.integer({ min: 50, max: 500 }),
        (text, max) => {
          const { text: shown, cut } = excerpt(text, max);
          expect(cut).toBe(text.length > max);
          expect(shown.length).toBeLessThanOrEqual(max + 80);
          if (!cut) return;
          const [head, tail] = shown.split(/\n\[… \d+ characters(?: \(\d+ lines\))? left out …\]\n/);
          expect(text.startsWith(head!)).toBe(true);
          expect(text.endsWith(tail!)).toBe(true);
        },
      ),
    );
  });
});
