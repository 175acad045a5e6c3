import { useQueryClient } from '@tanstack/react-query';
import type { DoingTold } from '../../../src/told/doing.ts';
import { useToldOften } from '../api.ts';

const EVERY_MS = 1_000;

/** What can be done about a rollout, as it is now. */
export function useDoing(rollout: string): DoingTold | undefined {
  return useToldOften<DoingTold>(pathOf(rollout), EVERY_MS).data;
}

/** Takes what the server told after something was done. */
export function useKeepDoing(): (told: DoingTold) => void {
  const queries = useQueryClient();
  return (told) => queries.setQueryData([pathOf(told.rollout)], told);
}

/** Asks anew at once, after something was done that is answered with less. */
export function useDoingAgain(): (rollout: string) => Promise<void> {
  const queries = useQueryClient();
  return (rollout) => queries.invalidateQueries({ queryKey: [pathOf(rollout)] });
}

/** What tables of experiments say of marks is asked anew: the instance may be in several. */
export function useMarksAgain(): () => Promise<void> {
  const queries = useQueryClient();
  return () =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [path] }) => /^\/experiments\/[^/]+\/(?:table|doing)$/.test(String(path)),
    });
}

function pathOf(rollout: string): string {
  return `/rollouts/${encodeURIComponent(rollout)}/doing`;
}
