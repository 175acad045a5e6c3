import { brokenWords, type ExperimentReport, type Soundness } from '@heddle/lab';
import { censusText } from './census-text.ts';
import { agentTexts, headText } from './experiment-text.ts';
import type { Palette } from './palette.ts';

/**
 * An experiment's page: what was asked, and for each agent how good it was and how sure that is. What the two agents of
 * a census have shown is told instance by instance, not as rates.
 */
export function experimentPage(
  report: ExperimentReport,
  census: readonly Soundness[] | null,
  look: {
    readonly columns: number;
    readonly palette: Palette;
    /** Instances that people have marked as such. */
    readonly broken: number;
    /** Agents that handed in nothing at all -> why. */
    readonly whys: ReadonlyMap<string, string>;
  },
): string {
  const rated =
    census === null ? report.agents : report.agents.filter(({ agent }) => !CENSUS_KINDS.has(agent.kind));
  const parts = [...agentTexts(rated, look), ...(census === null ? [] : [censusText(census, look)])];
  const said =
    look.broken === 0
      ? ''
      : look.palette.yellow(`! ${brokenWords(look.broken, report.plan.instances.length)}.\n\n`);
  return `${headText(report, look.palette)}${said}${parts.join('\n')}`;
}

const CENSUS_KINDS: ReadonlySet<string> = new Set(['oracle', 'nothing']);
