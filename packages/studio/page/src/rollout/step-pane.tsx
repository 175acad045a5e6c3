import { lazy, Suspense } from 'react';
import type { StepTold } from '../../../src/told/step.ts';
import type { StepLine } from '../../../src/told/steps.ts';
import { useToldAnew } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { count, duration, money, passing, percent } from '../words.ts';
import { useGoing } from './going.tsx';
import { Pieces } from './pieces.tsx';
import { type Place, SIDES, type Side } from './place.ts';

const DiffOf = lazy(() => import('./diff-of.tsx').then((m) => ({ default: m.DiffOf })));
const PromptView = lazy(() => import('./prompt-view.tsx').then((m) => ({ default: m.PromptView })));

const TITLES: Readonly<Record<Side, string>> = {
  all: 'What happened',
  diff: 'Its diff',
  sofar: 'Patch so far',
  prompt: 'Prompt',
};

/** Everything of one step. */
export function StepPane({
  id,
  n,
  line,
  position: { at, total },
  side,
  choose,
  go,
}: {
  readonly id: string;
  readonly n: number;
  readonly line: StepLine | undefined;
  readonly position: { readonly at: number; readonly total: number };
  readonly side: Side;
  choose(at: number): void;
  go(next: Partial<Place>): void;
}) {
  // What is new in a step changes its line, and that its answer.
  const version = line === undefined ? '' : JSON.stringify(line);
  return (
    <section className="step" aria-label={`Step ${n}`}>
      <div className="step-head">
        <h3>
          {n === 0 ? 'Before the first step' : `Step ${n}`} <span className="dim">of {total - 1}</span>
        </h3>
        {line !== undefined && <StepFacts line={line} isLast={at === total - 1} />}
        <span className="step-turn">
          <button type="button" disabled={at <= 0} onClick={() => choose(at - 1)} aria-label="Previous step">
            ←
          </button>
          <button
            type="button"
            disabled={at >= total - 1}
            onClick={() => choose(at + 1)}
            aria-label="Next step"
          >
            →
          </button>
        </span>
      </div>
      <div className="step-sides" role="tablist" aria-label="Of this step">
        {SIDES.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            aria-selected={side === each}
            onClick={() => go({ side: each, step: n })}
          >
            {TITLES[each]}
          </button>
        ))}
      </div>
      <div className="step-body" key={`${n} ${side}`}>
        <Suspense fallback={<Loading what={TITLES[side].toLowerCase()} />}>
          {side === 'all' && <What id={id} n={n} version={version} />}
          {side === 'diff' && (
            <DiffOf path={`/rollouts/${id}/diff?step=${n}`} nothing="This step changed no file." />
          )}
          {side === 'sofar' && (
            <DiffOf path={`/rollouts/${id}/diff?upto=${n}`} nothing="Nothing had changed up to this step." />
          )}
          {side === 'prompt' && <PromptView id={id} n={n} />}
        </Suspense>
      </div>
    </section>
  );
}

function What({ id, n, version }: { readonly id: string; readonly n: number; readonly version: string }) {
  const path = `/rollouts/${id}/steps/${n}`;
  const { data, error } = useToldAnew<StepTold>(path, version);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what={`step ${n}`} />;
  return <Pieces id={id} step={data} />;
}

function StepFacts({ line, isLast }: { readonly line: StepLine; readonly isLast: boolean }) {
  const { running, since } = useGoing();
  const { seconds, modelSeconds, tokens, usd, finish } = line;
  return (
    <p className="step-facts">
      <span>
        <strong>{running && isLast ? passing(seconds + since) : duration(seconds)}</strong>
        {modelSeconds >= 0.05 && ` (model ${duration(modelSeconds)})`}
      </span>
      {tokens !== null && tokens.input + tokens.output > 0 && (
        <span>
          <strong>{count(tokens.input)}</strong> in
          {tokens.input > 0 && ` (${percent(tokens.cached / tokens.input, 0)} cached)`},{' '}
          <strong>{count(tokens.output)}</strong> out
        </span>
      )}
      {usd > 0 && <span>{money(usd)}</span>}
      {finish !== null && finish !== 'tool-calls' && <span className="tone-warn">ended by {finish}</span>}
      {line.inherited && <span>of the rollout it is a fork of</span>}
    </p>
  );
}
