import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { solo } from '../../src/compose/solo-agent.ts';
import {
  withBudget,
  withMemory,
  withModel,
  withSettings,
  withTools,
} from '../../src/compose/with-settings.ts';
import type { Tool } from '../../src/tool.ts';
import { call, childrenOf, eventsOf, FINISH, FIX, play, plays, story } from './support.ts';

const greet: Tool = {
  name: 'greet',
  description: 'Says hello.',
  schema: z.object({}),
  touches: { writes: false },
  run: async () => ({ content: 'hello' }),
};

describe('settings', () => {
  it('hold for an agent and all it calls', async () => {
    const memory = { id: 'whole', open: async () => scriptedModel([]) };
    const inner = withSettings(
      { seed: 7, temperature: 0.5, steps: 9, approach: 'Be brief.' },
      withTools(['plan'], withMemory(null, withTools(['localize'], solo))),
    );
    const played = await play(withModel('other', withBudget({ usd: 2, tokens: 900 }, inner)), {
      with: { memory },
      models: { other: plays([{ calls: [FIX] }, { calls: [FINISH] }, { calls: [FINISH] }]) },
    });
    expect(played.result).toMatchObject({ status: 'solved' });
    expect(story(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "withModel: started",
        "withModel/withBudget: started",
        "withModel/withBudget/withSettings: started",
        "withModel/withBudget/withSettings/withTools: started",
        "withModel/withBudget/withSettings/withTools/withMemory: started",
        "withModel/withBudget/withSettings/withTools/withMemory/withTools: started",
        "withModel/withBudget/withSettings/withTools/withMemory/withTools/solo: started",
        "withModel/withBudget/withSettings/withTools/withMemory/withTools/solo/rollout: delegated",
        "withModel/withBudget/withSettings/withTools/withMemory/withTools/solo/rollout: returned solved",
        "withModel/withBudget/withSettings/withTools/withMemory/withTools/solo: returned",
        "withModel/withBudget/withSettings/withTools/withMemory/withTools: returned",
        "withModel/withBudget/withSettings/withTools/withMemory: returned",
        "withModel/withBudget/withSettings/withTools: returned",
        "withModel/withBudget/withSettings: returned",
        "withModel/withBudget: returned",
        "withModel: returned",
        "completed: solved",
      ]
    `);
    const [{ state }] = childrenOf(played) as [ReturnType<typeof childrenOf>[number]];
    expect(state.config).toMatchObject({
      model: 'other',
      seed: 7,
      temperature: 0.5,
      limits: { steps: 9, usd: 2, tokens: 900 },
      tools: expect.arrayContaining(['plan', 'localize', 'bash', 'finish']),
    });
    expect(state.config.memory).toBeUndefined();
    expect(JSON.stringify(state.prompt)).toContain('Be brief.');
  });

  it('give tools of a module, which are part of the version', async () => {
    const with_ = withTools([greet], solo, { source: import.meta.url });
    const played = await play(with_, {
      models: {
        main: plays([call('greet', {}), { calls: [FIX] }, { calls: [FINISH] }, { calls: [FINISH] }]),
      },
    });
    expect(played.result).toMatchObject({ status: 'solved' });
    const [{ state, events }] = childrenOf(played) as [ReturnType<typeof childrenOf>[number]];
    expect(state.config.foreignTools).toMatchObject([{ name: 'greet' }]);
    expect(events.some(({ event }) => event.type === 'action.completed' && event.content === 'hello')).toBe(
      true,
    );
    expect(with_.op.version.digest).not.toBe(withTools(['plan'], solo).op.version.digest);
  });
});
