import type { Store } from '@heddle/core';
import type { StudioContext } from '../server/context.ts';
import type { HomeTold } from '../told/home.ts';
import type { ExperimentLine } from '../told/lines.ts';

/** Rows of each list; whoever wants more goes to its page. */
const MOST = 12;
/** A store that was never looked at is read bit by bit: the page stands at once, and the rest comes as news. */
const READING_MS = 150;

/** What is going on, what was done last, what it cost today. */
export function homeOf({ store, lines, experiments, now, place }: StudioContext): HomeTold {
  const at = now();
  const midnight = new Date(at).setHours(0, 0, 0, 0);
  const until = performance.now() + READING_MS;
  const ofExperiments = experiments.list({ limit: MOST * 2, until });
  const ofRollouts = lines.list({ limit: MOST * 2, since: midnight, until });
  const { lines: rollouts } = ofRollouts;
  const { lines: known } = ofExperiments;
  const ofToday = rollouts.filter(({ startedAt }) => startedAt >= midnight);
  const trialsToday = known.filter(({ createdAt }) => createdAt >= midnight);
  const usd = (each: ExperimentLine) => each.agents.reduce((sum, agent) => sum + agent.usd, 0);
  return {
    now: at,
    running: {
      rollouts: rollouts.filter(({ status }) => status === 'running'),
      experiments: known.filter(({ live }) => live),
    },
    recent: {
      rollouts: rollouts.filter(({ status }) => status !== 'running').slice(0, MOST),
      experiments: known.filter(({ live }) => !live).slice(0, MOST),
    },
    onlyTrials: rollouts.length === 0 && ofRollouts.pending === 0 ? trialsOf(store) : null,
    today: {
      usd:
        ofToday.reduce((sum, each) => sum + (each.usd ?? 0), 0) +
        trialsToday.reduce((sum, each) => sum + usd(each), 0),
      rollouts: ofToday.length,
      trials: trialsToday.reduce((sum, { trials }) => sum + trials.finished, 0),
    },
    pending: ofRollouts.pending + ofExperiments.pending,
    store: place,
  };
}

/** Null: none has begun. */
function trialsOf({ experiments }: Store): HomeTold['onlyTrials'] {
  const begun = experiments
    .list()
    .map(({ experiment }) =>
      experiments
        .counts(experiment)
        .reduce((sum, { state, count }) => sum + (state === 'due' ? 0 : count), 0),
    )
    .filter((trials) => trials > 0);
  if (begun.length === 0) return null;
  return { trials: begun.reduce((sum, trials) => sum + trials, 0), experiments: begun.length };
}
