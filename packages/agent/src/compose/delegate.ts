import { type CheckSpec, messageOf, OperatorError, workSchema } from '@heddle/core';
import * as z from 'zod/mini';
import { excerpt } from '../excerpt.ts';
import { contractText, REPORT_MARK } from '../prompts/contract.ts';
import { type Agent, type AnyAgent, agent } from './agent.ts';
import { Stopped, Unreachable } from './endings.ts';
import { checkOf, type Measured, measure } from './measure.ts';

/** What one agent asks of another. */
export const contractSchema = z.object({
  /** Short, unique among those it works beside. */
  name: z.string(),
  /** What is to be done, complete in itself. */
  task: z.string(),
  /** The task it is a part of, for context; empty where it is the whole. */
  whole: z.string(),
  /** Files it is expected to touch. Advice: nothing stops it. */
  files: z.array(z.string()),
  /** Shell commands that must pass, run at the root of its files. */
  accept: z.array(z.string()),
  /** What is known already: places, decisions, what others have done. */
  known: z.string(),
  /** Of its own, within what is left to the caller. */
  budget: z.object({
    usd: z.optional(z.number()),
    tokens: z.optional(z.number()),
    seconds: z.optional(z.number()),
  }),
});
export type Contract = z.infer<typeof contractSchema>;

const acceptanceSchema = z.object({
  command: z.string(),
  /** Before the work: a command that passed then shows nothing of it. */
  before: z.enum(['passed', 'failed', 'hung', 'broken']),
  after: z.enum(['passed', 'failed', 'hung', 'broken']),
  /** The end of what it printed after the work. */
  output: z.string(),
});

/** What became of it. The files are the state's. */
export const reportSchema = z.object({
  outcome: z.enum(['done', 'failed']),
  /** How its worker ended; null: it threw. */
  status: z.nullable(workSchema.shape.status),
  /** Why it failed; empty where it is done. */
  why: z.string(),
  /** In its own words. */
  done: z.string(),
  /** What others who work on must know. */
  known: z.string(),
  /** Files it changed. */
  changed: z.array(z.string()),
  acceptance: z.array(acceptanceSchema),
  rollout: z.nullable(z.string()),
  /** As its author stated it. */
  probability: z.nullable(z.number()),
});
export type Report = z.infer<typeof reportSchema>;

/** Of an output that is told to others. */
const MAX_OUTPUT_CHARACTERS = 1_500;

/**
 * Hands a piece of work to another agent under a contract: its value is what is asked, the value it gives what came of
 * it, and the files are the state's. The acceptance commands are run on the files before and after. Work that fails is
 * a report; what throws is a person who stops it all, or a model that cannot be reached.
 */
export function delegate(worker: AnyAgent): Agent<Contract, Report> {
  return agent<Contract, Report>(
    {
      name: 'delegate',
      source: import.meta.url,
      uses: [worker],
      input: contractSchema,
      output: reportSchema,
    },
    async (state, run) => {
      const contract = state.value;
      const checks = await acceptanceChecks(contract, run.ground.task.repo);
      const before = await measure(run, 'accept-before', state.snapshot, checks);
      const asked = { ...state, task: contractText(contract), work: null };
      let end: typeof asked & { readonly work: typeof state.work };
      try {
        end = (await run.call(worker, asked, { budget: contract.budget })) as typeof end;
      } catch (error) {
        if (mustBeTold(error)) throw error;
        return { ...state, value: { ...NOTHING, why: messageOf(error) } };
      }
      const after = await measure(run, 'accept-after', end.snapshot, checks);
      const changed = await run.ground.workspace.changed(state.snapshot, end.snapshot);
      const text = (digest: string) => excerpt(run.ground.text(digest).trim(), MAX_OUTPUT_CHARACTERS).text;
      const acceptance = checks.map(({ command }, index) => ({
        command,
        before: before[index]!.status,
        after: after[index]!.status,
        output: text(after[index]!.output),
      }));
      const { status = 'gave-up', reason = '', rollout = null, probability = null } = end.work ?? {};
      const [done = '', ...known] = reason.split(REPORT_MARK);
      const why = whyFailed(status, reason, after, checks);
      return {
        ...end,
        task: state.task,
        value: {
          outcome: why === '' ? 'done' : 'failed',
          status,
          why,
          done: done.trim(),
          known: known.join('\n').trim(),
          changed: changed.map(({ path }) => path),
          acceptance,
          rollout,
          probability,
        },
      };
    },
  );
}

/** What no report may hide: it concerns the whole. */
function mustBeTold(error: unknown): boolean {
  return error instanceof Stopped || error instanceof Unreachable || error instanceof OperatorError;
}

const NOTHING: Report = {
  outcome: 'failed',
  status: null,
  why: '',
  done: '',
  known: '',
  changed: [],
  acceptance: [],
  rollout: null,
  probability: null,
};

/** Its acceptance commands as checks, named `accept-1` on. */
export function acceptanceChecks(
  { accept }: Pick<Contract, 'accept'>,
  repository: string,
): Promise<CheckSpec[]> {
  return Promise.all(accept.map((command, index) => checkOf(`accept-${index + 1}`, command, repository)));
}

/** What passes counts, whatever its author says of it; without a command its author's word does. */
function whyFailed(
  status: string,
  reason: string,
  after: readonly Measured[],
  checks: readonly CheckSpec[],
): string {
  const failing = checks.filter((_, index) => after[index]!.status !== 'passed');
  const handedIn = status === 'solved' || status === 'unverified';
  if (failing.length > 0) {
    const commands = failing.map(({ command }) => `\`${command}\``).join(', ');
    return `${commands} ${failing.length === 1 ? 'does' : 'do'} not pass${handedIn ? '' : ` (${status}: ${reason})`}`;
  }
  return handedIn || checks.length > 0 ? '' : `${status}: ${reason}`;
}
