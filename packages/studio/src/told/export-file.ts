/**
 * In which file of a static export (`data/…`) the answer to a GET path lies. A rollout's answers are one file, objects are
 * spread over a few by their digests, all else is one: so a page loads little more than it shows.
 */
export function fileOf(path: string): string {
  const rollout = /^\/rollouts\/([a-z0-9]+)(?:[/?]|$)/.exec(path)?.[1];
  if (rollout !== undefined) return `rollout-${rollout}.js`;
  const object = /^\/(?:objects|pictures)\/([0-9a-f]{2})/.exec(path)?.[1];
  if (object !== undefined) return `objects-${object}.js`;
  const sides = /^\/(?:side|compare\/parting)\?a=([a-z0-9]+)&b=([a-z0-9]+)$/.exec(path);
  return sides === null ? 'experiment.js' : `side-${sides[1]}-${sides[2]}.js`;
}
