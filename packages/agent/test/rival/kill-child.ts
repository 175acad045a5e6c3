import { join } from 'node:path';
import { openStore, type Store } from '@heddle/core';
import { solve } from '../../src/solve.ts';
import { killed } from './script.ts';

/**
 * A rollout with two models that kills itself: `kill-child.ts HOME REPO "after N"`, N being an event it writes, or
 * `comparing`.
 */
const [home, repo, moment] = process.argv.slice(2) as [string, string, string];
const [when, n] = moment.split(' ');

const die = () => process.kill(process.pid, 'SIGKILL');
let written = 0;
const store = openStore(join(home, 'journal.db'));
const writes = (write: (...args: never[]) => void) =>
  ((...args: never[]) => {
    written += 1;
    write.apply(store, args);
    if (when === 'after' && written === Number(n)) die();
  }) as never;
const dying = new Proxy(store, {
  get(target, name) {
    const value = target[name as keyof Store];
    if (name === 'append' || name === 'create') return writes(value as never);
    return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
  },
});
const { model, rival, comparator } = killed(() => {
  if (when === 'comparing') die();
});
await solve({ task: 'Mend sum().', repo, model, sandbox: 'host' }, { store: dying, home, rival, comparator });
