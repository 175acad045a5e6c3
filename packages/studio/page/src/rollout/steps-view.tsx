import './step.css';
import { useCallback, useEffect, useState } from 'react';
import type { RolloutTold } from '../../../src/told/rollout.ts';
import { useKeys } from '../shell/keys.tsx';
import type { Place } from './place.ts';
import { StepPane } from './step-pane.tsx';
import { Timeline } from './timeline.tsx';
import type { OpenRollout } from './use-rollout.ts';

/** The timeline, and the chosen step beside it. */
export function StepsView({
  open,
  head,
  place,
  go,
}: {
  readonly open: OpenRollout;
  readonly head: RolloutTold;
  readonly place: Place;
  go(next: Partial<Place>): void;
}) {
  const { total, steps, need } = open;
  const running = head.line.status === 'running';
  // Who has chosen no step goes with a rollout that runs, and stays at its end.
  const [ran, setRan] = useState(running);
  if (running && !ran) setRan(true);
  const following = place.step === null && ran;
  const at = placeOf(place.step, { steps, total, last: ran });
  useEffect(() => need(at, at), [at, need]);
  const line = steps.get(at);
  const choose = useCallback(
    (to: number) => {
      const bounded = Math.max(0, Math.min(total - 1, to));
      go({ step: steps.get(bounded)?.n ?? bounded });
    },
    [go, steps, total],
  );
  const turn = (side: Place['side']) =>
    go({ side: place.side === side ? 'all' : side, step: line?.n ?? null });
  useKeys({
    j: ['next step', () => choose(at + 1)],
    k: ['previous step', () => choose(at - 1)],
    d: ['diff of the step', () => turn('diff')],
    p: ['prompt of the step', () => turn('prompt')],
    G: ['last step', () => (running ? go({ step: null }) : choose(total - 1))],
  });
  return (
    <div className="steps">
      <Timeline
        open={open}
        head={head}
        at={at}
        following={following}
        choose={choose}
        onFollow={() => go({ step: null })}
      />
      <StepPane
        id={head.line.rollout}
        n={line?.n ?? place.step ?? at}
        line={line}
        position={{ at, total }}
        side={place.side}
        choose={choose}
        go={go}
      />
    </div>
  );
}

/** Place in the timeline; numbers and places are the same but for a rival that was silent for a while. */
function placeOf(
  step: number | null,
  { steps, total, last }: { steps: OpenRollout['steps']; total: number; last: boolean },
): number {
  if (step === null) return last ? Math.max(0, total - 1) : Math.min(1, Math.max(0, total - 1));
  const bounded = Math.max(0, Math.min(step, total - 1));
  if (steps.get(bounded)?.n === step) return bounded;
  for (const [at, { n }] of steps) if (n === step) return at;
  return bounded;
}
