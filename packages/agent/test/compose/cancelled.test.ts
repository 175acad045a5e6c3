import { describe, expect, it } from 'vitest';
import { resumeAgent, runAgent } from '../../src/compose/run-agent.ts';
import { readRollout, stateOf } from '../../src/result.ts';
import { BUGGY, HOST, repository, runtime } from '../support.ts';
import { COMPOSITIONS, modelOf } from './compositions.ts';
import { childrenOf, eventsOf, ledgers, MENDED, of } from './support.ts';

describe('Ctrl-C in the middle', () => {
  it.each(Object.keys(COMPOSITIONS))('%s: all is paused, and goes on to the same end', async (name) => {
    const stop = new AbortController();
    const run = runtime();
    const repo = repository(BUGGY);
    const agent = COMPOSITIONS[name]!;
    const common = {
      agent,
      spec: name,
      model: modelOf('main'),
      openModel: async (id: string) => modelOf(id),
    };
    const result = await runAgent(
      { ...common, task: 'fix', repo, checks: [MENDED], ...HOST },
      {
        ...run,
        signal: stop.signal,
        observer: { child: ({ event }) => event.type === 'action.completed' && stop.abort() },
      },
    );
    expect(result).toMatchObject({ status: 'interrupted', reason: 'stopped by the user' });
    const { rollout } = result;
    const played = { result, run };
    for (const { state, rollout: part } of childrenOf(played)) {
      expect(state.paused ?? state.completed).not.toBeNull();
      expect(run.store.isRunning(part)).toBe(false);
    }
    expect(run.store.isRunning(rollout)).toBe(false);
    expect(ledgers(played).root.tokens).toBe(ledgers(played).parts.tokens);

    const end = await resumeAgent({ ...common, rollout }, { store: run.store, home: run.home });
    expect(end).toMatchObject({ status: 'solved', verified: true });
    expect(end.patch).toContain('let i = 0');
    const paths = of('rollout.delegated', eventsOf(played)).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(ledgers(played).root.tokens).toBe(ledgers(played).parts.tokens);
    expect(stateOf(readRollout(run.store, rollout)).completed).not.toBeNull();
  });
});
