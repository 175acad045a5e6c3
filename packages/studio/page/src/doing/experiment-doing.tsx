import './doing.css';
import type { ExperimentDoingTold } from '../../../src/told/doing.ts';
import type { ExperimentTold } from '../../../src/told/experiment.ts';
import { say, useTold } from '../api.ts';
import { Refused } from '../parts/refused.tsx';
import { ExportList } from './export-list.tsx';
import { useAct } from './use-act.ts';

/** Where a person acts on an experiment. */
export function ExperimentDoing({ told: { experiment, live, trials } }: { readonly told: ExperimentTold }) {
  const path = `/experiments/${encodeURIComponent(experiment)}`;
  const { data } = useTold<ExperimentDoingTold>(`${path}/doing`);
  const { busy, error, act } = useAct();
  if (data === undefined) return null;
  const finished = trials.finished === trials.planned;
  const does = (what: 'stop' | 'resume') => void act(() => say(`${path}/${what}`, {}));
  return (
    <div className="doing">
      <fieldset className="doing-bar">
        <legend className="hidden-text">What you can do</legend>
        {data.starts && !finished && live && (
          <button type="button" disabled={busy} onClick={() => does('stop')}>
            Stop
          </button>
        )}
        {data.starts && !finished && !live && (
          <button type="button" disabled={busy} onClick={() => does('resume')}>
            Resume
          </button>
        )}
        <ExportList path={path} formats={data.formats} />
      </fieldset>
      {error !== null && <Refused error={error} />}
    </div>
  );
}
