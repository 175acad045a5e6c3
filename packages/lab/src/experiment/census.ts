import type { Store } from '@heddle/core';
import { parseResult } from '../trial-result.ts';
import { readPlan } from './plan.ts';

/** What oracle and nothing have shown of one instance. */
export interface Soundness {
  readonly instance: string;
  readonly cluster: string;
  /** Solved by the published solution; null: not tried, or spoilt. */
  readonly oracle: boolean | null;
  /** Solved by doing nothing. */
  readonly nothing: boolean | null;
}

/** It can be solved, and is not solved already. */
export function isSound({ oracle, nothing }: Pick<Soundness, 'oracle' | 'nothing'>): boolean {
  return oracle === true && nothing === false;
}

/** The census of one experiment that both `oracle` and `nothing` took part in; null: it was another kind. */
export function censusOf(store: Store, experiment: string, digest: string): Soundness[] | null {
  const { agents, instances } = readPlan(store, digest);
  const nameOf = (kind: string) => agents.find((each) => each.kind === kind)?.name;
  const [oracle, nothing] = [nameOf('oracle'), nameOf('nothing')];
  if (oracle === undefined || nothing === undefined) return null;
  const solved = new Map<string, boolean | null>();
  for (const { agent, instance, state, result } of store.experiments.trials(experiment)) {
    if (state !== 'graded') continue;
    const key = `${agent}\0${instance}`;
    const { resolved } = parseResult(result);
    // Of several attempts at one: an oracle must solve it each time, and nothing must never.
    const before = solved.get(key);
    const worse = agent === oracle ? before === false : before === true;
    solved.set(key, worse ? before! : resolved);
  }
  return instances.map(({ id, cluster }) => ({
    ...{ instance: id, cluster },
    oracle: solved.get(`${oracle}\0${id}`) ?? null,
    nothing: solved.get(`${nothing}\0${id}`) ?? null,
  }));
}

/** Sound instances of a dataset by all censuses of this very version, the newest first; null: there was none. */
export function soundInstances(store: Store, version: string): ReadonlySet<string> | null {
  const known = new Map<string, Soundness>();
  let any = false;
  for (const { experiment, plan } of store.experiments.list()) {
    if (readPlan(store, plan).dataset.version !== version) continue;
    const census = censusOf(store, experiment, plan);
    if (census === null) continue;
    any = true;
    for (const each of census)
      if (each.oracle !== null && each.nothing !== null && !known.has(each.instance))
        known.set(each.instance, each);
  }
  return any ? new Set([...known.values()].filter(isSound).map(({ instance }) => instance)) : null;
}
