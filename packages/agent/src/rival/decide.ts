import { type CheckOutcome, type CheckSpec, type EventOf, OperatorError } from '@heddle/core';
import type { Model } from '@heddle/models';
import { compare } from '../compare/compare.ts';
import type { Evidence } from '../compare/question.ts';
import type { OnConsulted } from '../consult.ts';
import { SLOW_CHECK_SECONDS } from '../moves.ts';
import { summary } from '../report.ts';
import type { RolloutState } from '../state.ts';
import { better, type CheckChange, changeOf, sumOf } from './check-change.ts';
import { samePatch } from './same-patch.ts';
import { type Proposal, Trial, type TrialPlace } from './trial.ts';

/** A check that took less than the limit of automatic checks and now takes twice that hangs by this edit. */
const TRIAL_CHECK_SECONDS = 2 * SLOW_CHECK_SECONDS;
/** Of what a refused edit was told. */
const MAX_REFUSAL_CHARACTERS = 200;
/** Names of tests in one cell of the evidence. */
const MAX_NAMES = 8;

export type Outcome = EventOf<'edit.compared'>['proposals'][number]['outcome'];

export interface Decision {
  /** Which of the two. */
  readonly kept: 0 | 1;
  readonly by: EventOf<'edit.compared'>['by'];
  /** For people, one line. */
  readonly why: string;
  readonly outcomes: readonly [Outcome, Outcome];
}

export interface Round {
  readonly state: RolloutState;
  /** Who proposed what. */
  readonly models: readonly [string, string];
  readonly place: TrialPlace;
  /** Aborted: the first is kept. */
  readonly stop: AbortSignal;
  /** Throws OperatorError. */
  comparator(): Promise<Model>;
  /** Takes secrets out of what a model is shown. */
  mask(text: string): string;
  readonly onConsulted: OnConsulted;
}

const UNTRIED = [null, null] as const;

/**
 * The better of two edits: one that can be made before one that can't, then the one by which fewer tests break, then
 * more are mended, then the comparator's, then the first. Both are tried one after the other, since programs that
 * listen on a port would get in each other's way. Rejects for a bug, or for what `onConsulted` throws.
 */
export async function decide(
  proposals: readonly [Proposal, Proposal],
  { onConsulted, ...round }: Round,
): Promise<Decision> {
  const trials: Trial[] = [];
  const known: { outcomes: Decision['outcomes'] } = { outcomes: UNTRIED };
  let unwritten: unknown;
  const telling: OnConsulted = (consulted) => {
    try {
      onConsulted(consulted);
    } catch (error) {
      unwritten = error;
      throw error;
    }
  };
  const first = (why: string): Decision => ({ kept: 0, by: 'first', why, ...known });
  try {
    for (const proposal of proposals) {
      trials.push(await Trial.of(proposal, round.place));
      round.stop.throwIfAborted();
    }
    const [one, other] = trials as [Trial, Trial];
    const early = byMaking(one, other, round.models);
    if (early !== null) return early;
    const ran = [await checked(one, round), await checked(other, round)] as const;
    const changes = [sumOf(ran[0].map(changeIn)), sumOf(ran[1].map(changeIn))] as const;
    known.outcomes = [made(changes[0], ran[0]), made(changes[1], ran[1])];
    const kept = better(...changes);
    const why = round.models.map((model, index) => `${model}: ${told(changes[index]!)}`).join('; ');
    if (kept !== null) return { kept, by: 'checks', why, ...known };
    const { task } = round.state;
    const { winner, why: because } = await compare(
      {
        model: await round.comparator(),
        task: task.text,
        candidates: [round.mask(one.patch), round.mask(other.patch)],
        evidence: evidenceOf(...ran).map(({ what, results: [left, right] }) => ({
          what,
          results: [round.mask(left), round.mask(right)],
        })),
      },
      { signal: round.stop, onConsulted: telling },
    );
    return winner === null ? first(because) : { kept: winner, by: 'comparator', why: because, ...known };
  } catch (error) {
    if (unwritten !== undefined) throw unwritten;
    if (round.stop.aborted) return first('the rollout was stopped before they were compared');
    if (!(error instanceof OperatorError)) throw error;
    return first(`they could not be compared: ${error.message}`);
  } finally {
    for (const trial of trials) await trial.dispose();
  }
}

/** What is decided by making the edits alone; null: the checks must say. */
function byMaking(one: Trial, other: Trial, [first, second]: Round['models']): Decision | null {
  const refused = [one.refusal, other.refusal].map(
    (why): Outcome =>
      why === null
        ? { applied: true, ...NO_CHANGE, why: 'not checked: the other cannot be made' }
        : { applied: false, ...NO_CHANGE, why: clip(why) },
  ) as [Outcome, Outcome];
  if (one.refusal !== null && other.refusal !== null)
    return { kept: 0, by: 'first', why: 'neither can be made', outcomes: refused };
  if (one.refusal !== null)
    return { kept: 1, by: 'checks', why: `${first}’s cannot be made`, outcomes: refused };
  if (other.refusal !== null)
    return { kept: 0, by: 'checks', why: `${second}’s cannot be made`, outcomes: refused };
  if (!samePatch(one.patch, other.patch)) return null;
  return { kept: 0, by: 'same', why: 'both make the same edit', outcomes: UNTRIED };
}

interface Ran {
  readonly check: CheckSpec;
  readonly before: CheckOutcome;
  readonly after: CheckOutcome;
}

/** The checks that would run by themselves after the edit. */
async function checked(
  trial: Trial,
  { state, stop }: Pick<Round, 'state' | 'stop'>,
): Promise<readonly Ran[]> {
  const ran: Ran[] = [];
  for (const check of state.config.checks) {
    const { outcome: before, seconds } = state.checks.get(check.name)!.last!;
    if (seconds > SLOW_CHECK_SECONDS) continue;
    const timeoutSeconds = Math.min(check.timeoutSeconds, TRIAL_CHECK_SECONDS);
    const after = await trial.check({ ...check, timeoutSeconds });
    stop.throwIfAborted();
    ran.push({ check, before, after });
  }
  return ran;
}

function changeIn({ before, after }: Ran): CheckChange {
  return changeOf(before, after);
}

const NO_CHANGE: CheckChange = { passed: 0, failing: 0, broke: 0 };

function made(change: CheckChange, ran: readonly Ran[]): Outcome {
  return { applied: true, ...change, ...(ran.length === 0 ? { why: 'there is no check quick enough' } : {}) };
}

function told({ passed, failing, broke }: CheckChange): string {
  return `${passed} newly passing, ${failing} failing, ${broke} broken`;
}

/** A row a check. */
function evidenceOf(one: readonly Ran[], other: readonly Ran[]): Evidence[] {
  return one.map(({ check }, index) => ({
    what: `check ${check.name}: ${check.command}`,
    results: [cell(one[index]!), cell(other[index]!)],
  }));
}

function cell({ before, after }: Ran): string {
  const broken = after.failing.filter((name) => !before.failing.includes(name));
  const mended = before.failing.filter((name) => !after.failing.includes(name));
  return [
    summary(after),
    `was ${summary(before)}`,
    ...(mended.length > 0 ? [`no longer failing: ${names(mended)}`] : []),
    ...(broken.length > 0 ? [`newly failing: ${names(broken)}`] : []),
  ].join('; ');
}

function names(list: readonly string[]): string {
  const left = list.length - MAX_NAMES;
  return [...list.slice(0, MAX_NAMES), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MAX_REFUSAL_CHARACTERS ? line : `${line.slice(0, MAX_REFUSAL_CHARACTERS)}…`;
}
