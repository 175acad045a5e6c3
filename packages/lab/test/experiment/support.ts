import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resume, solve } from '@heddle/agent';
import { openStore, type Store } from '@heddle/core';
import { type Script, type SimpleReply, scriptedModel } from '@heddle/models';
import { afterEach } from 'vitest';
import type { Entrant } from '../../src/entrant.ts';
import { heddleEntrant, type OwnTask } from '../../src/entrants/heddle.ts';
import { readEntrantSpecs } from '../../src/entrants/spec.ts';
import { harnessGrounds } from '../../src/experiment/harness-grounds.ts';
import type { ExperimentPlan } from '../../src/experiment/plan.ts';
import type { TrialContext } from '../../src/experiment/run-trial.ts';
import type { Instance } from '../../src/instance.ts';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryHome(): { readonly home: string; readonly store: Store } {
  const home = mkdtempSync(join(tmpdir(), 'heddle-lab-'));
  const store = openStore(join(home, 'journal.db'));
  folders.push(home);
  stores.push(store);
  return { home, store };
}

export const write = (text: string): SimpleReply => ({
  calls: [{ tool: 'bash', input: { command: `echo ${text} > answer.txt` } }],
});
export const FINISH: SimpleReply = {
  calls: [{ tool: 'finish', input: { summary: 'Done.', probability: 0.8 } }],
};

/** An agent of ours whose model plays a script; `played` counts the replies given for each task. */
export function scripted(name: string, scriptFor: (task: OwnTask) => Script): Entrant & { asked: number } {
  const tasks = new Map<string, OwnTask>();
  const entrant = { asked: 0 };
  const modelOf = (id: string) => {
    const script = scriptFor(tasks.get(id)!);
    const replies = typeof script === 'function' ? script : [...script];
    return scriptedModel((prompt, turn) => {
      entrant.asked += 1;
      return typeof replies === 'function' ? replies(prompt, turn) : replies[turn]!;
    });
  };
  const own = heddleEntrant(readEntrantSpecs([name])[0]!, {
    version: `version of ${name}`,
    model: 'scripted',
    begin(task, runtime) {
      tasks.set(task.id, task);
      return solve({ ...task, model: modelOf(task.id) }, runtime);
    },
    goOn: ({ id }, runtime) => resume({ rollout: id, model: modelOf(id) }, runtime),
  });
  return Object.assign(entrant, own);
}

/** A context with everything real but the models. Waits are not waited for: they are noted. */
export function contextOf(
  entrants: readonly Entrant[],
  instances: readonly Instance[],
  more: Partial<TrialContext> & Pick<TrialContext, 'home' | 'store'>,
  plan: Partial<ExperimentPlan> = {},
): TrialContext & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    plan: planOf(entrants, instances, plan),
    grounds: harnessGrounds(more.home, 'host'),
    signal: new AbortController().signal,
    entrant: (name) => entrants.find((each) => each.name === name)!,
    instance: (id) => instances.find((each) => each.id === id)!,
    wait: async (seconds) => {
      waits.push(seconds);
    },
    ...more,
  };
}

export function planOf(
  entrants: readonly Entrant[],
  instances: readonly Instance[],
  more: Partial<ExperimentPlan> = {},
): ExperimentPlan {
  return {
    format: 1,
    dataset: { name: 'answers', format: 'heddle', path: '/answers', version: 'v', chosen: 'c', options: {} },
    instances: instances.map(({ id, cluster }) => ({ id, cluster })),
    agents: entrants.map(({ name, kind, version, model }) => ({ name, spec: name, kind, version, model })),
    ...{ attempts: 1, limits: { seconds: 60 }, seed: 0, sandbox: 'host', network: false, scorers: [] },
    ...more,
  };
}
