import './experiment.css';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ExperimentTold } from '../../../src/told/experiment.ts';
import { compareHref } from '../compare/compare-href.ts';

/** The way to the comparison of any two agents. */
export function ComparePair({ told: { experiment, agents } }: { readonly told: ExperimentTold }) {
  const [a, setA] = useState(agents[0]?.name ?? '');
  const [b, setB] = useState(agents[1]?.name ?? '');
  if (agents.length < 2) return null;
  const pair = { a: { experiment, agent: a }, b: { experiment, agent: b } };
  if (agents.length === 2)
    return (
      <Link href={compareHref(pair)} className="button">
        Compare the two
      </Link>
    );
  const picker = (label: string, value: string, set: (name: string) => void) => (
    <select aria-label={label} value={value} onChange={(event) => set(event.target.value)}>
      {agents.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
  return (
    <span className="compare-pair">
      <Link href={`/compare?experiment=${experiment}`}>All {agents.length}</Link>
      <span className="dim">or</span>
      {picker('Agent A', a, setA)}
      <span className="dim">and</span>
      {picker('Agent B', b, setB)}
      <Link href={compareHref(pair)} className="button" aria-disabled={a === b}>
        Compare
      </Link>
    </span>
  );
}
