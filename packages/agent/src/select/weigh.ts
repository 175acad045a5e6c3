import { needless } from './ablation.ts';
import { type Row, regressionName, UNSTEADY } from './matrix.ts';

/** What speaks for and against one candidate, each from -1 to 1 unless said otherwise; 0: nothing is known. */
export interface Weighed {
  readonly candidate: number;
  /** Tests that passed as the files were and do not any more; infinite: a check no longer runs to its end. */
  readonly broken: number;
  /** Checks that do not pass. */
  readonly failing: number;
  /** Tests that failed as the files were and pass now. */
  readonly mended: number;
  /** What the other attempts' tests say of it, and its own tests of the others: dual agreement (CodeT). */
  readonly agreement: number;
  /** How far it does on generated inputs what the others do (minimum Bayes risk by execution, Shi et al. 2022). */
  readonly behaviour: number;
  /** Of the parts of its change, those that nothing needs: 0 to 1. */
  readonly needless: number;
  /** Attempts that came to it, of all: 0 to 1. */
  readonly votes: number;
  /** As its agent stated it: 0 to 1; null: it did not. */
  readonly stated: number | null;
  /** It looks like tampering: expected values copied, tests weakened. */
  readonly suspect: boolean;
  /** Candidates that nothing measured tells from it. */
  readonly agrees: readonly number[];
  /** Those of them that did the same in many calls: in all likelihood the same fix in other words. */
  readonly twins: readonly number[];
}

export interface Weighing {
  readonly rows: readonly Row[];
  readonly candidates: readonly {
    readonly candidate: number;
    readonly count: number;
    readonly stated: number | null;
    readonly suspect: boolean;
  }[];
  /** All attempts, those that came to nothing too. */
  readonly attempts: number;
}

/** Of what the attempts that came to one fix stated: the mean; null: none stated any. */
export function meanStated(said: readonly number[]): number | null {
  return said.length === 0 ? null : said.reduce((sum, each) => sum + each, 0) / said.length;
}

export function weigh({ rows, candidates, attempts }: Weighing): Weighed[] {
  const counting = rows.filter(({ dismissed }) => dismissed === null);
  const checked = candidates.map((each) => ({ ...each, ...checksOf(each.candidate, counting) }));
  const best = [...checked].sort(byChecks)[0]!;
  // Who breaks what worked, or mends less, has no say about the others.
  const voters = checked.filter((each) => byChecks(each, best) === 0);
  const counts = new Map(voters.map(({ candidate, count }) => [candidate, count]));
  return checked.map(({ candidate, count, stated, suspect, broken, failing, mended }) => ({
    candidate,
    broken,
    failing,
    mended,
    agreement: agreementOf(candidate, counting, counts),
    behaviour: behaviourOf(candidate, counting, counts),
    needless: needless(candidate, counting),
    votes: count / Math.max(1, attempts),
    stated,
    suspect,
    ...likeOf(candidate, candidates, counting),
  }));
}

function likeOf(
  candidate: number,
  candidates: Weighing['candidates'],
  rows: readonly Row[],
): Pick<Weighed, 'agrees' | 'twins'> {
  const agrees = candidates
    .map((other) => other.candidate)
    .filter((other) => other !== candidate && alike(candidate, other, rows));
  return { agrees, twins: agrees.filter((other) => twins(candidate, other, rows)) };
}

type Checked = Pick<Weighed, 'broken' | 'failing' | 'mended'>;

/** What breaks least is first, then what passes most checks, then what mends most. */
export function byChecks(a: Checked, b: Checked): number {
  return order(a.broken, b.broken) || order(a.failing, b.failing) || order(b.mended, a.mended);
}

/** Two that are infinite are equal. */
const order = (a: number, b: number): number => (a === b ? 0 : a - b);

/** With its own tests left out, where it has changed any: whether those pass is another row. */
function checksOf(candidate: number, rows: readonly Row[]): Checked {
  let [broken, failing, mended] = [0, 0, 0];
  for (const { kind, test, cells } of rows) {
    if (kind !== 'check') continue;
    const base = cells.get(0);
    const original = rows.find((row) => row.test === regressionName(test));
    const now = original?.cells.get(candidate) ?? cells.get(candidate);
    if (now === undefined) continue;
    if (now.outcome !== 'passed') failing += 1;
    if (base === undefined) continue;
    const readable = now.outcome === 'passed' || (now.outcome === 'failed' && now.failing.length > 0);
    if (readable) {
      broken += now.failing.filter((name) => !base.failing.includes(name)).length;
      mended += base.failing.filter((name) => !now.failing.includes(name)).length;
    } else if (base.outcome === 'passed' || now.outcome !== base.outcome) broken = Number.POSITIVE_INFINITY;
  }
  return { broken, failing, mended };
}

/** What a stranger's passing of a test says for its author, beside passing a stranger's test. */
const PASSED_BY_OTHER = 0.5;

/**
 * Of tests that attempts brought, or somebody beside them. An author's word for itself is worth nothing: a test speaks for the fix it came with
 * as far as other attempts came to that fix on their own, or pass it with another one. That others fail it is said of
 * them; it does not make its author worse than one that brought none.
 */
function agreementOf(candidate: number, rows: readonly Row[], counts: ReadonlyMap<number, number>): number {
  let [sum, weight] = [0, 0];
  const count = (value: number, by: number) => {
    sum += value * by;
    weight += by;
  };
  for (const { kind, by, cells } of rows) {
    if ((kind !== 'tests' && kind !== 'reproduction') || (by !== null && !counts.has(by))) continue;
    if (by !== candidate) {
      const cell = cells.get(candidate);
      if (cell !== undefined) count(cell.outcome === 'passed' ? 1 : -1, 1);
      continue;
    }
    const own = counts.get(by)!;
    count(1, (own - 1) / own);
    for (const [about, cell] of cells)
      if (about !== by && cell.outcome === 'passed') count(1, PASSED_BY_OTHER * (counts.get(about) ?? 0));
  }
  return weight === 0 ? 0 : sum / weight;
}

/**
 * The files as they were have a say too: most inputs are none of the fault's business, and who alone does otherwise there
 * has broken something. One vote, for on the inputs that the fault is about they are wrong.
 */
const BASE_VOTES = 1;

/**
 * Over the inputs on which candidates differ: the share of the votes for what it does among those of the others and of the
 * files as they were, from -1 to 1.
 */
function behaviourOf(candidate: number, rows: readonly Row[], counts: ReadonlyMap<number, number>): number {
  const shares: number[] = [];
  for (const { kind, cells } of rows) {
    if (kind !== 'behaviour') continue;
    const did = (about: number) => cells.get(about)?.behaviour?.split(' ');
    const own = did(candidate);
    const rivals = [...counts].flatMap(([about, votes]) => {
      const tokens = about === candidate ? undefined : did(about);
      return tokens === undefined ? [] : [{ votes, tokens }];
    });
    if (own === undefined || rivals.length === 0) continue;
    const base = did(0);
    for (const [input, token] of own.entries()) {
      const tokens = [token, ...rivals.map((rival) => rival.tokens[input])];
      if (tokens.includes(UNSTEADY) || new Set(tokens).size === 1) continue;
      const voters = [
        ...rivals.map((rival) => ({ votes: rival.votes, token: rival.tokens[input] })),
        ...(base === undefined ? [] : [{ votes: BASE_VOTES, token: base[input] }]),
      ];
      const all = voters.reduce((sum, { votes }) => sum + votes, 0);
      const against = voters.reduce((sum, voter) => sum + (voter.token === token ? 0 : voter.votes), 0);
      shares.push(1 - (2 * against) / all);
    }
  }
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Calls after which two that did the same in all of them are taken to be the same. */
const TWIN_CALLS = 10;

/** Whether two did the same in enough calls, and in all of them. */
function twins(one: number, other: number, rows: readonly Row[]): boolean {
  let calls = 0;
  for (const { kind, cells } of rows) {
    const [a, b] = [cells.get(one)?.behaviour, cells.get(other)?.behaviour];
    if (kind !== 'behaviour' || a === undefined || b === undefined) continue;
    if (a !== b) return false;
    calls += a.split(' ').filter((token) => token !== UNSTEADY).length;
  }
  return calls >= TWIN_CALLS;
}

function alike(one: number, other: number, rows: readonly Row[]): boolean {
  return rows.every(({ kind, cells }) => {
    if (kind === 'ablation') return true;
    const [a, b] = [cells.get(one), cells.get(other)];
    return (
      a === undefined ||
      b === undefined ||
      (a.outcome === b.outcome && a.behaviour === b.behaviour && a.failing.join() === b.failing.join())
    );
  });
}
