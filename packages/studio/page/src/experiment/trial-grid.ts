import type { ChangedTrial, OutcomeLetter, TrialTableTold } from '../../../src/told/trial-table.ts';

/** One agent's attempts at one instance, or at several. */
export interface Tally {
  readonly solved: number;
  /** With a verdict. */
  readonly verdicts: number;
  readonly infra: number;
  readonly running: number;
  readonly due: number;
  readonly flagged: number;
}

export interface GridRow {
  readonly instance: number;
  readonly id: string;
  readonly cluster: string;
  /** What a person said who marked it as broken; null: nobody did. */
  readonly broken: string | null;
  /** By agent. */
  readonly cells: readonly Tally[];
  /** Of all verdicts; null: there is none. */
  readonly share: number | null;
  /** Between the best and the worst agent; of two agents with its sign, the first less the second. */
  readonly difference: number | null;
  /** Dollars of an attempt, over all agents. */
  readonly usd: number | null;
}

const LETTERS: Readonly<Record<OutcomeLetter, keyof Tally>> = {
  ...{ s: 'solved', f: 'verdicts', l: 'verdicts', i: 'infra', r: 'running', d: 'due' },
};

export function placesOf(table: TrialTableTold, instance: number, agent: number): number[] {
  const first = (instance * table.agents.length + agent) * table.attempts;
  return Array.from({ length: table.attempts }, (_, at) => first + at);
}

export function shareOf({ solved, verdicts }: Tally): number | null {
  return verdicts === 0 ? null : solved / verdicts;
}

export function rowsOf(table: TrialTableTold): GridRow[] {
  return table.instances.map(([id, cluster], instance) => {
    const cells = table.agents.map((_, agent) => tallyOf(table, placesOf(table, instance, agent)));
    const all = sumOf(cells);
    const places = table.agents.flatMap((_, agent) => placesOf(table, instance, agent));
    const costs = places.flatMap((place) => table.usd[place] ?? []);
    return {
      ...{ instance, id, cells, cluster: table.clusters[cluster]! },
      broken: table.broken[instance] ?? null,
      share: shareOf(all),
      difference: differenceOf(cells),
      usd: costs.length === 0 ? null : costs.reduce((sum, usd) => sum + usd, 0) / costs.length,
    };
  });
}

function tallyOf(table: TrialTableTold, places: readonly number[]): Tally {
  const tally = { solved: 0, verdicts: 0, infra: 0, running: 0, due: 0, flagged: 0 };
  for (const place of places) {
    const letter = table.outcomes[place] as OutcomeLetter;
    tally[LETTERS[letter]] += 1;
    if (letter === 's') tally.verdicts += 1;
    if (table.flags[place] !== undefined) tally.flagged += 1;
  }
  return tally;
}

export function sumOf(cells: readonly Tally[]): Tally {
  const sum = (key: keyof Tally) => cells.reduce((total, cell) => total + cell[key], 0);
  return {
    ...{ solved: sum('solved'), verdicts: sum('verdicts'), infra: sum('infra') },
    ...{ running: sum('running'), due: sum('due'), flagged: sum('flagged') },
  };
}

function differenceOf(cells: readonly Tally[]): number | null {
  const shares = cells.flatMap((cell) => shareOf(cell) ?? []);
  if (shares.length < 2) return null;
  if (cells.length === 2) return shares[0]! - shares[1]!;
  return Math.max(...shares) - Math.min(...shares);
}

/** The table after news; the one before stays as it was. */
export function withTrials(table: TrialTableTold, changed: readonly ChangedTrial[]): TrialTableTold {
  if (changed.length === 0) return table;
  const outcomes = [...table.outcomes];
  const [rollouts, usd, seconds, steps, probabilities] = [
    [...table.rollouts],
    [...table.usd],
    [...table.seconds],
    [...table.steps],
    [...table.probabilities],
  ];
  const [flags, infra] = [{ ...table.flags }, { ...table.infra }];
  for (const trial of changed) {
    const { place } = trial;
    outcomes[place] = trial.outcome;
    rollouts[place] = trial.rollout;
    usd[place] = trial.usd;
    seconds[place] = trial.seconds;
    steps[place] = trial.steps;
    probabilities[place] = trial.probability;
    if (trial.flags.length === 0) delete flags[place];
    else flags[place] = trial.flags;
    if (trial.infra === null) delete infra[place];
    else infra[place] = trial.infra;
  }
  return {
    ...table,
    ...{ outcomes: outcomes.join(''), rollouts, usd, seconds, steps, probabilities, flags, infra },
  };
}
