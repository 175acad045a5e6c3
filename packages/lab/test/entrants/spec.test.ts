import { describe, expect, it } from 'vitest';
import { openEntrant } from '../../src/entrants/registry.ts';
import { checkSettings, readEntrantSpecs } from '../../src/entrants/spec.ts';

describe('what stands after --agent', () => {
  it('is a name and settings, in quotes where they have blanks', () => {
    expect(
      readEntrantSpecs([`solo  model=repair attempts=5 note="a \\"b\\" c" other='d e' name=best`]),
    ).toEqual([
      {
        text: `solo  model=repair attempts=5 note="a \\"b\\" c" other='d e' name=best`,
        word: 'solo',
        settings: { model: 'repair', attempts: '5', note: 'a "b" c', other: 'd e' },
        name: 'best',
      },
    ]);
  });

  it('is called by its word alone where there is no other one, else by all of it', () => {
    const names = (...texts: string[]) => readEntrantSpecs(texts).map(({ name }) => name);
    expect(names('solo model=x', 'oracle')).toEqual(['solo', 'oracle']);
    expect(names('solo model=x', 'solo model=y')).toEqual(['solo,model=x', 'solo,model=y']);
    expect(names('./a.ts#reviewer', 'acp:peer')).toEqual(['./a.ts#reviewer', 'acp:peer']);
  });

  it.each([
    ['', 'names no agent'],
    ['model=repair', 'names no agent'],
    ['solo repair', 'says nothing'],
    ['solo model=a model=b', 'stands twice'],
    ['solo name=""', 'is empty'],
    ['solo model="a', 'model'],
  ])('is refused: %s', (text, why) => {
    const read = () => {
      for (const spec of readEntrantSpecs([text])) checkSettings(spec, []);
    };
    expect(read).toThrow(
      expect.objectContaining({ code: 'bad-agent', message: expect.stringContaining(why) }),
    );
  });

  it('is refused where two have one name, or a setting is none of its own', async () => {
    expect(() => readEntrantSpecs(['solo', 'solo'])).toThrow('two agents are called solo');
    const place = { home: '', env: {}, openOwn: () => Promise.reject(new Error('not asked')) };
    const [spec] = readEntrantSpecs(['oracle model=repair']);
    await expect(openEntrant(spec!, place)).rejects.toThrow('has no setting model');
  });
});
