import type { Store } from '@heddle/core';
import { newExperiment } from '../../src/experiment/begin.ts';
import type { ExperimentPlan } from '../../src/experiment/plan.ts';
import { markedLog } from '../../src/harness/test-log.ts';
import type { TrialResult } from '../../src/trial-result.ts';
import type { Verdict } from '../../src/verdict.ts';

export const PATCH = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+2\n';

const group = (success: string[], failure: string[] = []) => ({ success, failure });

function verdictOf(resolved: boolean): Verdict {
  return {
    resolved,
    reward: resolved ? 1 : 0,
    patch: 'applied',
    tests: {
      FAIL_TO_PASS: resolved ? group(['t1']) : group([], ['t1']),
      PASS_TO_PASS: group(['t2']),
      FAIL_TO_FAIL: group([]),
      PASS_TO_FAIL: group([]),
    },
    infra: null,
    output: markedLog({ before: '', output: 'ran "two" tests', exitCode: 0 }),
    seconds: 2,
  };
}

const PLAN: ExperimentPlan = {
  format: 1,
  dataset: {
    name: 'SWE-bench_Lite',
    format: 'swe-bench',
    path: '/data/lite.jsonl',
    version: 'v'.repeat(64),
    chosen: 'c'.repeat(64),
    options: {},
  },
  instances: [
    { id: 'acme__app-1', cluster: 'acme/app' },
    { id: 'acme__app-2', cluster: 'acme/app' },
    { id: 'zeta__lib-1', cluster: 'zeta/lib, "the"' },
  ],
  agents: [
    { name: 'solo', spec: 'solo', kind: 'heddle', version: 'a'.repeat(64), model: 'acme/large-1' },
    { name: 'other', spec: 'other', kind: 'acp', version: 'b'.repeat(64), model: null },
  ],
  attempts: 2,
  limits: { steps: 50 },
  seed: 1,
  sandbox: 'auto',
  network: false,
  scorers: ['diff'],
};

/**
 * An experiment with all kinds of ends: `acme__app-1` is resolved by both agents, `acme__app-2` by nobody (an empty patch of
 * `solo`'s first attempt), `zeta__lib-1` came to nothing by the machine's fault. `rollout` is that of the first trial.
 */
export function gradedExperiment(store: Store, rollout = 'r-0', { only }: { only?: 'solo' } = {}) {
  const agents = PLAN.agents.filter(({ name }) => only === undefined || name === only);
  const experiment = newExperiment(store, { ...PLAN, agents }, 'nightly');
  const { experiment: id } = experiment;
  const { experiments } = store;
  for (const [number, row] of experiments.trials(id).entries()) {
    const { agent, instance, attempt } = row;
    const first = agent === 'solo' && instance === 'acme__app-1' && attempt === 1;
    const own = first ? rollout : `r-${number}`;
    const infra =
      instance === 'zeta__lib-1' ? { class: 'machine', code: 'no-space', message: 'the disk is full' } : null;
    const empty = agent === 'solo' && instance === 'acme__app-2' && attempt === 1;
    const resolved = infra === null ? instance === 'acme__app-1' : null;
    const verdict = infra === null && !empty ? verdictOf(resolved === true) : null;
    const result: TrialResult = {
      status: 'solved',
      resolved,
      reward: resolved === null ? null : resolved ? 1 : 0,
      probability: 0.5,
      usd: 0.25,
      inputTokens: 1000,
      outputTokens: 100,
      cachedTokens: 500,
      steps: 7,
      seconds: 30,
      gradeSeconds: 2,
      patch: empty ? 'empty' : 'applied',
      patchDigest: store.objects.put(empty ? '' : PATCH),
      verdictDigest: store.objects.put(JSON.stringify(verdict)),
      infra,
      flags: attempt === 2 ? ['tests-edited'] : [],
    };
    const key = { experiment: id, agent, instance, attempt };
    experiments.begin(key, own);
    experiments.grade(key, own, result);
    experiments.score([{ ...key, scorer: 'diff', version: 's1', value: attempt, why: 'lines', at: 1 }]);
  }
  return experiment;
}
