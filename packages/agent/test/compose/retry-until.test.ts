import { describe, expect, it } from 'vitest';
import { retryUntil } from '../../src/compose/retry-until.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { checksPass } from '../../src/select/checks-pass.ts';
import { bash, childrenOf, eventsOf, FINISH, MENDS, of, play, plays, story } from './support.ts';

/** Mends the bug once it is told what did not do. */
const LEARNS = plays((prompt, turn) => {
  const wrong = [bash('echo wrong > wrong.txt'), { calls: [FINISH] }, { calls: [FINISH] }];
  return (JSON.stringify(prompt).includes('not good enough') ? MENDS : wrong)[turn]!;
});

describe('retryUntil', () => {
  it('tells the next what was learnt, and begins anew', async () => {
    const played = await play(retryUntil({ accept: checksPass, most: 3 }, solo), {
      models: { main: LEARNS },
    });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    expect(played.result.patch).not.toContain('wrong.txt');
    expect(story(eventsOf(played)).map((line) => line.replace(/@\w+/, '@…'))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "retryUntil: started",
        "retryUntil/1: started",
        "retryUntil/1/rollout: delegated",
        "retryUntil/1/rollout: returned unverified",
        "retryUntil/1: returned",
        "retryUntil/checksPass@… = {"value":false,"why":"check test: FAILED (exit 1)"}",
        "retryUntil/2: started",
        "retryUntil/2/rollout: delegated",
        "retryUntil/2/rollout: returned solved",
        "retryUntil/2: returned",
        "retryUntil/checksPass@… = {"value":true}",
        "retryUntil: returned",
        "completed: solved",
      ]
    `);
    const [, second] = childrenOf(played);
    expect(second!.state.task.text).toMatchInlineSnapshot(`
      "sum([1,2,3]) is 5

      An earlier attempt at this was not good enough: check test: FAILED (exit 1).

      It said of itself: The first number was left out.

      What it had changed, which is undone:

      diff --git a/wrong.txt b/wrong.txt
      new file mode 100644
      index 0000000000000000000000000000000000000000..8e933d077e0ba4c07d874614d263816eb5092902
      --- /dev/null
      +++ b/wrong.txt
      @@ -0,0 +1 @@
      +wrong"
    `);
  });

  it('stops after the most attempts, from the last files where it is told to', async () => {
    const WRITES = plays([
      bash('ls >> ls.txt; date +%N >> ls.txt'),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ]);
    const played = await play(
      retryUntil({ accept: () => false, most: 2, from: 'last', tell: ({ why }) => `again ${why}` }, solo),
      { models: { main: WRITES } },
    );
    const events = eventsOf(played);
    expect(of('rollout.delegated', events)).toHaveLength(2);
    const [first] = of('rollout.returned', events);
    const [, second] = of('agent.started', events).filter(({ path }) => /\/\d$/.test(path));
    expect(second!.state).toMatchObject({ snapshot: first!.snapshot, task: 'sum([1,2,3]) is 5\n\nagain ' });
  });
});
