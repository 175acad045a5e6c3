import * as z from 'zod/mini';
import { crosscheck } from '../select/crosscheck.ts';
import { type Attempt, propose } from '../select/propose.ts';
import type { Selection, Selector } from '../select/selector.ts';
import { type Agent, type AgentState, agent } from './agent.ts';
import { Stopped } from './endings.ts';
import { Explorer, FirstRollout, forkPointSchema } from './late-fork.ts';
import type { Run, Settings } from './run.ts';
import { Slots } from './slots.ts';

export interface BestOfOptions {
  readonly attempts: number;
  /** How attempts differ beside their seeds; attempt i takes the i-th, around again at the end. */
  readonly vary?: Variety;
  /** `late`: the first attempt explores, the others take over its past before its first edit. Default `early`. */
  readonly fork?: 'early' | 'late';
  /** `decisive`, the default: the rest is stopped once the evidence decides. */
  readonly stop?: 'decisive' | 'never';
  /** Attempts at a time; default: all. */
  readonly parallel?: number;
  /** Default: crosscheck. */
  readonly selector?: Selector;
}

export interface Variety {
  readonly models?: readonly string[];
  readonly temperatures?: readonly number[];
  /** Said to the model after the task. */
  readonly approaches?: readonly string[];
}

/** Verified attempts that came to the same change, with none verified beside them: nobody else is waited for. */
const DECISIVE = 2;

/**
 * Several attempts of one agent at the same task, side by side in forks of their own, and the best of them: W&B's
 * rollouts with a crosscheck. An attempt that throws is out; if all do, so does this.
 */
export function bestOf<Value>(options: BestOfOptions, inner: Agent<Value, Value>): Agent<Value, Value> {
  const { selector = crosscheck, ...config } = options;
  return agent<Value, Value>(
    { name: 'bestOf', source: import.meta.url, config, uses: [inner, selector] },
    async (start, run) => {
      const attempts = await attemptAll(options, inner, start, run);
      const ended = attempts.filter(({ end }) => end !== null);
      if (ended.length === 0) throw attempts[0]!.error;
      const candidates = await propose(attempts, start, run);
      const selection = candidates.length === 0 ? NOTHING : await selector(candidates, start, run);
      const { path } = run;
      if (run.ground.past.selections.get(path)?.chosen == null)
        run.emit({ type: 'candidate.chosen', path, ...plain(selection) });
      const chosen = attempts.find(({ attempt }) => attempt === selection.candidate)?.end ?? null;
      return chosen === null
        ? { ...start, work: { ...none(ended), reason: reasonOf(selection, ended) } }
        : {
            ...chosen,
            work: {
              ...chosen.work!,
              probability: selection.probability,
              reason: [chosen.work!.reason, ...selection.reasons].filter(Boolean).join('\n'),
            },
          };
    },
  );
}

/** No attempt changed anything, so there is nothing to be right or wrong. */
const NOTHING: Selection = {
  candidate: null,
  probability: 1,
  ranking: [],
  reasons: ['No attempt came to a change.'],
};

function plain({ candidate, probability, ranking, reasons }: Selection) {
  return {
    candidate,
    probability,
    ranking: ranking.map(({ agrees, ...rest }) => ({ ...rest, agrees: [...agrees] })),
    reasons: [...reasons],
  };
}

/** Without a choice the attempts' own ending is the whole's, where all of them ended at a limit. */
function none(ended: readonly Attempt[]) {
  const limits = ended.every(({ end }) => end!.work?.status === 'limit');
  return {
    status: limits ? ('limit' as const) : ('gave-up' as const),
    verified: false,
    probability: null,
    rollout: null,
  };
}

function reasonOf({ reasons }: Selection, ended: readonly Attempt[]): string {
  // The first line of each: the whole is in the attempt's own journal.
  const said = new Set(ended.flatMap(({ end }) => end!.work?.reason.split('\n', 1) ?? []));
  return [...reasons, ...[...said].map((reason) => `An attempt said: ${reason}`)].join('\n');
}

async function attemptAll<Value>(
  { attempts: count, vary = {}, fork = 'early', stop = 'decisive', parallel = count }: BestOfOptions,
  inner: Agent<Value, Value>,
  start: AgentState<Value>,
  run: Run,
): Promise<Attempt<Value>[]> {
  const enough = new AbortController();
  const slots = new Slots(parallel);
  const verified: Attempt<Value>[] = [];
  const explorer = fork === 'late' && count > 1 ? new Explorer() : null;
  // Kept, so that an attempt that had not begun when the process died is forked all the same.
  const forkPoint =
    explorer === null ? null : run.once('fork', z.nullable(forkPointSchema), () => explorer.done);
  const one = async (attempt: number): Promise<Attempt<Value>> => {
    const from = attempt > 1 ? await forkPoint : null;
    const release = await slots.take();
    try {
      const first = from !== null ? new FirstRollout({ from }) : attempt === 1 ? explorer?.first : undefined;
      const end = await run.call(inner, start, {
        key: String(attempt),
        settings: { ...varied(run.settings, vary, attempt), ...(first === undefined ? {} : { first }) },
        signal: enough.signal,
      });
      if (end.work?.verified === true) verified.push({ attempt, end });
      if (stop === 'decisive' && isDecided(verified)) enough.abort();
      return { attempt, end };
    } catch (error) {
      if (error instanceof Stopped) throw error;
      return { attempt, end: null, error };
    } finally {
      release();
      if (attempt === 1) explorer?.ended();
    }
  };
  return Promise.all(Array.from({ length: count }, (_, index) => one(index + 1)));
}

/** By the files they came to: those that differ in form only are found to be the same later, at leisure. */
function isDecided(verified: readonly Attempt[]): boolean {
  return verified.length >= DECISIVE && new Set(verified.map(({ end }) => end!.snapshot)).size === 1;
}

function varied({ seed }: Settings, vary: Variety, attempt: number): Partial<Settings> {
  const of = <T>(list: readonly T[] | undefined) => list?.[(attempt - 1) % list.length];
  const [model, temperature, approach] = [of(vary.models), of(vary.temperatures), of(vary.approaches)];
  return {
    seed: seed + attempt - 1,
    ...(model === undefined ? {} : { model }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(approach === undefined ? {} : { approach }),
  };
}
