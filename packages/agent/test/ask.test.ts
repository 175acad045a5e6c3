import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/replay.ts';
import type { Answerer } from '../src/rollout.ts';
import { solve } from '../src/solve.ts';
import { call, FINISH, HOST, repository, runtime } from './support.ts';

const QUESTION = { question: 'Tabs or spaces?', assumption: 'spaces, as in the other files' };

async function play(
  { answerer, ...options }: { answerer?: Answerer; tools?: string[]; seconds?: number },
  script = [call('ask', QUESTION)],
) {
  const run = runtime();
  const result = await solve(
    {
      task: 'x',
      repo: repository({ a: 'one\n' }),
      checks: [],
      model: scriptedModel([...script, { calls: [FINISH] }, { calls: [FINISH] }]),
      limits: { seconds: options.seconds ?? 600 },
      ...(options.tools === undefined ? {} : { tools: options.tools }),
      ...HOST,
    },
    { ...run, ...(answerer === undefined ? {} : { answerer }) },
  );
  const told = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event.content] : []));
  return { run, result, told };
}

describe('ask', () => {
  it('where nobody is there keeps the assumption for the report', async () => {
    const { result, told } = await play({});
    expect(told[0]).toBe(
      'Nobody is there to answer. Go on with your assumption; it will be listed in the report.',
    );
    expect(result.assumptions).toEqual([QUESTION]);
  });

  it('brings an answer, which a replay does not ask for again', async () => {
    const asked: unknown[] = [];
    const answer = async (question: unknown) => {
      asked.push(question);
      return 'tabs';
    };
    const { run, result, told } = await play({ answerer: { answer } });
    expect(told[0]).toBe('The answer: tabs');
    expect(asked).toEqual([{ ...QUESTION, rollout: result.rollout }]);
    expect(result.assumptions).toBeUndefined();
    for (const execute of [true, false])
      expect(await replay({ rollout: result.rollout, execute }, run)).toMatchObject({ identical: true });
  });

  it('takes no time from the rollout while a person thinks', async () => {
    const answer = () => new Promise<string>((resolve) => setTimeout(() => resolve('spaces'), 2_500));
    const { result, told } = await play({ answerer: { answer }, seconds: 2 });
    expect(told[0]).toBe('The answer: spaces');
    expect(result.status).toBe('unverified');
    expect(result.seconds).toBeLessThan(2);
  });

  it('is no function of code', async () => {
    const code = call('code', {
      language: 'javascript',
      code: `try { await ask(${JSON.stringify(QUESTION)}) } catch (error) { error.message }`,
    });
    const { told } = await play({ tools: ['code'] }, [code]);
    expect(told.join('\n')).toContain('ask cannot be called from code');
  });
});
