/**
 * In which file of a static export (`data/…`) the answer to a GET path lies: a rollout's answers are one file, all else
 * another, so that a page loads what it shows.
 */
export function fileOf(path: string): string {
  const rollout = /^\/rollouts\/([a-z0-9]+)(?:[/?]|$)/.exec(path)?.[1];
  if (rollout !== undefined) return `rollout-${rollout}.js`;
  const side = /^\/side\?a=([a-z0-9]+)&b=([a-z0-9]+)$/.exec(path);
  if (side !== null) return `side-${side[1]}-${side[2]}.js`;
  return 'experiment.js';
}
