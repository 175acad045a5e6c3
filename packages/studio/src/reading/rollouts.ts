import type { StudioContext } from '../server/context.ts';
import type { RolloutLine } from '../told/lines.ts';
import type { RolloutsTold } from '../told/rollouts.ts';

const AT_ONCE = 50;
/** Of a store that was never looked at a page holds less; of one that is searched, time for some hundred journals. */
const READING_MS = 400;
/** The beginning of an id, long enough to mean one. */
const ID = /^[0-9a-z]{4,32}$/;
const MOST_BY_ID = 20;

export interface RolloutsAsked {
  readonly after?: string | undefined;
  readonly status?: string | undefined;
  /** Words that are all in a line: id, first line of the task, repository, agent or model. */
  readonly search: string;
}

/**
 * The person's own rollouts by pages. A word that is the beginning of an id finds what it names at once, however old, and
 * trials too.
 */
export function rolloutsOf({ lines, store, now }: StudioContext, asked: RolloutsAsked): RolloutsTold {
  const words = asked.search.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = (line: RolloutLine) =>
    (asked.status === undefined || line.status === asked.status) &&
    words.every((word) => textOf(line).includes(word));
  const until = performance.now() + READING_MS;
  const page = lines.page({ after: asked.after, limit: AT_ONCE, until, wanted });
  const [word] = words;
  const byId =
    asked.after === undefined && words.length === 1 && ID.test(word!)
      ? store.rollouts({ prefix: word!, limit: MOST_BY_ID }).flatMap((row) => lines.of(row) ?? [])
      : [];
  const known = new Set(page.lines.map(({ rollout }) => rollout));
  return {
    now: now(),
    ...page,
    lines: [...byId.filter((line) => !known.has(line.rollout) && wanted(line)), ...page.lines],
  };
}

function textOf({ rollout, task, repo, agent, model }: RolloutLine): string {
  return [rollout, task, repo, agent, model].join(' ').toLowerCase();
}
