import { describe, expect, it } from 'vitest';
import { resumeAgent, runAgent } from '../../src/compose/run-agent.ts';
import { replay } from '../../src/replay.ts';
import type { Runtime } from '../../src/rollout.ts';
import { BUGGY, HOST, repository, runtime } from '../support.ts';
import { COMPOSITIONS, modelOf } from './compositions.ts';
import { childrenOf, eventsOf, ledgers, MENDED, of, ordered } from './support.ts';

const NAMES = Object.keys(COMPOSITIONS);

function asked(name: string) {
  const openModel = async (id: string) => modelOf(id);
  return { agent: COMPOSITIONS[name]!, spec: name, model: modelOf('main'), openModel };
}

async function run(name: string, repo: string, more: Partial<Runtime> = {}) {
  const on = runtime();
  const options = { task: 'fix', repo, checks: [MENDED], ...HOST };
  const result = await runAgent({ ...asked(name), ...options }, { ...on, ...more });
  return { result, run: on };
}

/** What was recorded may name a rollout, or say how long something took. */
function told(played: Awaited<ReturnType<typeof run>>): string[] {
  return ordered(eventsOf(played)).map((line) =>
    line.replace(/"rollout":"\w+"/, '"rollout":"…"').replaceAll(/"seconds":[\d.]+/g, '"seconds":#'),
  );
}

describe('the same agent twice', () => {
  it.each(NAMES)('%s: the same journal but for ids and times, and both can be replayed', async (name) => {
    const repo = repository(BUGGY);
    const [first, second] = [await run(name, repo), await run(name, repo)];
    expect(first.result).toMatchObject({ status: 'solved', verified: true });
    expect(told(first)).toEqual(told(second));
    expect(first.result.patch).toBe(second.result.patch);
    for (const { result, run: on } of [first, second])
      expect(await replay({ rollout: result.rollout, execute: false }, on)).toMatchObject({
        identical: true,
      });
  });
});

describe('Ctrl-C in the middle', () => {
  it.each(NAMES)(
    '%s: all is paused, and goes on to the same end',
    async (name) => {
      const repo = repository(BUGGY);
      const calm = await run(name, repo);
      const stop = new AbortController();
      const played = await run(name, repo, {
        signal: stop.signal,
        observer: {
          child: ({ event }) => event.type === 'action.completed' && stop.abort(),
          // Some ask a model before, or instead of, any rollout.
          event: ({ event }) => event.type === 'model.consulted' && stop.abort(),
        },
      });
      const { rollout } = played.result;
      const { store, home } = played.run;
      expect(played.result).toMatchObject({ status: 'interrupted', reason: 'stopped by the user' });
      for (const { state, rollout: part } of childrenOf(played)) {
        expect(state.paused ?? state.completed).not.toBeNull();
        expect(store.isRunning(part)).toBe(false);
      }
      expect(store.isRunning(rollout)).toBe(false);
      expect(ledgers(played).root.tokens).toBe(ledgers(played).parts.tokens);

      const end = await resumeAgent({ ...asked(name), rollout }, { store, home });
      expect(end).toMatchObject({ status: 'solved', verified: true, patch: calm.result.patch });
      const paths = of('rollout.delegated', eventsOf(played)).map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
      expect(ledgers(played).root.tokens).toBe(ledgers(played).parts.tokens);
      expect(await replay({ rollout, execute: false }, { store, home })).toMatchObject({ identical: true });
    },
    300_000,
  );
});
