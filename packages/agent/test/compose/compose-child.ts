import { join } from 'node:path';
import { openStore, type Store } from '@heddle/core';
import { resumeAgent, runAgent } from '../../src/compose/run-agent.ts';
import { readRollout, resultOf, stateOf } from '../../src/result.ts';
import { COMPOSITIONS, modelOf } from './compositions.ts';

/**
 * A rollout of an agent made of agents in a process of its own, which kills itself once it has written so many events:
 * `compose-child.ts HOME REPO NAME EVENTS` begins, or goes on with the one there is.
 */
const [home, repo, name, events] = process.argv.slice(2) as [string, string, string, string];

const store = killedAfter(Number(events), openStore(join(home, 'journal.db')));
const agent = COMPOSITIONS[name]!;
const common = { agent, spec: name, model: modelOf('main'), openModel: async (id: string) => modelOf(id) };
const root = store
  .rollouts()
  .map(({ rollout }) => rollout)
  .find((rollout) => stateOf(readRollout(store, rollout)).config.agent !== undefined);
const check = { name: 'test', command: 'grep -q "i = 0" sum.js', framework: 'plain', timeoutSeconds: 10 };
const result =
  root === undefined
    ? await runAgent({ ...common, task: 'fix', repo, sandbox: 'host', checks: [check] }, { store, home })
    : stateOf(readRollout(store, root)).completed !== null
      ? resultOf(store, root)
      : await resumeAgent({ ...common, rollout: root }, { store, home });
store.close();
process.stdout.write(JSON.stringify(result));

/** Right after the event is in the journal, before anyone knows. */
function killedAfter(events: number, store: Store): Store {
  let written = 0;
  const count = () => {
    written += 1;
    if (written === events) process.kill(process.pid, 'SIGKILL');
  };
  const { append, create } = store;
  store.append = (...args) => {
    append.apply(store, args);
    count();
  };
  store.create = (...args) => {
    create.apply(store, args);
    if (args[1] !== undefined) count();
  };
  return store;
}
