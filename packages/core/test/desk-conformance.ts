import { describe, expect, it } from 'vitest';
import type { DeskAsk, Said } from '../src/desk.ts';
import type { Store } from '../src/store.ts';

const asked = (ask: string, at: number, rollout = 'r'): DeskAsk => ({
  rollout,
  ask,
  kind: 'approval',
  asked: { tool: 'bash', input: { command: 'rm -rf "ünïcode"' }, step: 3 },
  at,
});

const said = (text: string, at = 1, kind: Said['kind'] = 'instruction'): Said => ({ kind, text, at });

/** What every store's desk must do; `open` gives a new empty store each time. */
export function deskConformance(of: string, open: () => Store): void {
  describe(`desk: ${of}`, () => {
    it('keeps what is asked until it is answered, and the first answer counts', () => {
      const { desk } = open();
      desk.ask(asked('a', 1));
      expect(desk.open()).toEqual([asked('a', 1)]);
      expect(desk.answerOf('r', 'a')).toBeNull();
      const answer = { allow: false, instruction: 'not so' };
      expect(desk.answer({ rollout: 'r', ask: 'a', answer, at: 2 })).toBe(true);
      expect(desk.answer({ rollout: 'r', ask: 'a', answer: { allow: true }, at: 2 })).toBe(false);
      expect(desk.answerOf('r', 'a')).toEqual({ answer });
      expect(desk.open()).toEqual([]);
      expect(desk.withdraw('r', 'a')).toBe(false);
    });

    it('keeps an answer that is null apart from none', () => {
      const { desk } = open();
      desk.ask(asked('a', 1));
      desk.answer({ rollout: 'r', ask: 'a', answer: null, at: 2 });
      expect(desk.answerOf('r', 'a')).toEqual({ answer: null });
    });

    it('takes no answer to what was withdrawn or never asked', () => {
      const { desk } = open();
      desk.ask(asked('a', 1));
      expect(desk.withdraw('r', 'a')).toBe(true);
      expect(desk.answer({ rollout: 'r', ask: 'a', answer: true, at: 2 })).toBe(false);
      expect(desk.answer({ rollout: 'r', ask: 'nothing', answer: true, at: 2 })).toBe(false);
      expect(desk.answerOf('r', 'a')).toBeNull();
      expect(desk.open()).toEqual([]);
    });

    it('shows what is open newest first, of all or of one rollout, which it can withdraw at once', () => {
      const { desk } = open();
      const rows = [asked('a', 1), asked('b', 3), asked('a', 2, 's')];
      for (const row of rows) desk.ask(row);
      expect(desk.open()).toEqual([rows[1], rows[2], rows[0]]);
      expect(desk.open('s')).toEqual([rows[2]]);
      desk.withdrawAll('r');
      expect(desk.open()).toEqual([rows[2]]);
    });

    it('gives what was said once, in its order, each kind to whom it was said', () => {
      const { desk } = open();
      const words = [said('first', 2), said('then', 1), said('', 3, 'stop')];
      for (const each of words) desk.say('r', each);
      desk.say('s', said('to another'));
      expect(desk.unheard('r')).toEqual(words);
      expect(desk.take('r', 'instruction')).toEqual(words.slice(0, 2));
      expect(desk.take('r', 'instruction')).toEqual([]);
      expect(desk.unheard('r')).toEqual(words.slice(2));
      expect(desk.take('r', 'stop')).toEqual(words.slice(2));
      expect(desk.take('s', 'stop')).toEqual([]);
      expect(desk.take('s', 'instruction')).toEqual([said('to another')]);
    });
  });
}
