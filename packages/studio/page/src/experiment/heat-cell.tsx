import { plural } from '../words.ts';
import { shareOf, type Tally } from './trial-grid.ts';

/** Shades from none to all. */
const SHADES = 4;

/** Number and shade for the solved share; infra apart and hatched; signs for what runs and what was flagged. */
export function HeatCell({ tally }: { readonly tally: Tally }) {
  const { solved, verdicts, infra, running, due, flagged } = tally;
  const share = shareOf(tally);
  const shade = share === null ? 'none' : Math.round(share * SHADES);
  const all = verdicts + infra + running + due;
  return (
    <span className={`heat heat-${shade}`}>
      <span className="heat-number">
        {verdicts === 0 ? infra === all ? '' : <span aria-hidden="true">·</span> : `${solved}/${verdicts}`}
      </span>
      {flagged > 0 && (
        <span className="heat-flag" aria-hidden="true">
          ⚑
        </span>
      )}
      {running > 0 && <span className="heat-running" aria-hidden="true" />}
      {infra > 0 && (
        <span
          className="heat-infra"
          aria-hidden="true"
          style={{ width: `${Math.max(22, (infra / all) * 100)}%` }}
        >
          {infra}
        </span>
      )}
    </span>
  );
}

/** What the cell says, in words. */
export function tallyWords({ solved, verdicts, infra, running, due, flagged }: Tally): string {
  return [
    verdicts === 0 ? 'no verdict' : `${solved}/${verdicts} solved`,
    ...(infra === 0 ? [] : [`${infra} infra`]),
    ...(running === 0 ? [] : [`${running} running`]),
    ...(due === 0 ? [] : [`${due} due`]),
    ...(flagged === 0 ? [] : [plural(flagged, 'flagged attempt')]),
  ].join(', ');
}
