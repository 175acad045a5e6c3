import './doing.css';
import type { RolloutLine } from '../../../src/told/lines.ts';
import { say } from '../api.ts';
import { Refused } from '../parts/refused.tsx';
import { AskList } from './ask-list.tsx';
import { ExportList } from './export-list.tsx';
import { ForkForm } from './fork-form.tsx';
import { MarkForm } from './mark-form.tsx';
import { RateForm } from './rate-form.tsx';
import { ResumeForm } from './resume-form.tsx';
import { SayForm } from './say-form.tsx';
import { useAct } from './use-act.ts';
import { useDoing } from './use-doing.ts';

export interface DoingProps {
  readonly rollout: string;
  /** The step that is looked at; null: none. */
  readonly step: number | null;
  readonly steps: number;
  readonly status: RolloutLine['status'];
}

/** Of these `heddle resume` may go on; it says so itself where it cannot. */
const MAY_GO_ON: ReadonlySet<RolloutLine['status']> = new Set([
  'interrupted',
  'limit',
  'model-unreachable',
  'failed',
]);

/** Where a person acts on a rollout: what it asks, and what can be done about it. */
export function RolloutDoing({ rollout, step, steps, status }: DoingProps) {
  const doing = useDoing(rollout);
  const { busy, error, act } = useAct();
  if (doing === undefined) return null;
  const { running, trial, whole, starts, unheard } = doing;
  const goesOn = !running && MAY_GO_ON.has(status);
  return (
    <div className="doing">
      <fieldset className="doing-bar">
        <legend className="hidden-text">What you can do</legend>
        {trial === null && (running || goesOn) && <SayForm rollout={rollout} running={running} />}
        {trial === null && running && (
          <button
            type="button"
            disabled={busy}
            onClick={() => void act(() => say(`/rollouts/${rollout}/stop`, {}))}
          >
            {whole === null ? 'Stop' : 'Stop the whole'}
          </button>
        )}
        {starts && goesOn && trial === null && whole === null && <ResumeForm rollout={rollout} />}
        {starts && doing.canFork && <ForkForm rollout={rollout} step={step} />}
        <RateForm rollout={rollout} step={step} steps={steps} ratings={doing.ratings} />
        {trial !== null && <MarkForm rollout={rollout} mark={trial.mark} />}
        <ExportList path={`/rollouts/${rollout}`} formats={doing.formats} />
      </fieldset>
      {error !== null && <Refused error={error} />}
      {unheard.length > 0 && (
        <ul className="doing-unheard" aria-label="Said and not heard yet">
          {unheard.map(({ text, at }) => (
            <li key={`${at} ${text}`}>
              <span className="badge badge-warn">not heard yet</span> {text}
            </li>
          ))}
        </ul>
      )}
      <AskList asks={doing.asks} isNamed={(row) => row.rollout !== rollout} />
    </div>
  );
}
