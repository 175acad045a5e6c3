import { Context } from './context.ts';
import { type Edit, editOf, keyOf } from './edit.ts';
import { endlessness } from './endless.ts';
import { FAMILIES } from './families.ts';
import type { Family, Proposal } from './family.ts';
import { Naturalness } from './naturalness.ts';
import { pairsOf } from './pairs.ts';
import { hashNormal } from './random.ts';
import type { Source } from './source.ts';
import { type Suspect, Suspicion } from './suspicion.ts';
import { type Clues, likelihood } from './symptoms.ts';
import type { Syntax } from './syntax.ts';

/** A change worth trying. */
export interface Candidate {
  readonly edit: Edit;
  readonly key: string;
  readonly family: string;
  readonly manner: Family['manner'];
  /** How common such fixes are, at most 1. */
  readonly weight: number;
  /** How likely it is to be the fix before anything is run: weight times suspicion. */
  readonly prior: number;
  /** Order of trial: the prior times how natural it reads, moved by the seed. Says nothing once it has passed. */
  readonly score: number;
  /** Line the changed code starts at. */
  readonly line: number;
  readonly label: string;
  /** What it replaces, for putting two together. */
  readonly span: Pick<Proposal, 'start' | 'end' | 'text'>;
}

/** A place twice as suspected outweighs a change that is three times as common. */
const SUSPICION_EXPONENT = 1.5;
/** Standard deviation of the seed's influence, in natural logarithms: reorders near neighbours, not the extremes. */
const EXPLORATION = 0.35;
/** Code that silences is tried after what mends. */
const SILENCE_FACTOR = 0.35;
/** Suspicion below this isn't worth a run. */
const MIN_SUSPICION = 0.02;

export interface SearchOptions {
  /** 0 keeps the plain order. */
  readonly seed: number;
  /** The check doesn't come to an end. */
  readonly endless: boolean;
  /** What the failures' messages say. */
  readonly clues: Clues;
}

/** Every change of a file the families know, best first. `others`: files that were looked at besides. */
export function candidatesIn(
  source: Source,
  suspects: readonly Suspect[],
  { seed, endless, clues }: SearchOptions,
  others: readonly Source[] = [],
): Candidate[] {
  const alike = others.filter(({ table }) => table === source.table);
  const context = new Context(source, clues, alike);
  const suspicion = new Suspicion(source, suspects);
  const naturalness = new Naturalness(source, alike);
  const best = new Map<string, Candidate>();
  for (const node of context.nodes) {
    // Nothing of a function runs when a call of it lacks an argument.
    const suspected = isMissing(node, clues) ? 1 : suspicion.of(node);
    if (suspected < MIN_SUSPICION) continue;
    const worth = suspected ** SUSPICION_EXPONENT * (endless ? endlessness(node) : 1);
    for (const family of FAMILIES) {
      const likely = worth * likelihood(clues.symptom, family.name);
      for (const proposal of family.propose(node, context)) {
        const natural = naturalness.of(proposal);
        const candidate = rated(source, node, { family, proposal, worth: likely, natural, seed });
        const known = candidate && best.get(candidate.key);
        if (candidate && (!known || known.score < candidate.score)) best.set(candidate.key, candidate);
      }
    }
  }
  const singles = [...best.values()].sort(byScore);
  return [...singles, ...pairsOf(source, singles)].sort(byScore);
}

function isMissing({ kind, text, parent }: Syntax, { missing }: Clues): boolean {
  return kind === 'name' && parent?.kind === 'parameters' && missing.includes(text);
}

export function byScore(a: Candidate, b: Candidate): number {
  return b.score - a.score || (a.key < b.key ? -1 : 1);
}

interface Rating {
  readonly family: Family;
  readonly proposal: Proposal;
  /** Suspicion, and what the symptoms make of it. */
  readonly worth: number;
  readonly natural: number;
  readonly seed: number;
}

function rated(
  source: Source,
  node: Syntax,
  { family, proposal, worth, natural, seed }: Rating,
): Candidate | null {
  if (proposal.weight <= 0) return null;
  const edit = editOf(source, proposal);
  if (edit.old.trimEnd() === edit.new.trimEnd()) return null;
  const key = keyOf(edit);
  const drift = seed === 0 ? 1 : Math.exp(EXPLORATION * hashNormal(`${seed}:${key}`));
  const prior = proposal.weight * worth * (family.manner === 'silence' ? SILENCE_FACTOR : 1);
  return {
    edit,
    key,
    family: family.name,
    manner: family.manner,
    weight: proposal.weight,
    prior,
    score: prior * natural * drift,
    line: node.line,
    label: labelOf(source, family, proposal),
    span: proposal,
  };
}

/** Text a label quotes from each side. */
const MAX_QUOTE = 48;

function labelOf(source: Source, family: Family, { start, end, text, note }: Proposal): string {
  const old = clip(source.text.slice(start, end));
  const put = clip(text);
  if (note !== undefined) return `${family.name}: ${note} (\`${old === '' ? put : old}\`)`;
  return `${family.name}: \`${old}\` -> \`${put}\``;
}

function clip(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length <= MAX_QUOTE ? line : `${line.slice(0, MAX_QUOTE)}…`;
}
