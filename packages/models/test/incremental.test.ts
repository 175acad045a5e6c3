import type { LanguageModelV4CallOptions, LanguageModelV4Message } from '@ai-sdk/provider';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fetch, growingLast } from '../src/body-order.ts';
import { preparedCall } from '../src/call.ts';
import { incremental } from '../src/incremental.ts';
import { FORMATS } from '../src/registry.ts';
import { assistant, BASH, results, system, user } from './helpers.ts';

/** What rides on a reply in each format and must come back. */
const METADATA = {
  anthropic: { signature: 's' },
  openai: { itemId: 'rs_1', reasoningEncryptedContent: 'x' },
  google: { thoughtSignature: 't' },
};

const words = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('größer 🧵', '"],"tools":[', '\u2028 \ud800', '{}'),
);

/** One turn: a reply with or without calls, their results, and what else is said. */
const turn = fc.record({
  text: fc.option(words),
  reasoning: fc.option(words),
  calls: fc.array(words, { maxLength: 2 }),
  note: fc.option(words),
});

type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

function messagesOf({ text, reasoning, calls, note }: Turn, n: number): LanguageModelV4Message[] {
  const asked = calls.map((command, index) => ({
    type: 'call' as const,
    id: `c${n}_${index}`,
    tool: 'bash',
    input: JSON.stringify({ command }),
  }));
  const parts = [
    ...(reasoning === null ? [] : [{ type: 'reasoning' as const, text: reasoning, metadata: METADATA }]),
    ...(text === null ? [] : [{ type: 'text' as const, text }]),
    ...asked,
  ];
  return [
    ...(parts.length === 0 ? [] : [assistant(parts)]),
    ...(calls.length === 0 ? [] : [results(asked, calls.join())]),
    ...(note === null && calls.length > 0 ? [] : [user(note ?? 'go on')]),
  ];
}

describe.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])('%s', (name) => {
  test('bodies are those the package would write, and it writes few messages of a long conversation', async () => {
    const create = await FORMATS[name].load();
    const dialect = FORMATS[name].dialect('test', 'model');
    const sent: string[] = [];
    const catching: Fetch = async (_, init) => {
      sent.push([init!.body].flat().join(''));
      throw new Error('caught');
    };
    let given: number[] = [];
    const settings = { provider: 'test', model: 'model', apiKey: 'k', baseURL: 'http://x/v1', headers: {} };
    const counted = (fetch: Fetch) => {
      const model = create({ ...settings, fetch });
      const doStream = (options: LanguageModelV4CallOptions) => {
        given.push(options.prompt.length);
        return model.doStream(options);
      };
      return Object.assign(Object.create(model), { doStream }) as typeof model;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { minLength: 40, maxLength: 90 }),
        fc.nat({ max: 89 }),
        async (turns, fork) => {
          const ours = incremental(counted, catching);
          const plain = create({ ...settings, fetch: growingLast(catching) });
          const same = async (prompt: LanguageModelV4Message[]) => {
            const call = preparedCall({ dialect: dialect as never }, { prompt: [...prompt], tools: [BASH] });
            given = [];
            for (const model of [ours, plain]) await expect(model.doStream(call)).rejects.toThrow();
            const [mine, expected] = sent.splice(0);
            expect(mine).toBe(expected);
          };
          const prompt = [system('Be brief.'), user('fix it')];
          const lengths: number[] = [];
          for (const [n, each] of turns.entries()) {
            prompt.push(...messagesOf(each, n));
            await same(prompt);
            lengths.push(given.at(-1)!);
          }
          expect(Math.max(...lengths)).toBeLessThan(70);
          // A conversation that goes another way from some point on, as after a fold or a fork.
          const other = prompt.slice(0, Math.min(fork, prompt.length - 1) + 1);
          if (other.at(-1)!.role !== 'assistant') await same([...other, user('another way')]);
        },
      ),
      { numRuns: 8 },
    );
  });
});
