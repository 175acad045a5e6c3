import './step.css';
import type { RolloutTold } from '../../../src/told/rollout.ts';
import type { StepTold } from '../../../src/told/step.ts';
import { useToldAnew } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { Pieces } from './pieces.tsx';

/** What an agent made of agents began and decided, in order; the steps are those of its parts. */
export function CourseView({ head }: { readonly head: RolloutTold }) {
  const { rollout } = head.line;
  const { data, error } = useToldAnew<StepTold>(`/rollouts/${rollout}/steps/0`, head.cursor);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="its course" />;
  return (
    <section className="rollout-view" aria-labelledby="course">
      <h3 id="course">What it began and decided</h3>
      <p className="dim">The steps are in the rollouts of its agents: each opens from here.</p>
      <Pieces id={rollout} step={data} />
    </section>
  );
}
