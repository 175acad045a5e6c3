import { describe, expect, it } from 'vitest';
import { likelihood, symptomOf } from '../src/symptoms.ts';

describe('symptoms', () => {
  it('reads what most failures show', () => {
    expect(symptomOf("AttributeError: 'NoneType' object has no attribute 'next'")).toBe('nothing');
    expect(symptomOf("TypeError: Cannot read properties of undefined (reading 'x')")).toBe('nothing');
    expect(symptomOf('RecursionError: maximum recursion depth exceeded')).toBe('recursion');
    expect(
      symptomOf('IndexError: list index out of range\nKeyError: 3\nIndexError: list index out of range'),
    ).toBe('index');
  });
  it('leaves wrong results to themselves', () => {
    expect(symptomOf('AssertionError: 3 != 4')).toBeNull();
    expect(symptomOf(`KeyError: 3\n${'AssertionError: 1 != 2\n'.repeat(5)}`)).toBeNull();
  });
  it('favours the families that mend it', () => {
    expect(likelihood('nothing', 'guard')).toBeGreaterThan(1);
    expect(likelihood('nothing', 'comparison')).toBe(1);
    expect(likelihood(null, 'guard')).toBe(1);
  });
});
