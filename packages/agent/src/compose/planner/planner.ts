import type { Work } from '@heddle/core';
import { type Agent, type AgentState, type AnyAgent, agent } from '../agent.ts';
import { contractor } from '../contractor.ts';
import { type Measured, measure } from '../measure.ts';
import type { Run } from '../run.ts';
import type { Plan } from './plan.ts';
import { makePlan, planning } from './planning.ts';
import { type Finished, learntText, reasonText } from './report.ts';
import { workOff } from './work-off.ts';

export interface PlannerOptions {
  /** Plans made at most, the first included. Default {@link ROUNDS}. */
  readonly rounds?: number;
  /** Parts at a time; default: all that can be done side by side. */
  readonly parallel?: number;
  /** Who does the parts; it gets a `Contract` as its value. Default: the default agent. */
  readonly worker?: AnyAgent;
}

/** A plan, one with what failed, and one more: what fails then is no matter of planning. */
const ROUNDS = 3;

/**
 * A planner reads the repository and cuts the task into parts with acceptance commands; parts that wait for nobody are
 * done side by side, each in a fork with a budget and a clock of its own, and merged; what failed or conflicts goes back
 * to the planner with what was learnt. A task that one can do in one go is one part.
 */
export function planner<Value>(options: PlannerOptions = {}): Agent<Value, Value> {
  const { rounds = ROUNDS, parallel = Number.POSITIVE_INFINITY, worker = contractor } = options;
  return agent<Value, Value>(
    {
      name: 'planner',
      source: import.meta.url,
      config: { rounds, parallel: options.parallel ?? null },
      uses: [planning, worker],
    },
    async (start, run) => {
      const finished: Finished[][] = [];
      let files = start.snapshot;
      let checks: Verdict = { passed: false, failing: [] };
      for (let round = 1; round <= rounds; round += 1) {
        const plan = await planOf(round, { ...start, snapshot: files }, finished, run);
        if (plan === null) break;
        tellPlan(run, round, plan);
        const last = round === rounds;
        const worked = await workOff(run, { start, plan, round, files, worker, parallel, last, finished });
        files = worked.files;
        finished.push(worked.finished);
        checks = await verdictOn(run, round, files, start.snapshot);
        const done = worked.finished.every(({ outcome }) => outcome === 'done');
        if (isUsedUp(run) || (done && checks.failing.length === 0)) break;
      }
      return { ...start, snapshot: files, work: workOf(start, files, finished, checks) };
    },
  );
}

/** Null: what is left could not be planned. */
async function planOf(
  round: number,
  state: AgentState,
  finished: readonly Finished[][],
  run: Run,
): Promise<Plan | null> {
  if (!(await run.answers())) {
    return round > 1 ? null : whole(state.task, `the model ${run.settings.model} makes no plans`);
  }
  const task = finished.length === 0 ? state.task : `${state.task}\n\n${learntText(finished)}`;
  const end = await makePlan(run, round, { ...state, task, work: null });
  if (end.value !== null || round > 1) return end.value;
  return whole(state.task, `no plan was made: ${end.work?.reason ?? ''}`);
}

/** The plan of who makes none. */
function whole(task: string, why: string): Plan {
  return { parts: [{ name: 'all', task, accept: [] }], why, known: '' };
}

function tellPlan({ path, ground, emit }: Run, round: number, { parts, why }: Plan): void {
  if (ground.past.plans.some((each) => each.path === path && each.round === round)) return;
  emit({
    type: 'plan.made',
    path,
    round,
    parts: parts.map(({ name, task, accept, after = [] }) => ({ name, task, accept, after })),
    why,
  });
}

interface Verdict {
  /** All of them, and there is one. */
  readonly passed: boolean;
  readonly failing: readonly string[];
}

/** The user's checks on the merged files. */
async function verdictOn(run: Run, round: number, files: string, before: string): Promise<Verdict> {
  const { checks } = run.ground;
  if (files === before) return { passed: false, failing: [] };
  const measured: Measured[] = await measure(run, `checks-${round}`, files, checks);
  const failing = checks.flatMap(({ name }, index) => (measured[index]!.status === 'passed' ? [] : [name]));
  return { passed: checks.length > 0 && failing.length === 0, failing };
}

function isUsedUp(run: Run): boolean {
  return Object.values(run.remaining()).some((left) => left <= 0);
}

function workOf(
  start: AgentState,
  files: string,
  finished: readonly Finished[][],
  { passed, failing }: Verdict,
): Work {
  const all = finished.flat();
  const complete = finished.at(-1)?.every(({ outcome }) => outcome === 'done') === true;
  const limited = all.some(({ report }) => report?.status === 'limit');
  const done = all.filter(({ outcome }) => outcome === 'done');
  const stated = done.map(({ report }) => report!.probability);
  return {
    status: files !== start.snapshot || complete ? 'unverified' : limited ? 'limit' : 'gave-up',
    verified: passed && complete,
    // All parts must be right, and nobody knows how they hang together.
    probability:
      complete && failing.length === 0 && stated.every((each) => each !== null)
        ? stated.reduce<number>((product, each) => product * each!, 1)
        : null,
    reason: reasonText(finished, failing),
    rollout: null,
  };
}
