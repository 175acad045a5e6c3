import type { TrialKey } from '@heddle/core';
import { type Outcome, outcomeOf, type TrialResult } from '@heddle/lab';
import type { Palette } from './palette.ts';
import { table } from './table.ts';
import { clip, clock, count, duration, money, oneLine } from './text.ts';
import { outcomeText } from './trial-table.ts';

/** What one agent's trials have come to so far. */
interface Tally {
  readonly planned: number;
  readonly outcomes: Record<Outcome, number>;
  usd: number;
  seconds: number;
}

interface Running {
  readonly key: TrialKey;
  readonly since: number;
  what: string;
  usd: number;
}

interface ProgressOptions {
  /** By agent, in the order in which they were named. */
  readonly planned: ReadonlyMap<string, number>;
  /** Instances have several attempts. */
  readonly attempts: number;
  readonly parallel: number;
  /** The interval of a rate, for so many solved of so many. */
  readonly interval: (solved: number, of: number) => readonly [low: number, high: number];
  readonly now?: () => number;
}

/** Trials that are shown while they run: more would push the numbers off the screen. */
const MAX_RUNNING = 12;

/** An experiment while it runs: who has solved how many, what is under way, time and money to go. */
export class ExperimentProgress {
  readonly #options: ProgressOptions;
  readonly #tallies = new Map<string, Tally>();
  readonly #running = new Map<string, Running>();
  readonly #now: () => number;
  readonly #began: number;
  /** Wall-clock seconds of trials that ended while we watched, and how many. */
  readonly #walls = { seconds: 0, trials: 0 };

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#began = this.#now();
    for (const [name, planned] of options.planned) {
      const outcomes = { solved: 0, failed: 0, limit: 0, infra: 0 };
      this.#tallies.set(name, { planned, outcomes, usd: 0, seconds: 0 });
    }
  }

  /** One that was graded before we began. */
  known(key: TrialKey, result: TrialResult): void {
    const tally = this.#tallies.get(key.agent);
    if (tally === undefined) return;
    tally.outcomes[outcomeOf(result)] += 1;
    tally.usd += result.usd;
    tally.seconds += result.seconds;
  }

  began(key: TrialKey): void {
    this.#running.set(idOf(key), { key, since: this.#now(), what: 'prepares', usd: 0 });
  }

  does(key: TrialKey, what: string, usd = 0): void {
    const running = this.#running.get(idOf(key));
    if (running === undefined) return;
    if (what !== '') running.what = oneLine(what);
    running.usd += usd;
  }

  graded(key: TrialKey, result: TrialResult): void {
    const running = this.#running.get(idOf(key));
    if (running !== undefined) {
      this.#walls.seconds += (this.#now() - running.since) / 1000;
      this.#walls.trials += 1;
    }
    this.#running.delete(idOf(key));
    this.known(key, result);
  }

  /** Put away, or another process has it. */
  left(key: TrialKey): void {
    this.#running.delete(idOf(key));
  }

  /** `12/80`. */
  get done(): string {
    const planned = this.#sum(({ planned }) => planned);
    return `${this.#sum(doneOf)}/${planned}`;
  }

  /** What stands on the screen until the next moment. */
  lines({ columns, palette }: { readonly columns: number; readonly palette: Palette }): string[] {
    const rows = [...this.#tallies].map(([name, tally]) => this.#row(name, tally, palette));
    const head = table(COLUMNS, rows, columns).trimEnd().split('\n');
    const running = [...this.#running.values()].sort((a, b) => a.since - b.since);
    const shown = running.slice(0, MAX_RUNNING).map((each) => {
      const elapsed = clock(this.#now() - each.since);
      const cost = each.usd === 0 ? '' : `  ${money(each.usd)}`;
      return clip(`  ${this.#nameOf(each.key)}  ${palette.dim(`${elapsed}${cost}  ${each.what}`)}`, columns);
    });
    const more = running.length - shown.length;
    return [
      ...head.map((line, at) => (at === 0 ? palette.dim(line) : line)),
      '',
      ...shown,
      ...(more > 0 ? [palette.dim(`  and ${more} more`)] : []),
      clip(palette.dim(this.#toGo()), columns),
    ];
  }

  /** A graded trial as a line of its own. */
  line(key: TrialKey, result: TrialResult): string {
    const cost = result.usd === 0 ? '' : `  ${money(result.usd)}`;
    const grading = result.gradeSeconds < 1 ? '' : ` and ${duration(result.gradeSeconds)} of grading`;
    return `${this.done}  ${this.#nameOf(key)}  ${outcomeText(result)}  ${duration(result.seconds)}${grading}${cost}`;
  }

  #row(name: string, tally: Tally, palette: Palette): string[] {
    const { outcomes, planned, usd } = tally;
    const known = outcomes.solved + outcomes.failed + outcomes.limit;
    const [low, high] = this.#options.interval(outcomes.solved, known);
    const rate =
      known === 0
        ? '-'
        : `${percent(outcomes.solved / known)}  ${palette.dim(`${percent(low)} to ${percent(high)}, not final`)}`;
    return [
      palette.bold(name),
      `${doneOf(tally)}/${planned}`,
      String(outcomes.solved),
      outcomes.infra === 0 ? '0' : palette.yellow(String(outcomes.infra)),
      money(usd),
      rate,
    ];
  }

  #nameOf({ agent, instance, attempt }: TrialKey): string {
    const which = this.#options.attempts === 1 ? '' : ` #${attempt}`;
    return `${agent}  ${instance}${which}`;
  }

  #toGo(): string {
    const left = this.#sum((tally) => tally.planned - doneOf(tally));
    const elapsed = `${clock(this.#now() - this.#began)} so far`;
    const { seconds, trials } = this.#walls;
    if (left === 0 || trials === 0) return `${count(left, 'trial')} to go, ${elapsed}`;
    // Those under way count with what they have taken: the short ones end first, and would promise too much.
    const under = [...this.#running.values()].reduce((sum, { since }) => sum + this.#now() - since, 0) / 1000;
    const wall = (((seconds + under) / trials) * left) / Math.min(this.#options.parallel, Math.max(1, left));
    const usd = this.#sum((tally) => {
      const done = doneOf(tally);
      return done === 0 ? 0 : (tally.usd / done) * (tally.planned - done);
    });
    const cost = usd === 0 ? '' : `, about ${money(usd)}`;
    return `${count(left, 'trial')} to go: about ${duration(wall)}${cost}; ${elapsed}`;
  }

  #sum(of: (tally: Tally) => number): number {
    return [...this.#tallies.values()].reduce((total, tally) => total + of(tally), 0);
  }
}

const COLUMNS = [
  { title: 'AGENT' },
  { title: 'DONE', align: 'right' as const },
  { title: 'SOLVED', align: 'right' as const },
  { title: 'INFRA', align: 'right' as const },
  { title: 'COST', align: 'right' as const },
  { title: 'RATE' },
];

function doneOf({ outcomes }: Tally): number {
  return outcomes.solved + outcomes.failed + outcomes.limit + outcomes.infra;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function idOf({ agent, instance, attempt }: TrialKey): string {
  return JSON.stringify([agent, instance, attempt]);
}
