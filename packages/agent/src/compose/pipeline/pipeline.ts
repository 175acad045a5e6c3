import { messageOf, type Work } from '@heddle/core';
import { crosscheck } from '../../select/crosscheck.ts';
import { type Attempt, propose } from '../../select/propose.ts';
import type { Candidate, Selector } from '../../select/selector.ts';
import { type Agent, type AgentState, agent } from '../agent.ts';
import { Stopped } from '../endings.ts';
import type { Run } from '../run.ts';
import { Slots } from '../slots.ts';
import { solo } from '../solo-agent.ts';
import { type Located, locate, locatedSchema } from './locate.ts';
import { majority, type Reproduction, tester } from './tester.ts';
import { writer } from './writer.ts';

export interface PipelineOptions {
  /** Patches written. Default 6. */
  readonly patches?: number;
  /** Reproduction tests written. Default 3. */
  readonly tests?: number;
  /** Of all samples after the first, where the caller has none of its own. Default 0.8, as Agentless has it. */
  readonly temperature?: number;
  /** Questions at a time; default: all. */
  readonly parallel?: number;
  /** Default: crosscheck. */
  readonly selector?: Selector;
}

/**
 * Agentless (Xia et al. 2024) with execution: where to work by a model and by coverage, several patches of one reply
 * each, tests that reproduce the task, and the patch that the evidence is for. Its value is where it looked.
 *
 * A model that cannot be asked (the embedded one) is located for by execution, and then works as the default agent.
 */
export function pipeline(options: PipelineOptions = {}): Agent<unknown, Located> {
  const { patches = 6, tests = 3, temperature = 0.8, parallel, selector = crosscheck } = options;
  return agent<unknown, Located>(
    {
      name: 'pipeline',
      source: import.meta.url,
      config: { patches, tests, temperature, parallel: parallel ?? null },
      uses: [locate, tester, writer, solo, selector],
      output: locatedSchema,
    },
    async (start, run) => {
      const { value: located } = await run.call(locate, start);
      if (!(await run.answers())) {
        return { ...(await run.call(solo, { ...start, work: null })), value: located };
      }
      if (located.places.length === 0) {
        return { ...start, value: located, work: failed('gave-up', `nothing was located: ${located.why}`) };
      }
      const state = { ...start, work: null };
      const slots = new Slots(parallel ?? Number.POSITIVE_INFINITY);
      const sampling = { run, slots, temperature };
      const tried = await sampled(tests, 'test-', sampling, (options) =>
        run.call(tester, { ...state, value: located }, options),
      );
      const counted = majority(tried.flatMap(({ end }) => end?.value ?? []));
      const attempts = await sampled(patches, '', sampling, (options) =>
        run.call(writer, { ...state, value: located }, options),
      );
      if (attempts.length > 0 && attempts.every(({ end }) => end === null)) throw attempts[0]!.error;
      return { ...(await chosen(attempts, counted, { start, run, selector })), value: located };
    },
  );
}

interface Sampling {
  readonly run: Run;
  readonly slots: Slots;
  readonly temperature: number;
}

type Options = NonNullable<Parameters<Run['call']>[2]>;

/** Several of one kind, which differ by seed and, after the first, by temperature. One that throws is out. */
function sampled<Value>(
  count: number,
  prefix: string,
  { run, slots, temperature: warm }: Sampling,
  call: (options: Options) => Promise<AgentState<Value>>,
): Promise<Attempt<Value>[]> {
  const { seed, temperature = warm } = run.settings;
  const one = async (attempt: number): Promise<Attempt<Value>> => {
    const varied = { seed: seed + attempt - 1, ...(attempt === 1 ? {} : { temperature }) };
    try {
      const options = { key: `${prefix}${attempt}`, settings: varied };
      return { attempt, end: await slots.with(() => call(options)) };
    } catch (error) {
      if (error instanceof Stopped) throw error;
      return { attempt, end: null, error };
    }
  };
  return Promise.all(Array.from({ length: count }, (_, index) => one(index + 1)));
}

interface Choosing {
  readonly start: AgentState;
  readonly run: Run;
  readonly selector: Selector;
}

async function chosen(
  attempts: readonly Attempt[],
  tests: readonly Reproduction[],
  { start, run, selector }: Choosing,
): Promise<AgentState> {
  const { path } = run;
  const proposed = await propose(attempts, start, run);
  if (proposed.length === 0) {
    const said = new Set(attempts.map(({ end, error }) => end?.work?.reason ?? messageOf(error)));
    const limit = attempts.every(({ end }) => end?.work?.status === 'limit');
    return { ...start, work: failed(limit ? 'limit' : 'gave-up', [...said].join('\n')) };
  }
  const brought = tests.map(({ command, path, text }) => ({ command, files: [{ path, text }] }));
  const candidates: Candidate[] = proposed.map((candidate) => ({ ...candidate, tests: brought }));
  const { candidate, probability, ranking, reasons } = await selector(candidates, start, run);
  if (run.ground.past.selections.get(path)?.chosen == null) {
    const plain = ranking.map(({ agrees, ...rest }) => ({ ...rest, agrees: [...agrees] }));
    run.emit({
      type: 'candidate.chosen',
      path,
      candidate,
      probability,
      ranking: plain,
      reasons: [...reasons],
    });
  }
  const end = candidates.find((each) => each.candidate === candidate)?.end;
  if (end === undefined) return { ...start, work: failed('gave-up', reasons.join('\n')) };
  const { checks, known } = run.ground;
  const verified =
    checks.length > 0 && checks.every((check) => known(check, end.snapshot)?.outcome.status === 'passed');
  const status = verified ? 'solved' : 'unverified';
  return { ...end, work: { ...end.work!, status, verified, probability, reason: reasons.join('\n') } };
}

function failed(status: 'gave-up' | 'limit', reason: string): Work {
  return { status, verified: false, probability: null, reason, rollout: null };
}
