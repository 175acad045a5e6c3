import { readFrames } from '@heddle/code';
import { probabilityOf, rankPartial, rankPassing, shareOf, silences, type Tried } from './choose.ts';
import { uniqueEdit, wholeKey } from './edit.ts';
import * as say from './narrate.ts';
import { Pool, suspectFiles, textOf, unseen } from './pool.ts';
import { backToWhole, withoutFirst } from './revise.ts';
import type { Candidate } from './search.ts';
import { type Call, type CheckView, type Epoch, present, type RepairState } from './state.ts';
import type { Suspect } from './suspicion.ts';
import { cluesIn } from './symptoms.ts';

export interface SearchBounds {
  /** Candidates tried in all. Default 5,000: beyond, the ranking has nothing to say any more. */
  readonly trials: number;
  /** Seconds of trials in all. Default 600: a person would look elsewhere by then. */
  readonly seconds: number;
  /** Others tried before the first that passed is believed, those of its own line first. Default 64. */
  readonly rivals: number;
}

export const DEFAULT_BOUNDS: SearchBounds = { trials: 5_000, seconds: 600, rivals: 64 };

/** A reply: what it says and what it does. */
export interface Turn {
  readonly text: string;
  readonly calls: readonly Omit<Call, 'id'>[];
}

/** The first batch is small so that an easy fault is mended at once; later ones save turns. */
const FIRST_BATCH = 24;
const LARGEST_BATCH = 200;
/** A batch ends when so many passed: enough to see whether the tests can tell changes apart. */
const ENOUGH_PASSES = 4;
/** Changes on the very line of the first one that passed, tried as rivals before it is believed. */
const MAX_RIVALS = 16;
/** The rivals' time: enough for quick tests, and a share of what is left where they are slow. */
const RIVAL_SECONDS = 15;
const RIVAL_SHARE = 0.4;
/** Of those that passed, compared by what they make the tests run. */
const MAX_COMPARED = 8;
/** Batches spent on finding a whole fix before one that mends only some tests is kept. */
const PATIENCE = 3;
/** Trials on top of a partial fix before it counts as a lucky hit and is taken back. */
const TRIALS_AFTER_PART = 240;
/** Share of a rollout's time that trials may take; checks, localisation and handing in need the rest. */
const TRIAL_SHARE = 0.6;
/** The same where the check hangs as it is: each of its runs takes all the time it is allowed. */
const HANGING_SHARE = 0.45;
/** With less time than this left a batch is given a limit of its own. */
const TIGHT_SECONDS = 60;
/** Replies kept for taking edits back and for handing in. */
const LAST_REPLIES = 6;
/** Partial fixes tried out and taken back in one place of the search. */
const MAX_REJECTED = 3;
/** Files looked at in one turn. */
const MAX_VIEWS = 4;
/** Edits kept at a time: more faults than this at once are beyond one search. */
const MAX_KEPT = 4;
/** The same trouble with a tool this often in a row will not go away. */
const MAX_FAULTS = 3;

/** Decides what to do next. A function of the state and the seed; remembers parsed files, by content. */
export class Planner {
  readonly #bounds: SearchBounds;
  readonly #pool: Pool;

  /** `ranksLines`: see {@link Pool}. */
  constructor(bounds: SearchBounds, ranksLines = true) {
    this.#bounds = bounds;
    this.#pool = new Pool(ranksLines);
  }

  async next(state: RepairState, seed: number): Promise<Turn> {
    if (state.interrupted.length > 0) {
      return {
        text: say.interrupted(state.interrupted),
        calls: state.interrupted.map(({ tool, input }) => ({ tool, input })),
      };
    }
    const failing = state.checks.filter(({ status }) => status !== 'passed');
    if (state.faults.length >= MAX_FAULTS) {
      return this.#giveUp(state, say.toolTrouble(state.faults.at(-1)!), seed);
    }
    if (failing.length === 0) {
      if (state.epochs.length === 1) return finish(say.noFailingCheck(state.checks), 0);
      return this.#revision(state) ?? this.#handIn(state, seed);
    }
    const lacking = ['localize', 'attempt', 'edit'].filter((tool) => !state.tools.has(tool));
    if (lacking.length > 0) return finish(say.lackingTools(lacking), 0);
    const regret = regretted(state);
    if (regret !== null) {
      const back = backToWhole(state);
      if (back !== null) return { text: say.takingBack(regret), calls: back };
      return undo([present(state)], say.takingBack(regret));
    }
    return this.#search(state, failing[0]!, seed);
  }

  async #search(state: RepairState, check: CheckView, seed: number): Promise<Turn> {
    const epoch = present(state);
    if (epoch.suspects === null) {
      return {
        text: say.localizing(state, check),
        calls: [{ tool: 'localize', input: { check: check.name } }],
      };
    }
    const suspected = epoch.suspects.length > 0 ? epoch.suspects : fromFrames(epoch, state.root);
    const seen = { ...epoch, suspects: suspected };
    if (suspectFiles(suspected).length === 0) return this.#giveUp(state, say.NOTHING_SUSPECTED, seed);
    const toView = unseen(seen).slice(0, MAX_VIEWS);
    if (toView.length > 0) {
      return {
        text: say.viewing(suspected, toView),
        calls: toView.map((view) => ({ tool: 'edit', input: { command: 'view', ...view } })),
      };
    }
    return this.#try(state, seen, check, seed);
  }

  async #try(state: RepairState, epoch: Epoch, check: CheckView, seed: number): Promise<Turn> {
    const candidates = await this.#pool.candidates(epoch, {
      seed,
      endless: check.status === 'hung',
      clues: cluesIn(epoch.failures),
    });
    const tried = triedOf(candidates, epoch);
    const { spent } = state;
    const secondsLeft = this.#secondsFor(state) - spent.seconds;
    const passing = rankPassing(this.#allowed(tried, epoch, 'pass'));
    const never = candidates.filter(({ key }) => !epoch.trials.has(key));
    // What the compiler rejects is run when nothing else is left: JavaScript doesn't mind.
    const untried = never.length > 0 ? never : candidates.filter((each) => isIllTyped(each, epoch));
    const asked = { check: check.name, ...(never.length === 0 && { check_types: false }) };
    if (passing.length > 0) {
      const near = untried.filter((other) => isRival(other, passing[0]!.candidate)).slice(0, MAX_RIVALS);
      const rivals = [...new Set([...near, ...untried])];
      const doubtful = epoch.batchesSinceMended === 0 && secondsLeft > 0;
      const batch = doubtful ? await this.#parsing(rivals, epoch, this.#bounds.rivals) : [];
      if (batch.length > 0) {
        const input = { ...asked, stop_after: batch.length };
        const turn = attempt(batch, input, say.rivals(passing[0]!, batch));
        return within(turn, Math.min(RIVAL_SECONDS, secondsLeft * RIVAL_SHARE));
      }
      if (passing.length > 1 && !epoch.compared && secondsLeft > 0) {
        const alike = passing.slice(0, MAX_COMPARED);
        const input = { ...asked, compare: true, check_types: false };
        const turn = attempt(
          alike.map(({ candidate }) => candidate),
          input,
          say.comparing(alike),
        );
        return within(turn, Math.min(RIVAL_SECONDS, secondsLeft * RIVAL_SHARE));
      }
      return keep(passing[0]!, epoch, say.applying(passing));
    }
    const partial = rankPartial(this.#allowed(tried, epoch, 'part'));
    const size = Math.min(LARGEST_BATCH, FIRST_BATCH * (epoch.batches + 1));
    const room =
      secondsLeft <= 0 || lastReplies(state) ? 0 : Math.min(size, this.#bounds.trials - spent.trials);
    const waited = epoch.batchesSinceMended >= PATIENCE * (1 + epoch.rejected.size);
    const keeping = partial.length > 0 && room > 0 && epoch.rejected.size < MAX_REJECTED;
    if (keeping && waited && state.epochs.length <= MAX_KEPT) {
      return keep(partial[0]!, epoch, say.keepingPart(partial[0]!, check));
    }
    if (epoch.edit !== null && partial.length === 0 && epoch.trials.size >= TRIALS_AFTER_PART) {
      return undo([epoch], say.takingBack('nothing tried since then mends the rest'));
    }
    const batch = room <= 0 ? [] : await this.#parsing(untried, epoch, room);
    if (batch.length > 0) {
      const input = { ...asked, stop_after: ENOUGH_PASSES };
      const turn = attempt(batch, input, say.trying(batch, { tried, candidates, partial }));
      return secondsLeft < TIGHT_SECONDS ? within(turn, secondsLeft) : turn;
    }
    if (keeping && state.epochs.length <= MAX_KEPT) {
      return keep(partial[0]!, epoch, say.keepingPart(partial[0]!, check));
    }
    if (epoch.edit !== null && room > 0) return undo([epoch], say.takingBack('nothing mends the rest'));
    return this.#giveUp(state, untried.length === 0 ? say.EXHAUSTED : say.outOfBounds(spent), seed);
  }

  /** Seconds of trials the rollout's own limit leaves room for. */
  #secondsFor({ limits, checks }: RepairState): number {
    const share = hangs(checks) ? HANGING_SHARE : TRIAL_SHARE;
    return limits === null ? this.#bounds.seconds : Math.min(this.#bounds.seconds, limits.seconds * share);
  }

  /** What ended that way and was not made and taken back before. */
  #allowed(tried: readonly Tried[], epoch: Epoch, outcome: 'pass' | 'part'): Tried[] {
    return tried.filter(({ trial, candidate }) => {
      if (trial.outcome !== outcome) return false;
      return !epoch.rejected.has(wholeKey(whole(candidate, epoch)));
    });
  }

  /** The first so many candidates that parse. */
  async #parsing(candidates: readonly Candidate[], epoch: Epoch, most: number): Promise<Candidate[]> {
    const batch: Candidate[] = [];
    for (const candidate of candidates) {
      if (batch.length >= most) break;
      if (await this.#pool.stillParses(candidate, epoch)) batch.push(candidate);
    }
    return batch;
  }

  /** Once: the first of several changes is looked for again. Null: no. */
  #revision(state: RepairState): Turn | null {
    const roomy = this.#secondsFor(state) - state.spent.seconds > RIVAL_SECONDS && !lastReplies(state);
    const calls = roomy && state.finishing === 0 ? withoutFirst(state) : null;
    return calls && { text: say.revising(state.epochs[1]!.edit!), calls };
  }

  async #handIn(state: RepairState, seed: number): Promise<Turn> {
    const last = state.epochs.at(-2)!;
    const options = { seed, endless: hangs(present(state).before), clues: cluesIn(last.failures) };
    const candidates = await this.#pool.candidates({ ...last, suspects: suspectsOf(state, last) }, options);
    const passing = triedOf(candidates, last).filter(({ trial }) => trial.outcome === 'pass');
    const made = wholeKey(present(state).edit!);
    const own = passing.find(({ candidate }) => wholeKey(whole(candidate, last)) === made);
    const others = passing.filter((each) => each !== own);
    const probability = probabilityOf({
      silent: own !== undefined && silences(own, passing),
      share: shareOf(own, passing),
      rank: own ? candidates.indexOf(own.candidate) + 1 : 1,
      checks: state.checks,
      edits: state.epochs.length - 1,
    });
    const text = say.solved(state, others, own);
    return finish(text, probability, state.finishing);
  }

  /** Leaves the files as they were given, then says what is known. */
  async #giveUp(state: RepairState, why: string, seed: number): Promise<Turn> {
    const back = state.faults.length < MAX_FAULTS ? backToWhole(state) : null;
    if (back !== null) return { text: say.backToWhole(why), calls: back };
    const kept = state.epochs.slice(1);
    if (kept.length > 0 && state.faults.length < MAX_FAULTS) return undo(kept.reverse(), say.undoingAll(why));
    const epoch = state.epochs[0]!;
    const suspects = suspectsOf(state, epoch);
    const options = { seed, endless: hangs(state.checks), clues: cluesIn(epoch.failures) };
    const tried = triedOf(await this.#pool.candidates({ ...epoch, suspects }, options), epoch);
    const partial = rankPartial(this.#allowed(tried, { ...epoch, rejected: new Set() }, 'part'));
    return finish(
      say.gaveUp({ why, epoch: { ...epoch, suspects }, tried, partial }),
      GAVE_UP,
      state.finishing,
    );
  }
}

function lastReplies({ limits, replies }: RepairState): boolean {
  return limits !== null && replies >= limits.steps - LAST_REPLIES;
}

function within({ text, calls }: Turn, seconds: number): Turn {
  const limit = { limit_seconds: Math.max(1, Math.ceil(seconds)) };
  return { text, calls: calls.map(({ tool, input }) => ({ tool, input: { ...input, ...limit } })) };
}

function hangs(checks: readonly CheckView[]): boolean {
  return checks.find(({ status }) => status !== 'passed')?.status === 'hung';
}

/** Stated where nothing was changed: right only if nothing had to be. */
const GAVE_UP = 0.01;

function triedOf(candidates: readonly Candidate[], epoch: Epoch): Tried[] {
  return candidates.flatMap((candidate) => {
    const trial = epoch.trials.get(candidate.key);
    return trial ? [{ candidate, trial }] : [];
  });
}

/** Why the last edit should not stand, or null: it did not do what its trial promised, or broke another check. */
function regretted(state: RepairState): string | null {
  const { edit, before } = present(state);
  if (edit === null || present(state).suspects !== null) return null;
  for (const was of before) {
    const now = state.checks.find(({ name }) => name === was.name);
    if (!now || now.status === 'passed') continue;
    if (was.status === 'passed') return `check ${was.name} passed before it`;
    const mended = was.failed !== null && now.failed !== null && now.failed < was.failed;
    const whole = state.epochs.at(-2)!.trials.size > 0 && !mended;
    if (whole && was.name === before.find(({ status }) => status !== 'passed')?.name) {
      return `check ${was.name} is no better than before it`;
    }
  }
  return null;
}

function isRival(other: Candidate, first: Candidate): boolean {
  const samePlace = other.edit.path === first.edit.path && other.line === first.line;
  return samePlace && other.manner === 'mend';
}

function isIllTyped({ key }: Candidate, epoch: Epoch): boolean {
  return epoch.trials.get(key)?.outcome === 'ill-typed';
}

function attempt(batch: readonly Candidate[], input: Omit<Call['input'], 'candidates'>, text: string): Turn {
  const candidates = batch.map(({ edit, label }) => ({ label, edits: [edit] }));
  return { text, calls: [{ tool: 'attempt', input: { ...input, candidates } }] };
}

function keep({ candidate }: Tried, epoch: Epoch, text: string): Turn {
  const { path, old, new: put } = whole(candidate, epoch);
  return { text, calls: [{ tool: 'edit', input: { command: 'replace', path, old, new: put } }] };
}

function whole({ edit }: Candidate, epoch: Epoch) {
  return uniqueEdit(textOf(epoch.files.get(edit.path)!), edit);
}

function undo(epochs: readonly Epoch[], text: string): Turn {
  return {
    text,
    calls: epochs.map(({ edit }) => ({ tool: 'edit', input: { command: 'undo', path: edit!.path } })),
  };
}

/** The first call shows the diff, the second hands in; what is said is the same. */
function finish(summary: string, probability: number, finishing = 0): Turn {
  const text = finishing === 0 ? summary : say.HANDING_IN;
  return { text, calls: [{ tool: 'finish', input: { summary, probability } }] };
}

function suspectsOf(state: RepairState, epoch: Epoch): readonly Suspect[] {
  return epoch.suspects && epoch.suspects.length > 0 ? epoch.suspects : fromFrames(epoch, state.root);
}

/** Without localisation: the places the failures' own stack traces name, innermost first. */
function fromFrames({ failures }: Epoch, root: string): Suspect[] {
  return readFrames(failures, root).map(({ path, line }, rank) => ({
    path,
    line,
    score: 1 / (1 + rank * 0.3),
    reason: 'in the stack trace',
  }));
}
