import './plots.css';
import type { ExperimentTold } from '../../../../src/told/experiment.ts';
import type { TrialTableTold } from '../../../../src/told/trial-table.ts';
import { CalibrationPlot } from './calibration-plot.tsx';
import { CostQualityPlot } from './cost-quality-plot.tsx';
import { NoisePlot } from './noise-plot.tsx';
import { SpreadPlot } from './spread-plot.tsx';

/** What numbers alone do not show. */
export function Plots({ told, table }: { readonly told: ExperimentTold; readonly table: TrialTableTold }) {
  return (
    <section aria-labelledby="plots">
      <h2 id="plots">Plots</h2>
      <div className="plots">
        <CostQualityPlot agents={told.agents} />
        <NoisePlot agents={told.agents} />
        <CalibrationPlot agents={told.agents} />
        <SpreadPlot table={table} what="steps" />
        <SpreadPlot table={table} what="seconds" />
        <SpreadPlot table={table} what="usd" />
      </div>
    </section>
  );
}
