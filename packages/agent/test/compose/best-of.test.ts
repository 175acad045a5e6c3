import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { bestOf } from '../../src/compose/best-of.ts';
import { runAgent } from '../../src/compose/run-agent.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { BUGGY, HOST, repository, runtime, SOLVING } from '../support.ts';

describe('bestOf', () => {
  it('runs attempts side by side and hands over one patch', async () => {
    const repo = repository(BUGGY);
    const run = runtime();
    const model = scriptedModel(SOLVING);
    const result = await runAgent(
      {
        task: 'sum([1,2,3]) is 5',
        repo,
        model,
        ...HOST,
        agent: bestOf({ attempts: 3, stop: 'never' }, solo),
        spec: {},
        openModel: async () => scriptedModel(SOLVING),
      },
      run,
    );
    expect(result).toMatchObject({ status: 'solved', verified: true });
  });
});
